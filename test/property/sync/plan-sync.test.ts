import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareDesired } from '../../../src/diff/prepare-desired.ts';
import { type KubeObject, keyOf } from '../../../src/object/kube-object.ts';
import { kindRank } from '../../../src/object/sort-order.ts';
import { planSync, type SyncTask } from '../../../src/sync/plan/plan-sync.ts';

const SETTINGS = { numRuns: 300, seed: 20261121 } as const;
const CONTEXT = { instanceName: 'shop', installationId: 'i', destinationNamespace: 'prod' };

const object: fc.Arbitrary<KubeObject> = fc.record({
  apiVersion: fc.constantFrom('v1', 'apps/v1', 'apps/v2', 'example.com/v1'),
  kind: fc.constantFrom('Namespace', 'ConfigMap', 'Deployment', 'APIService', 'Widget', 'Gadget'),
  metadata: fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), namespace: fc.constantFrom('n1', 'n2') }),
});
const objects = fc.uniqueArray(object, { selector: keyOf, maxLength: 12 });

function kindOf(task: SyncTask): string {
  const { apiVersion, kind } = task.action === 'apply' ? task.desired.object : task.live;
  return `${task.action} ${apiVersion} ${kind}`;
}

function rankOf(task: SyncTask): number {
  return kindRank((task.action === 'apply' ? task.desired.object : task.live).kind);
}

describe('planSync()', () => {
  it('holds every task once, applies in order and then prunes in the opposite one, kind by kind', () => {
    fc.assert(
      fc.property(objects, objects, (applies, prunes) => {
        const scope = { namespaced: true, statusSubresource: true };
        const apply = applies.map((one) => prepareDesired(one, scope, CONTEXT, 'x:1'));
        const { groups } = planSync({ apply, prune: prunes, pruneKeys: prunes.map(keyOf) });
        const tasks = groups.flat();
        const shown = tasks.map(({ action, key }) => `${action} ${key}`);
        expect(shown.toSorted()).toEqual(
          [...applies.map((one) => `apply ${keyOf(one)}`), ...prunes.map((one) => `prune ${keyOf(one)}`)].sort(),
        );
        for (const group of groups) expect(new Set(group.map(kindOf)).size).toBe(1);
        const ranks = tasks.map((task) => (task.action === 'apply' ? rankOf(task) : 1_000 - rankOf(task)));
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
        for (const task of tasks) if (task.action === 'prune') expect(keyOf(task.live)).toBe(task.key);
      }),
      SETTINGS,
    );
  });

  it('does not depend on the order of its input', () => {
    fc.assert(
      fc.property(objects, (prunes) => {
        const turned = prunes.toReversed();
        const plan = planSync({ apply: [], prune: prunes, pruneKeys: prunes.map(keyOf) });
        expect(planSync({ apply: [], prune: turned, pruneKeys: turned.map(keyOf) })).toEqual(plan);
      }),
      SETTINGS,
    );
  });
});
