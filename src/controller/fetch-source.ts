import { isInCluster } from '../api/destination.ts';
import type { Application, ApplicationSource } from '../api/types.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { CapabilityQuestion } from '../render/helm/capabilities.ts';
import { recordStillHolds } from '../source/access-record.ts';
import type { SourceTree } from '../source/tree.ts';
import { answersStillHold } from './cluster-answers.ts';
import { type LookupMemory, type LookupReach, lookupReach, lookupsStillHold } from './read-lookups.ts';
import { basesStillHold, releaseBases, renderInputs, renderSource } from './render-source.ts';
import type { Services } from './services.ts';
import type { FailedRender, RemoteBase, RenderInForce, TrackedApplication } from './tracked-application.ts';

const MIN_RETRY_MS = 2_000;
const MAX_RETRY_MS = 120_000;
/** What a chart looks up may come without a word: nothing of it is watched. */
const LOOK_AGAIN_MS = 15_000;

/**
 * Brings the application's render up to the commit that its source names now. On failure the render in force stays
 * and `sourceError` or `failedRender` says why: nothing is ever pruned or forgotten because of an error.
 */
export async function fetchSource(
  app: TrackedApplication,
  application: Application,
  services: Services,
): Promise<void> {
  const { refresh } = app.needs;
  if (isUpToDate(app, services)) {
    lookAgainLater(app, services);
    return;
  }
  app.needs.resolve = false;
  if (refresh === 'hard') app.failedRender = undefined;
  try {
    const source = onlySource(application);
    const revision = source.targetRevision || 'HEAD';
    const url = source.repoURL;
    app.resolved = await services.repositories.resolve(app.id, { url, revision, fresh: refresh !== undefined });
    await renderCommit(app, application, { source, revision: app.resolved, refresh }, services);
    app.sourceError = undefined;
    app.sourceErrorSinceMs = undefined;
    app.lookedAtMs = services.clock.monotonicMs();
    lookAgainLater(app, services);
  } catch (thrown) {
    app.sourceError = HoldfastError.from(thrown);
    app.sourceErrorSinceMs ??= services.clock.now();
    if (app.sourceError.retry === 'backoff') services.enqueue(app, retryDelayMs(app.sourceErrorSinceMs, services));
  }
}

/** Whether nothing calls for looking at the source. */
function isUpToDate(app: TrackedApplication, services: Services): boolean {
  const { needs, resolved, sourceError } = app;
  if (needs.resolve || needs.refresh !== undefined) return false;
  return resolved !== undefined && sourceError === undefined && !looksAgain(app, services);
}

/** Whether it is time to look whether what a chart missed in the cluster has come. */
function looksAgain({ failedRender, lookedAtMs }: TrackedApplication, { clock }: Services): boolean {
  return (failedRender?.lookups.length ?? 0) > 0 && clock.monotonicMs() - lookedAtMs >= LOOK_AGAIN_MS;
}

function lookAgainLater(app: TrackedApplication, services: Services): void {
  if ((app.failedRender?.lookups.length ?? 0) === 0) return;
  const elapsedMs = services.clock.monotonicMs() - app.lookedAtMs;
  // A timer may be early by a little.
  services.enqueue(app, Math.max(LOOK_AGAIN_MS - elapsedMs, 0) + 10);
}

/** A fetch that failed is tried again although the poll sees nothing new; each wait as long as all before it. */
function retryDelayMs(sinceMs: number, services: Services): number {
  return Math.min(Math.max(services.clock.now() - sinceMs, MIN_RETRY_MS), MAX_RETRY_MS);
}

/** Manifests of one commit that is not the one in force, for a sync to a stated revision. */
export async function renderRevision(
  app: TrackedApplication,
  application: Application,
  revision: string,
  services: Services,
): Promise<RenderInForce> {
  const source = onlySource(application);
  const oid = await services.repositories.resolve(`${app.id} operation`, {
    url: source.repoURL,
    revision,
    fresh: true,
  });
  const use = `${app.id} operation`;
  try {
    const { tree } = await services.repositories.snapshot({ url: source.repoURL }, oid);
    const at = { source, tree, revision: oid, use, bases: new Map(), cluster: new Map(), lookups: new Map() };
    return await renderSource(app, application, at, services);
  } finally {
    releaseBases(use, [], services);
    services.repositories.release(use);
  }
}

function onlySource(application: Application): ApplicationSource {
  if (!isInCluster(application.spec.destination)) {
    throw unsupported('spec.destination names another cluster than the one that Holdfast runs in');
  }
  const [source, ...others] = application.settings.sources;
  if (source === undefined) throw unsupported('spec has no source');
  if (others.length > 0) throw unsupported('spec.sources has more than one source');
  if (source.chart !== undefined && source.chart !== '') throw unsupported('spec.source.chart names a Helm chart');
  if (source.plugin !== undefined) throw unsupported('spec.source.plugin names a config management plugin');
  return source;
}

