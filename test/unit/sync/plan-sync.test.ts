import { describe, expect, it } from 'vitest';
import { type KubeObject, keyOf } from '../../../src/object/kube-object.ts';
import { planSync, type SyncPlan } from '../../../src/sync/plan/plan-sync.ts';
import { desiredOf } from './desired-objects.ts';

function live(apiVersion: string, kind: string, name: string): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: 'prod' } };
}

function plan(apply: readonly (readonly [string, string, string])[], prune: readonly KubeObject[] = []): SyncPlan {
  return planSync({
    apply: apply.map(([apiVersion, kind, name]) => desiredOf(apiVersion, kind, name)),
    prune,
    pruneKeys: prune.map(keyOf),
  });
}

function shown({ groups }: SyncPlan): string[] {
  return groups.map((group) => group.map(({ action, key }) => `${action} ${key}`).join(' | '));
}

describe('planSync()', () => {
  it('applies kind after kind in the order in which they need each other', () => {
    const result = plan([
      ['apps/v1', 'Deployment', 'web'],
      ['example.com/v1', 'Widget', 'w'],
      ['v1', 'Service', 'web'],
      ['v1', 'ConfigMap', 'b'],
      ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.example.com'],
      ['v1', 'Namespace', 'prod'],
      ['v1', 'ConfigMap', 'a'],
    ]);
    expect(shown(result)).toEqual([
      'apply /Namespace/prod/prod',
      'apply /ConfigMap/prod/a | apply /ConfigMap/prod/b',
      'apply apiextensions.k8s.io/CustomResourceDefinition/prod/widgets.example.com',
      'apply /Service/prod/web',
      'apply apps/Deployment/prod/web',
      'apply example.com/Widget/prod/w',
    ]);
  });

  it('prunes last, in the opposite order', () => {
    const result = plan(
      [['v1', 'ConfigMap', 'new']],
      [live('v1', 'Namespace', 'n'), live('v1', 'ConfigMap', 'a'), live('apps/v1', 'Deployment', 'd')],
    );
    expect(shown(result)).toEqual([
      'apply /ConfigMap/prod/new',
      'prune apps/Deployment/prod/d',
      'prune /ConfigMap/prod/a',
      'prune /Namespace/prod/n',
    ]);
  });

  it('never puts an apply and a prune of one kind side by side', () => {
    const result = plan([['v1', 'ConfigMap', 'new']], [live('v1', 'ConfigMap', 'old')]);
    expect(shown(result)).toEqual(['apply /ConfigMap/prod/new', 'prune /ConfigMap/prod/old']);
  });

  it('keeps kinds of one name in different groups apart', () => {
    const result = plan([
      ['serving.example.com/v1', 'Service', 'b'],
      ['v1', 'Service', 'a'],
    ]);
    expect(shown(result)).toEqual(['apply /Service/prod/a', 'apply serving.example.com/Service/prod/b']);
  });

  it('plans nothing for nothing', () => {
    expect(plan([])).toEqual({ groups: [] });
  });
});
