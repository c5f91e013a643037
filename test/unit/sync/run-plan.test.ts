import { describe, expect, it } from 'vitest';
import { type KubeObject, keyOf } from '../../../src/object/kube-object.ts';
import type { TaskOutcome } from '../../../src/sync/outcome.ts';
import type { SyncPlan, SyncTask } from '../../../src/sync/plan/plan-sync.ts';
import { runPlan } from '../../../src/sync/run-plan.ts';
import { desiredOf } from './desired-objects.ts';

const apply = (name: string): SyncTask => {
  const desired = desiredOf('v1', 'ConfigMap', name);
  return { action: 'apply', key: desired.key, desired };
};

const prune = (name: string): SyncTask => {
  const live: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'prod' } };
  return { action: 'prune', key: keyOf(live), live };
};

interface Run {
  readonly failing?: readonly string[];
  /** Number of groups after which the operation is terminated. */
  readonly terminateAfter?: number;
}

async function run(
  groups: SyncPlan['groups'],
  { failing = [], terminateAfter = Number.POSITIVE_INFINITY }: Run = {},
): Promise<{ done: string[]; rows: string[]; terminated: boolean; outcomes: readonly TaskOutcome[] }> {
  const done: string[] = [];
  const work = async (task: SyncTask): Promise<TaskOutcome> => {
    // The first of a group ends last, so that the order of outcomes cannot be the order of ends.
    for (let turn = 0; turn < 5 - done.length; turn += 1) await Promise.resolve();
    const name = task.key.split('/').at(-1) ?? '';
    done.push(`${task.action} ${name}`);
    const ok = task.action === 'apply' ? 'Synced' : 'Pruned';
    return { key: task.key, version: 'v1', code: failing.includes(name) ? 'SyncFailed' : ok, message: '' };
  };
  let asked = 0;
  const result = await runPlan(
    { groups },
    {
      apply: work,
      prune: work,
      terminated() {
        asked += 1;
        return asked > terminateAfter;
      },
    },
  );
  const rows = result.outcomes.map(({ key, code }) => `${key.split('/').at(-1) ?? ''} ${code}`);
  return { done, rows, terminated: result.terminated, outcomes: result.outcomes };
}

describe('runPlan()', () => {
  it('runs group after group and tells outcomes in the order of the plan', async () => {
    const { done, rows, terminated } = await run([[apply('a'), apply('b')], [apply('c')], [prune('d')]]);
    expect(done.slice(0, 2).sort()).toEqual(['apply a', 'apply b']);
    expect(done.slice(2)).toEqual(['apply c', 'prune d']);
    expect(rows).toEqual(['a Synced', 'b Synced', 'c Synced', 'd Pruned']);
    expect(terminated).toBe(false);
  });

  it('applies everything else when one object fails, and prunes nothing', async () => {
    const groups = [[apply('a'), apply('b')], [apply('c')], [prune('d'), prune('e')]];
    const { done, rows, outcomes } = await run(groups, { failing: ['a'] });
    expect(done.sort()).toEqual(['apply a', 'apply b', 'apply c']);
    expect(rows).toEqual(['a SyncFailed', 'b Synced', 'c Synced', 'd PruneSkipped', 'e PruneSkipped']);
    expect(outcomes.at(-1)).toEqual({
      key: 'apps/Deployment/prod/e',
      version: 'v1',
      code: 'PruneSkipped',
      message: 'ignored (nothing is pruned in a sync in which ConfigMap "prod/a" failed)',
    });
  });

  it('starts no further group once it is terminated', async () => {
    const { done, rows, terminated } = await run([[apply('a')], [apply('b')], [prune('c')]], { terminateAfter: 1 });
    expect({ done, rows, terminated }).toEqual({ done: ['apply a'], rows: ['a Synced'], terminated: true });
  });

  it('runs some of a group at once, so that slow answers leave room for others', async () => {
    let running = 0;
    let most = 0;
    const work = async (task: SyncTask): Promise<TaskOutcome> => {
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
      running -= 1;
      return { key: task.key, version: 'v1', code: 'Synced', message: '' };
    };
    const group = Array.from({ length: 30 }, (_, index) => apply(`item-${index}`));
    const { outcomes } = await runPlan({ groups: [group] }, { apply: work, prune: work, terminated: () => false });
    expect(outcomes.map(({ key }) => key)).toEqual(group.map(({ key }) => key));
    expect(most).toBe(8);
  });

  it('does nothing for an empty plan', async () => {
    expect(await run([])).toEqual({ done: [], rows: [], terminated: false, outcomes: [] });
  });
});
