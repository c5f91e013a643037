import { HOLDFAST } from '../api/annotations.ts';
import { settle } from '../diff/compare-settled.ts';
import { backoffDelayMs } from '../lib/backoff.ts';
import type { ObjectKey } from '../object/kube-object.ts';
import { gvkOf, keyOf, parseObjectKey } from '../object/kube-object.ts';
import type { TaskOutcome } from '../sync/outcome.ts';
import type { SyncTask } from '../sync/plan/plan-sync.ts';
import { compareAnswered } from './compare-resources.ts';
import { isAggregated } from './leave-aggregated-rules.ts';
import type { Services } from './services.ts';
import type { ApplyFailure, TrackedApplication } from './tracked-application.ts';

const RETRY = { baseMs: 5_000, factor: 2, maxMs: 300_000, jitter: 0.1 };

/** Takes what writes came to into the application's record: settled values, failures with their next try, the cache. */
export function absorbOutcomes(app: TrackedApplication, outcomes: readonly TaskOutcome[], services: Services): void {
  for (const outcome of outcomes) {
    if (outcome.code === 'Synced') absorbSuccess(app, outcome, services);
    else if (outcome.code !== 'Pruned') absorbFailure(app, outcome, services);
  }
  compareAnswered(
    app,
    outcomes.map((outcome) => outcome.key),
    services,
  );
}

/** The inventory that must stand before `tasks` run: everything in it already, and everything that they may create. */
export function inventoryBefore(app: TrackedApplication, tasks: readonly SyncTask[]): ReadonlySet<ObjectKey> {
  const applied = tasks.filter((task) => task.action === 'apply').map((task) => task.key);
  return applied.every((key) => app.inventory.has(key)) ? app.inventory : new Set([...app.inventory, ...applied]);
}

/** The exact inventory: what Git states, and what left Git but is still there or cannot be seen. */
export function inventoryAfter(app: TrackedApplication, services: Services): ReadonlySet<ObjectKey> {
  const live = new Set([...services.live.ownedBy(app.instanceName)].map(keyOf));
  const kept = [...app.inventory].filter((key) => app.desired.has(key) || live.has(key) || !services.kindListed(key));
  return kept.length === app.inventory.size ? app.inventory : new Set(kept);
}

function absorbSuccess(app: TrackedApplication, outcome: TaskOutcome, services: Services): void {
  app.failures.delete(outcome.key);
  app.owed.delete(outcome.key);
  if (outcome.object === undefined) return;
  const kind = services.discovery.lookup(gvkOf(outcome.object));
  if (typeof kind !== 'string') services.live.put(kind, outcome.object);
  app.unlabelled.delete(outcome.key);
  if (isAggregated(outcome.object) && app.desired.get(outcome.key)?.object['rules'] !== undefined) {
    // First contact has shown who writes its rules: give them back.
    app.owed.add(outcome.key);
    app.needs.compare = true;
    services.enqueue(app);
  }
  const hash = outcome.desiredHash;
  if (hash !== undefined) app.settled.set(outcome.key, settle(hash, outcome.object, HOLDFAST.fieldManager));
}

function absorbFailure(app: TrackedApplication, outcome: TaskOutcome, services: Services): void {
  const desiredHash = outcome.desiredHash ?? '';
  if (outcome.code === 'SyncFailed') app.owed.add(outcome.key);
  const previous = app.failures.get(outcome.key);
  const attempts = previous?.desiredHash === desiredHash ? previous.attempts + 1 : 1;
  // The namespace that an earlier operation made has been deleted.
  if (outcome.error?.code === 'CLUSTER_NOT_FOUND') services.forgetNamespace(parseObjectKey(outcome.key).namespace);
  const delayMs = backoffDelayMs(attempts, services.clock, RETRY);
  app.failures.set(outcome.key, {
    desiredHash,
    message: outcome.message,
    condition: conditionOf(outcome),
    attempts,
    retryAtMs: services.clock.monotonicMs() + delayMs,
  });
  services.enqueue(app, delayMs + 10);
}

/** A refused prune is shown by the resource itself; what another application has is no fault of this one. */
function conditionOf(outcome: TaskOutcome): ApplyFailure['condition'] {
  if (outcome.code !== 'SyncFailed') return undefined;
  return outcome.error?.code === 'SYNC_REFUSED' ? 'SharedResourceWarning' : 'SyncError';
}
