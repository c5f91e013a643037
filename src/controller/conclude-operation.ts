import type { Operation, OperationState } from '../api/types.ts';
import { deepEqual } from '../diff/deep-equal.ts';
import type { Desired } from '../diff/prepare-desired.ts';
import { toKubeTime } from '../lib/clock.ts';
import type { ObjectKey } from '../object/kube-object.ts';
import { resultRow, type TaskOutcome } from '../sync/outcome.ts';
import type { PlanResult } from '../sync/run-plan.ts';
import type { Services } from './services.ts';
import type { TrackedApplication } from './tracked-application.ts';

/** An operation to carry out. */
export interface OperationRequest {
  readonly operation: Operation;
  /** RFC 3339; of an operation that an earlier process began, its own. */
  readonly startedAt: string;
  /** Only these objects; all when `undefined`. */
  readonly keys?: readonly ObjectKey[];
  /** True when a person asked, or a process before this one began it: what it is must stand before it acts. */
  readonly announce: boolean;
}

/** The objects that an operation deals with, and the commit that they come from. */
export interface Scope {
  readonly revision: string;
  readonly desired: ReadonlyMap<ObjectKey, Desired>;
  readonly failures: readonly TaskOutcome[];
}

/** Turns the outcomes into the operation's final state, the history and the conditions. */
export function conclude(
  app: TrackedApplication,
  running: OperationState,
  done: { request: OperationRequest; scope: Scope; result: PlanResult },
  services: Services,
): void {
  const outcomes = [...done.result.outcomes, ...done.scope.failures];
  const failed = outcomes.filter((outcome) => outcome.code === 'SyncFailed');
  const rows = [...untouchedRows(app, done, outcomes), ...outcomes.map(resultRow)];
  const state = { ...running, syncResult: { ...running.syncResult, revision: done.scope.revision, resources: rows } };
  app.syncConditions = [];
  for (const outcome of done.scope.failures) app.owed.add(outcome.key);
  if (done.result.terminated) finish(app, state, { phase: 'Failed', message: 'operation terminated' }, services);
  else if (failed.length > 0) finish(app, state, { phase: 'Failed', message: failureMessage(failed) }, services);
  else {
    finish(app, state, { phase: 'Succeeded', message: 'successfully synced (all tasks run)' }, services);
    if (done.request.keys === undefined && (done.request.operation.sync?.resources ?? []).length === 0) {
      addHistory(app, state, services);
    }
  }
}

/** Objects that were in sync are part of a full sync's result too. */
function untouchedRows(
  app: TrackedApplication,
  done: { request: OperationRequest; scope: Scope },
  outcomes: readonly TaskOutcome[],
): ReturnType<typeof resultRow>[] {
  if (done.request.keys !== undefined) return [];
  const touched = new Set(outcomes.map((outcome) => outcome.key));
  return [...done.scope.desired.values()]
    .filter((desired) => !touched.has(desired.key) && app.resources.get(desired.key)?.sync === 'Synced')
    .map((desired) =>
      resultRow({ key: desired.key, version: desired.gvk.version, code: 'Synced', message: 'unchanged' }),
    );
}

function failureMessage(failed: readonly TaskOutcome[]): string {
  const [first] = failed;
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
  return `one or more objects failed to apply, reason: ${first?.message ?? ''}${more}`;
}

/** Ends an operation: the state that it leaves, a count, and an Event unless it says nothing new. */
export function finish(
  app: TrackedApplication,
  state: OperationState,
  end: { phase: 'Succeeded' | 'Failed' | 'Error'; message: string },
  services: Services,
): void {
  const previous = app.operationState;
  const ended = { ...state, ...end, finishedAt: toKubeTime(services.clock.now()) };
  if (state.operation === app.application?.operation) app.operationTaken = true;
  // A retry that fails the same way is no news: neither a write nor an Event.
  if (repeats(previous, ended)) return;
  app.operationState = ended;
  announceEnd(app, ended, services);
}

function announceEnd(app: TrackedApplication, state: OperationState, services: Services): void {
  const { namespace = '', name } = app.object.metadata;
  services.metrics.syncs.inc({ namespace, name, phase: state.phase });
  const succeeded = state.phase === 'Succeeded';
  // A repair that worked has an Event of its own, which says more.
  if (succeeded && state.operation.sync?.autoHealAttemptsCount !== undefined) return;
  services.recordEvent(app, {
    type: succeeded ? 'Normal' : 'Warning',
    reason: succeeded ? 'OperationCompleted' : 'OperationFailed',
    message: `Sync to ${state.syncResult?.revision ?? 'no revision'}: ${state.message ?? ''}`,
  });
}

function repeats(previous: OperationState | undefined, next: OperationState): boolean {
  return (
    next.phase !== 'Succeeded' &&
    previous?.phase === next.phase &&
    previous.message === next.message &&
    previous.syncResult?.revision === next.syncResult?.revision &&
    deepEqual(previous.syncResult?.source, next.syncResult?.source)
  );
}

function addHistory(app: TrackedApplication, state: OperationState, services: Services): void {
  const limit = app.application?.settings.historyLimit ?? 0;
  const { revision = '', source } = state.syncResult ?? {};
  const entry = {
    id: (app.history.at(-1)?.id ?? -1) + 1,
    revision,
    ...(source === undefined ? {} : { source }),
    deployStartedAt: state.startedAt,
    deployedAt: toKubeTime(services.clock.now()),
    initiatedBy: state.operation.initiatedBy ?? {},
  };
  app.history = limit === 0 ? [] : [...app.history, entry].slice(-limit);
}