function unsupported(what: string): HoldfastError {
  return new HoldfastError('RENDER_UNSUPPORTED', `${what}, which this release does not support yet`, {
    retry: 'never',
  });
}

interface Commit {
  readonly source: ApplicationSource;
  readonly revision: string;
  readonly refresh: 'normal' | 'hard' | undefined;
}

/** What a render depends on beside the commit. */
interface Rendering {
  readonly inputs: string;
  /** Undefined while charts may look up nothing. */
  readonly reach: LookupReach | undefined;
}

async function renderCommit(
  app: TrackedApplication,
  application: Application,
  commit: Commit,
  services: Services,
): Promise<void> {
  const { source, revision } = commit;
  const inputs = renderInputs(app, application, commit, services);
  const reach = lookupReach(application, services);
  if (await failsAgain(app.failedRender, { ...commit, inputs, reach }, services)) return;
  const { tree } = await services.repositories.snapshot({ url: source.repoURL }, revision);
  const reused = await reuseRender(app.render, { ...commit, inputs, reach, tree }, services);
  if (reused !== undefined) {
    app.render = reused;
    app.failedRender = undefined;
    services.metrics.renders.inc({ result: 'reused' });
    releaseUnused(app, services);
    return;
  }
  const bases = new Map<string, RemoteBase>();
  const cluster = new Map<CapabilityQuestion, string>();
  const lookups = new Map<string, LookupMemory>();
  try {
    const at = { source, tree, revision, use: app.id, bases, cluster, lookups };
    app.render = await renderSource(app, application, at, services);
    app.failedRender = undefined;
    services.metrics.renders.inc({ result: 'rendered' });
    logWarnings(app, app.render, services);
  } catch (thrown) {
    const error = HoldfastError.from(thrown);
    // A server that does not answer says nothing about the sources. Its repository is kept, and with it the knowledge that
    // it does not answer: to forget that would be to find it out again, as news, at once.
    if (error.retry === 'backoff') throw error;
    const kept = { bases: [...bases.values()], cluster, lookups: [...lookups.values()] };
    app.failedRender = { inputs, revision, error, ...kept };
    services.metrics.renders.inc({ result: 'failed' });
  }
  releaseUnused(app, services);
}

/** What the tools would print beside the manifests. A chart may say the same of several subcharts. */
function logWarnings(app: TrackedApplication, { revision, result }: RenderInForce, { log }: Services): void {
  for (const warning of new Set(result.warnings))
    log.warn({ application: app.id, revision, warning }, 'render warning');
}

function releaseUnused(app: TrackedApplication, services: Services): void {
  const kept = [app.render, app.failedRender].flatMap((one) => one?.bases ?? []);
  releaseBases(app.id, kept, services);
}

/** Whether the render that failed is what would be tried now, so that it need not be. */
async function failsAgain(
  failed: FailedRender | undefined,
  { revision, refresh, inputs, reach }: Commit & Rendering,
  services: Services,
): Promise<boolean> {
  if (failed?.inputs !== inputs || failed.revision !== revision) return false;
  if (!answersStillHold(failed.cluster, services.discovery)) return false;
  // What a chart missed may have come.
  if (!(await lookupsStillHold(failed.lookups, reach))) return false;
  return basesStillHold(failed.bases, refresh !== undefined, services);
}

/** The render in force as that of another commit, if nothing that it read has changed between the two. */
async function reuseRender(
  render: RenderInForce | undefined,
  commit: Commit & Rendering & { readonly tree: SourceTree },
  services: Services,
): Promise<RenderInForce | undefined> {
  const { revision, refresh, inputs, tree } = commit;
  if (render === undefined || refresh === 'hard' || render.inputs !== inputs) return undefined;
  if (render.ofRevision && render.revision !== revision) return undefined;
  if (!recordStillHolds(render.record, tree) || !answersStillHold(render.cluster, services.discovery)) return undefined;
  if (!(await isOutsideTheSame(render, commit, services))) return undefined;
  // A new value would be news, and news costs a write.
  return render.revision === revision ? render : { ...render, revision };
}

/**
 * Whether remote bases are where they were and charts would find the same. At rest no lookup is made: a poll that finds
 * the same commit looks up nothing.
 */
async function isOutsideTheSame(
  render: RenderInForce,
  { revision, refresh, reach }: Commit & Rendering,
  services: Services,
): Promise<boolean> {
  if (!(await basesStillHold(render.bases, refresh !== undefined, services))) return false;
  if (refresh === undefined && render.revision === revision) return true;
  return lookupsStillHold(render.lookups, reach);
}
