import type { Desired } from '../../diff/prepare-desired.ts';
import type { KubeObject, ObjectKey } from '../../object/kube-object.ts';
import { compareApplyOrder } from '../../object/sort-order.ts';

/** One object to write. */
export type SyncTask =
  | { readonly action: 'apply'; readonly key: ObjectKey; readonly desired: Desired }
  | { readonly action: 'prune'; readonly key: ObjectKey; readonly live: KubeObject };

/** Groups run one after the other; the tasks of a group run side by side. */
export interface SyncPlan {
  readonly groups: readonly (readonly SyncTask[])[];
}

/** What there is to do. */
export interface SyncWork {
  /** Objects to create or change. */
  readonly apply: readonly Desired[];
  /** Objects that left Git and may go. */
  readonly prune: readonly KubeObject[];
  /** Keys of `prune`, in the same order. */
  readonly pruneKeys: readonly ObjectKey[];
}

/**
 * Orders the work of a sync: applies by kind as Argo CD orders them, each kind a barrier; then prunes, in the
 * opposite order. Prunes come last, so that nothing is deleted before its successor stands. Pure.
 *
 * Phases, waves and hooks will be further keys of the same order.
 */
export function planSync(work: SyncWork): SyncPlan {
  const applies = [...work.apply]
    .sort((a, b) => compareApplyOrder(a.object, b.object))
    .map((desired): SyncTask => ({ action: 'apply', key: desired.key, desired }));
  const prunes = work.prune
    .map((live, index) => ({ live, key: work.pruneKeys[index] as ObjectKey }))
    .sort((a, b) => compareApplyOrder(b.live, a.live))
    .map(({ live, key }): SyncTask => ({ action: 'prune', key, live }));
  return { groups: [...groupByKind(applies), ...groupByKind(prunes)] };
}

function groupByKind(tasks: readonly SyncTask[]): readonly SyncTask[][] {
  const groups: SyncTask[][] = [];
  let last: string | undefined;
  for (const task of tasks) {
    const { apiVersion, kind } = task.action === 'apply' ? task.desired.object : task.live;
    const id = `${apiVersion} ${kind}`;
    if (id !== last) groups.push([]);
    groups.at(-1)?.push(task);
    last = id;
  }
  return groups;
}
