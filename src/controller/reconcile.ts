import { ANNOTATIONS, requestedRefresh } from '../api/annotations.ts';
import type { Application } from '../api/types.ts';
import { toKubeTime } from '../lib/clock.ts';
import type { ObjectKey } from '../object/kube-object.ts';
import { decideAutoSync } from '../sync/plan/decide-auto-sync.ts';
import { compareKeys, compareResources } from './compare-resources.ts';
import { deleteApplication } from './delete-application.ts';
import { fetchSource } from './fetch-source.ts';
import { fightMessage, foughtOver, healObjects } from './heal.ts';
import { leaveAggregatedRules } from './leave-aggregated-rules.ts';
import { observeLive, readAbsent } from './observe-live.ts';
import { resolveDesired, spareLeftOut } from './resolve-desired.ts';
import { runOperation } from './run-operation.ts';
import type { Services } from './services.ts';
import type { RenderInForce, TrackedApplication } from './tracked-application.ts';

/** How soon a turn that waited for another application is tried again. */
const NEIGHBOUR_MS = 50;

/**
 * One turn of one application: brings what is known up to date, no further than its needs say, then acts on the
 * difference and reports. Runs alone for its application; level-triggered, so that a turn too many does no harm.
 * @throws {HoldfastError} CLUSTER_* when the API server cannot be asked; the queue tries again
 */
export async function reconcileApplication(app: TrackedApplication, services: Services): Promise<void> {
  const { application } = app;
  if (app.object.metadata.deletionTimestamp !== undefined) {
    await deleteApplication(app, services);
    return;
  }
  if (application === undefined) {
    services.reportSoon(app);
    return;
  }
  if (app.object.metadata.annotations?.[ANNOTATIONS.skipReconcile] === 'true') return;
  app.takingIn = true;
  try {
    await bringUpToDate(app, application, services);
  } finally {
    app.takingIn = false;
  }
  if (waitsForNeighbour(app, services)) services.enqueue(app, NEIGHBOUR_MS);
  else await act(app, application, services);
  services.reportSoon(app);
}

/** What has left this application may be moving to another, which must have had the chance to claim it before a prune. */
function waitsForNeighbour(app: TrackedApplication, services: Services): boolean {
  const extra = [...app.resources.values()].some((resource) => resource.requiresPruning);
  return extra && services.neighbourBehind(app);
}

/** source → render → desired → live → difference. A single object's event takes the short way. */
async function bringUpToDate(app: TrackedApplication, application: Application, services: Services): Promise<void> {
  const { needs } = app;
  const asked = isRefreshAsked(app);
  const before = app.render;
  await fetchSource(app, application, services);
  needs.refresh = undefined;
  if (app.render?.result !== before?.result) needs.compare = true;
  if (asked || needs.compare) await compareEverything(app, application, services);
  else await compareEvents(app, application, services);
  app.refreshDone ||= asked;
  if (asked || isNews(app, before)) app.reconciledAt = toKubeTime(services.clock.now());
}

/** Takes over a refresh that the annotation asks for, once. */
function isRefreshAsked(app: TrackedApplication): boolean {
  if (!app.refreshDone) app.needs.refresh ??= requestedRefresh(app.object.metadata.annotations);
  return app.needs.refresh !== undefined;
}

/** What a restart renders anew is no news: it must not cost a write. */
function isNews(app: TrackedApplication, before: RenderInForce | undefined): boolean {
  return app.reconciledAt === undefined || (before !== undefined && app.render !== before);
}

async function compareEverything(app: TrackedApplication, application: Application, services: Services): Promise<void> {
  const willApply = application.settings.automation !== undefined;
  app.needs.compare = false;
  app.needs.keys.clear();
  await resolveDesired(app, application, services);
  await observeLive(app, willApply, services);
  leaveAggregatedRules(app, application, services);
  await compareResources(app, services, willApply);
  spareLeftOut(app);
}

