import type { Application, IgnoreRule, OperationState, SyncOperationResource } from '../api/types.ts';
import { withLiveValues } from '../diff/ignored-fields.ts';
import type { Desired } from '../diff/prepare-desired.ts';
import { HoldfastError } from '../lib/errors.ts';
import {
  describeKey,
  type JsonValue,
  type KubeObject,
  keyOf,
  type ObjectKey,
  parseObjectKey,
} from '../object/kube-object.ts';
import { applyObject } from '../sync/apply.ts';
import type { TaskOutcome } from '../sync/outcome.ts';
import { planSync, type SyncPlan } from '../sync/plan/plan-sync.ts';
import { pruneObject } from '../sync/prune.ts';
import { runPlan } from '../sync/run-plan.ts';
import { printJson } from '../yaml/json.ts';
import { absorbOutcomes, inventoryAfter, inventoryBefore } from './absorb-outcomes.ts';
import { ignoreRulesFor, liveOf, otherOwner } from './compare-resources.ts';
import { conclude, finish, type OperationRequest, type Scope } from './conclude-operation.ts';
import { renderRevision } from './fetch-source.ts';
import { desiredOf } from './resolve-desired.ts';
import type { Services } from './services.ts';
import type { TrackedApplication } from './tracked-application.ts';

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
  const running = runningState(request, app.render?.revision ?? '', application);
  if (phaseOf(app.object) === 'Terminating') {
    // Asked for while no process was at work on it: to announce it anew would overwrite the request.
    finish(app, running, { phase: 'Failed', message: 'operation terminated' }, services);
    return;
  }
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
    if (isPassing(error)) throw error;
    finish(app, running, { phase: 'Error', message: error.message }, services);
    app.syncConditions = [{ type: 'SyncError', message: error.message }];
  }
}

/** The API server could not be asked: the operation stays what it is, and the next turn goes on with it. */
function isPassing({ code }: HoldfastError): boolean {
  return PASSING.has(code);
}

const PASSING: ReadonlySet<string> = new Set([
  'CLUSTER_CONFLICT',
  'CLUSTER_UNREACHABLE',
  'CLUSTER_UNKNOWN_OUTCOME',
  'CLUSTER_THROTTLED',
]);

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
  const persisted = app.inventory;
  const decidable = !request.announce && tasks.every((task) => task.action === 'apply');
  app.inventory = inventory;
  try {
    if (decidable && (inventory === persisted || (await services.intents.declare(app.id, inventory)))) return;
    app.operationState = running;
    if (request.operation === app.application?.operation) app.operationTaken = true;
    await services.reportNow(app);
  } catch (error) {
    // What is not known to be persisted must be persisted again before the next try acts.
    app.inventory = persisted;
    throw error;
  }
}

async function createNamespace(application: Application, plan: SyncPlan, services: Services): Promise<void> {
  const { createNamespace: asked } = application.settings.syncOptions;
  const namespace = application.spec.destination.namespace ?? '';
  if (!asked || namespace === '' || plan.groups.length === 0) return;
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
      const live = liveOf(app, desired, services);
      const owner = otherOwner(app, desired, live, services);
      if (owner !== undefined) return ownedElsewhere(desired, owner);
      if (typeof kind === 'string') return kindGone(key, desired.gvk.version);
      const settled = app.settled.get(key);
      const { respectIgnoreDifferences } = application.settings.syncOptions;
      const rules = respectIgnoreDifferences ? ignoreRulesFor(app, desired, services) : [];
      return applyObject(rules.length > 0 && live !== undefined ? keepLive(desired, live, rules) : desired, {
        client,
        kind,
        priority: 'normal',
        ...(live === undefined ? {} : { live }),
        ...(settled?.desiredHash === desired.hash ? { before: settled.object } : {}),
      });
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
    terminated: () => phaseOf(app.object) === 'Terminating',
  };
}

/** It stays the same manifest by its hash: what the user leaves to others is no part of what is compared. */
function keepLive(desired: Desired, live: KubeObject, rules: readonly IgnoreRule[]): Desired {
  const object = withLiveValues(desired.object, live, rules);
  return { ...desired, object, body: printJson(object as unknown as JsonValue) };
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

function runningState(request: OperationRequest, revision: string, application: Application): OperationState {
  const [source] = application.settings.sources;
  const syncResult = { revision, ...(source === undefined ? {} : { source }) };
  return { operation: request.operation, phase: 'Running', startedAt: request.startedAt, syncResult };
}
