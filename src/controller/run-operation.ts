import { DEFAULT_SYNC_OPTIONS, parseSyncOptions } from '../api/sync-options.ts';
import type { Application, Operation, OperationState, SyncOperationResource } from '../api/types.ts';
import type { Desired } from '../diff/prepare-desired.ts';
import { toKubeTime } from '../lib/clock.ts';
import { HoldfastError } from '../lib/errors.ts';
import { describeKey, type KubeObject, keyOf, type ObjectKey, parseObjectKey } from '../object/kube-object.ts';
import { applyObject } from '../sync/apply.ts';
import { resultRow, type TaskOutcome } from '../sync/outcome.ts';
import { planSync, type SyncPlan } from '../sync/plan/plan-sync.ts';
import { pruneObject } from '../sync/prune.ts';
import { type PlanResult, runPlan } from '../sync/run-plan.ts';
import { absorbOutcomes, inventoryAfter, inventoryBefore } from './absorb-outcomes.ts';
import { liveOf, otherOwner } from './compare-resources.ts';
import { renderRevision } from './fetch-source.ts';
import { desiredOf } from './resolve-desired.ts';
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
interface Scope {
  readonly revision: string;
  readonly desired: ReadonlyMap<ObjectKey, Desired>;
  readonly failures: readonly TaskOutcome[];
}

/**
 * Carries out a sync: intent is recorded where it matters, then objects are applied and pruned, then the outcome is
 * taken into the application's record. Errors of single objects are results; only what ends the whole operation throws.
 */
export async function runOperation(
  app: TrackedApplication,
  application: Application,
  request: OperationRequest,
  services: Services,
): Promise<void> {
  const running = operationState(request, 'Running', app.render?.revision ?? '', application);
  try {
    const scope = await scopeOf(app, application, request, services);
    const plan = buildPlan(app, application, request, { scope, services });
    await announce(app, running, { request, plan, services });
    if (request.operation.sync?.dryRun === true) {
      finish(app, running, { phase: 'Succeeded', message: 'dry run: nothing was changed' }, services);
      return;
    }
    await createNamespace(application, plan, services);
    const result = await runPlan(plan, runnerFor(app, application, services));
    absorbOutcomes(app, result.outcomes, services);
    conclude(app, running, { request, scope, result }, services);
    app.inventory = inventoryAfter(app, services);
  } catch (thrown) {
    const error = HoldfastError.from(thrown);
    if (error.code === 'CLUSTER_CONFLICT') throw error;
    finish(app, running, { phase: 'Error', message: error.message }, services);
    app.syncConditions = [{ type: 'SyncError', message: error.message }];
  }
}

async function scopeOf(
  app: TrackedApplication,
  application: Application,
  request: OperationRequest,
  services: Services,
): Promise<Scope> {
  const wanted = request.operation.sync?.revision;
  const current = app.render;
  const named = application.settings.sources[0]?.targetRevision || 'HEAD';
  if (current !== undefined && (!wanted || wanted === current.revision || wanted === named)) {
    return { revision: current.revision, desired: app.desired, failures: unresolvedOutcomes(app, request) };
  }
  if (!wanted) throw app.comparisonError ?? new HoldfastError('SYNC_REFUSED', 'Nothing has been rendered yet');
  const render = await renderRevision(app, application, wanted, services);
  const { desired } = await desiredOf(render.result, app, application, services);
  return { revision: render.revision, desired, failures: [] };
}

function unresolvedOutcomes(app: TrackedApplication, request: OperationRequest): TaskOutcome[] {
  return app.unresolved
    .filter((entry) => request.keys === undefined || request.keys.includes(entry.key))
    .map(({ key, version, reason }) => ({ key, version, code: 'SyncFailed', message: reason }));
}

function buildPlan(
  app: TrackedApplication,
  application: Application,
  request: OperationRequest,
  context: { scope: Scope; services: Services },
): SyncPlan {
  const selected = selector(request, application);
  const apply = [...context.scope.desired.values()].filter(
    (desired) => selected(desired.key) && needsApply(app, desired, context.scope),
  );
  const extras = request.operation.sync?.prune === true ? prunable(app, context) : [];
  const prune = extras.filter((object) => selected(keyOf(object)));
  refuseEmpty(app, application, prune, context.scope);
  return planSync({ apply, prune, pruneKeys: prune.map(keyOf) });
}