async function compareEvents(app: TrackedApplication, application: Application, services: Services): Promise<void> {
  const keys = [...app.needs.keys];
  app.needs.keys.clear();
  const { automation } = application.settings;
  // Leaving the watch may mean no more than a lost label. A repair mends either; a report must know which it is.
  if (automation?.selfHeal !== true) await readAbsent(app, keys, services);
  await compareKeys(app, keys, services, automation !== undefined);
  spareLeftOut(app);
}

/** An operation that somebody asked for comes first; else automated sync decides. */
async function act(app: TrackedApplication, application: Application, services: Services): Promise<void> {
  const asked = operationAsked(app, application, services);
  if (asked !== undefined) {
    await runOperation(app, application, { ...asked, announce: true }, services);
    return;
  }
  const { automation } = application.settings;
  if (automation === undefined || app.render === undefined) return;
  const fought = foughtOver(app, services);
  const { retryable, waiting } = failuresNow(app, services);
  const decision = decideAutoSync({
    automation,
    resources: app.resources.values(),
    revision: app.render.revision,
    source: application.settings.sources[0],
    lastOperation: app.operationState,
    retryable,
    waiting: new Set([...waiting, ...fought]),
    stale: app.comparisonError !== undefined,
  });
  if (decision.action === 'sync') await autoSync(app, application, services);
  if (decision.action === 'heal') await healObjects(app, application, decision.keys, services);
  // What was refused need not be done any more, for instance because Git states it again.
  if (decision.action === 'none' && isInSync(app)) app.syncConditions = [];
  reportFights(app, fought, services);
}

function isInSync({ comparisonError, resources }: TrackedApplication): boolean {
  return comparisonError === undefined && [...resources.values()].every(({ sync }) => sync === 'Synced');
}

/** `.operation`, or one that a process before this one left running. */
function operationAsked(
  app: TrackedApplication,
  application: Application,
  services: Services,
): { operation: NonNullable<Application['operation']>; startedAt: string } | undefined {
  if (application.operation !== undefined && !app.operationTaken) {
    return { operation: application.operation, startedAt: toKubeTime(services.clock.now()) };
  }
  const left = app.operationState;
  if (left === undefined || (left.phase !== 'Running' && left.phase !== 'Terminating')) return undefined;
  return { operation: left.operation, startedAt: left.startedAt };
}

function failuresNow(
  app: TrackedApplication,
  services: Services,
): { retryable: ReadonlySet<ObjectKey>; waiting: ReadonlySet<ObjectKey> } {
  const retryable = new Set<ObjectKey>(app.owed);
  const waiting = new Set<ObjectKey>();
  for (const [key, failure] of app.failures) {
    if ((app.desired.get(key)?.hash ?? '') !== failure.desiredHash) app.failures.delete(key);
    else if (failure.retryAtMs > services.clock.monotonicMs()) waiting.add(key);
  }
  // What cannot be resolved waits for its kind: discovery starts that turn.
  for (const { key } of app.unresolved) waiting.add(key);
  return { retryable, waiting };
}

async function autoSync(app: TrackedApplication, application: Application, services: Services): Promise<void> {
  const operation = {
    sync: {
      revision: app.render?.revision ?? '',
      prune: application.settings.automation?.prune ?? false,
      ...(application.spec.syncPolicy?.syncOptions === undefined
        ? {}
        : { syncOptions: application.spec.syncPolicy.syncOptions }),
    },
    initiatedBy: { automated: true },
  };
  const startedAt = toKubeTime(services.clock.now());
  await runOperation(app, application, { operation, startedAt, announce: false }, services);
}

function reportFights(app: TrackedApplication, fought: ReadonlySet<ObjectKey>, services: Services): void {
  const messages = [...fought]
    .filter((key) => app.resources.get(key)?.sync === 'OutOfSync')
    .map((key) => fightMessage(app, key, services));
  const kept = app.syncConditions.filter((condition) => !condition.message.includes('was repaired'));
  app.syncConditions = [...kept, ...messages.map((message) => ({ type: 'SyncError' as const, message }))];
  if (messages.length > 0) services.enqueue(app, 15_000);
}