function selector(request: OperationRequest, application: Application): (key: ObjectKey) => boolean {
  const resources = request.operation.sync?.resources ?? [];
  if (request.keys !== undefined) {
    const keys = new Set(request.keys);
    return (key) => keys.has(key);
  }
  if (resources.length === 0) return () => true;
  return (key) => resources.some((resource) => selects(resource, key, application.spec.destination.namespace ?? ''));
}

/** A resource without a namespace means the destination's: the peer's habit of matching every namespace is a bug. */
function selects(resource: SyncOperationResource, key: ObjectKey, destination: string): boolean {
  const parts = parseObjectKey(key);
  const namespace = resource.namespace || (parts.namespace === '' ? '' : destination);
  return (
    (resource.group ?? '') === parts.group &&
    resource.kind === parts.kind &&
    resource.name === parts.name &&
    namespace === parts.namespace
  );
}

/** What is in sync is not written again; another revision's objects are compared by their text. */
function needsApply(app: TrackedApplication, desired: Desired, scope: Scope): boolean {
  if (scope.desired !== app.desired && app.desired.get(desired.key)?.hash !== desired.hash) return true;
  return app.resources.get(desired.key)?.sync !== 'Synced';
}

function prunable(app: TrackedApplication, context: { scope: Scope; services: Services }): KubeObject[] {
  // Nobody knows all that Git states while a file of it is broken.
  if (app.comparisonError !== undefined) return [];
  if (app.render?.result.problems.some((problem) => problem.severity === 'invalid') === true) return [];
  return [...context.services.live.ownedBy(app.instanceName)].filter((object) => {
    const key = keyOf(object);
    return !context.scope.desired.has(key) && app.resources.get(key)?.requiresPruning === true;
  });
}

function refuseEmpty(
  app: TrackedApplication,
  application: Application,
  prune: readonly KubeObject[],
  scope: Scope,
): void {
  const allowed = application.spec.syncPolicy?.automated?.allowEmpty === true;
  if (prune.length === 0 || scope.desired.size > 0 || app.unresolved.length > 0 || allowed) return;
  throw new HoldfastError(
    'SYNC_EMPTY',
    `Refusing to prune all ${prune.length} objects: revision ${scope.revision} holds no manifest at the application's path. Restore the manifests, or set spec.syncPolicy.automated.allowEmpty if that is meant`,
  );
}

/** Records what is about to happen, when it could not be told from the cluster alone after a crash. */
async function announce(
  app: TrackedApplication,
  running: OperationState,
  context: { request: OperationRequest; plan: SyncPlan; services: Services },
): Promise<void> {
  const { request, plan, services } = context;
  const tasks = plan.groups.flat();
  const inventory = inventoryBefore(app, tasks);
  const grows = inventory.size > app.inventory.size;
  app.inventory = inventory;
  if (!grows && !request.announce && tasks.every((task) => task.action === 'apply')) return;
  app.operationState = running;
  if (request.operation === app.application?.operation) app.operationTaken = true;
  await services.reportNow(app);
}

async function createNamespace(application: Application, plan: SyncPlan, services: Services): Promise<void> {
  const { options } = parseSyncOptions(application.spec.syncPolicy?.syncOptions, DEFAULT_SYNC_OPTIONS);
  const namespace = application.spec.destination.namespace ?? '';
  if (!options.createNamespace || namespace === '' || plan.groups.length === 0) return;
  await services.ensureNamespace(namespace);
}

function runnerFor(
  app: TrackedApplication,
  application: Application,
  services: Services,
): Parameters<typeof runPlan>[1] {
  const { client, installationId, controlNamespace } = services;
  return {
    apply: async ({ key, desired }) => {
      const kind = services.discovery.lookup(desired.gvk);
      const owner = otherOwner(app, desired, liveOf(app, desired, services), services);
      if (owner !== undefined) return ownedElsewhere(desired, owner);
      if (typeof kind === 'string') return kindGone(key, desired.gvk.version);
      return applyObject(desired, { client, kind, priority: 'normal' });
    },
    prune: async ({ key, live }) => {
      const { group, kind: kindName } = parseObjectKey(key);
      const kind = services.discovery.preferred(group, kindName);
      if (kind === undefined) return kindGone(key, live.apiVersion.split('/').at(-1) ?? '');
      return pruneObject(key, {
        client,
        kind,
        installationId,
        controlNamespace,
        instanceName: app.instanceName,
        inventory: app.inventory,
        propagationPolicy: application.settings.syncOptions.prunePropagationPolicy,
        syncOptions: application.settings.syncOptions,
        reason: 'prune',
      });
    },
    terminated: () => app.object['status'] !== undefined && phaseOf(app.object) === 'Terminating',
  };
}

function phaseOf(object: KubeObject): string | undefined {
  const status = object['status'] as { operationState?: { phase?: string } } | undefined;
  return status?.operationState?.phase;
}

function ownedElsewhere(desired: Desired, owner: string): TaskOutcome {
  const message = `Cannot apply ${describeKey(desired.key)} (${desired.origin}): it belongs to application "${owner}". Remove it from one of the two`;
  const error = new HoldfastError('SYNC_REFUSED', message, { retry: 'never' });
  return { key: desired.key, version: desired.gvk.version, code: 'SyncFailed', message, error };
}

function kindGone(key: ObjectKey, version: string): TaskOutcome {
  const message = `Cannot apply ${describeKey(key)}: the cluster has no such kind any more`;
  return { key, version, code: 'SyncFailed', message, error: new HoldfastError('CLUSTER_UNKNOWN_KIND', message) };
}

function operationState(
  request: OperationRequest,
  phase: OperationState['phase'],
  revision: string,
  application: Application,
): OperationState {
  const [source] = application.settings.sources;
  const syncResult = { revision, ...(source === undefined ? {} : { source }) };
  return { operation: request.operation, phase, startedAt: request.startedAt, syncResult };
}

/** Turns the outcomes into the operation's final state, the history and the conditions. */
function conclude(
  app: TrackedApplication,
  running: OperationState,
  done: { request: OperationRequest; scope: Scope; result: PlanResult },
  services: Services,
): void {
  const outcomes = [...done.result.outcomes, ...done.scope.failures];
  const failed = outcomes.filter((outcome) => outcome.code === 'SyncFailed');
  const rows = [...untouchedRows(app, done, outcomes), ...outcomes.map(resultRow)];
  const state = { ...running, syncResult: { ...running.syncResult, revision: done.scope.revision, resources: rows } };
  app.syncConditions = failed.map((outcome) => ({ type: 'SyncError', message: outcome.message }));
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

function finish(
  app: TrackedApplication,
  state: OperationState,
  end: { phase: 'Succeeded' | 'Failed' | 'Error'; message: string },
  services: Services,
): void {
  const { operation, startedAt, syncResult } = state;
  const previous = app.operationState;
  const finishedAt = toKubeTime(services.clock.now());
  app.operationState = {
    operation,
    phase: end.phase,
    message: end.message,
    startedAt,
    finishedAt,
    ...(syncResult === undefined ? {} : { syncResult }),
  };
  if (operation === app.application?.operation) app.operationTaken = true;
  if (repeats(previous, app.operationState)) {
    // A retry that fails the same way is no news: neither a write nor an Event.
    app.operationState = previous;
    return;
  }
  services.metrics.syncs.inc({
    namespace: app.object.metadata.namespace ?? '',
    name: app.object.metadata.name,
    phase: end.phase,
  });
  // A repair that worked has an Event of its own, which says more.
  if (operation.sync?.autoHealAttemptsCount !== undefined && end.phase === 'Succeeded') return;
  services.recordEvent(app, {
    type: end.phase === 'Succeeded' ? 'Normal' : 'Warning',
    reason: end.phase === 'Succeeded' ? 'OperationCompleted' : 'OperationFailed',
    message: `Sync to ${syncResult?.revision ?? 'no revision'}: ${end.message}`,
  });
}

function repeats(previous: OperationState | undefined, next: OperationState): boolean {
  return (
    next.phase !== 'Succeeded' &&
    previous?.phase === next.phase &&
    previous.message === next.message &&
    previous.syncResult?.revision === next.syncResult?.revision
  );
}

function addHistory(app: TrackedApplication, state: OperationState, services: Services): void {
  const limit = app.application?.settings.historyLimit ?? 0;
  const lastId = app.history.at(-1)?.id ?? -1;
  const source = state.syncResult?.source;
  const entry = {
    id: lastId + 1,
    revision: state.syncResult?.revision ?? '',
    ...(source === undefined ? {} : { source }),
    deployStartedAt: state.startedAt,
    deployedAt: toKubeTime(services.clock.now()),
    initiatedBy: state.operation.initiatedBy ?? {},
  };
  app.history = limit === 0 ? [] : [...app.history, entry].slice(-limit);
}
