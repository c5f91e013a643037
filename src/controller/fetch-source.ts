import { isInCluster } from '../api/destination.ts';
import type { Application, ApplicationSource } from '../api/types.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { JsonValue } from '../object/kube-object.ts';
import { ParseCache } from '../render/parse-cache.ts';
import { renderManifests } from '../render/render-manifests.ts';
import type { RenderedSourceType } from '../render/rendered.ts';
import { recordAccess, recordStillHolds } from '../source/access-record.ts';
import type { SourceTree } from '../source/tree.ts';
import { printJson } from '../yaml/json.ts';
import type { Services } from './services.ts';
import type { RenderInForce, TrackedApplication } from './tracked-application.ts';

/** Parsed files by content, shared by all applications of the process: equal files are parsed once. */
const PARSE_CACHE = new ParseCache(32 * 1024 * 1024);

const MIN_RETRY_MS = 2_000;
const MAX_RETRY_MS = 120_000;

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
  if (!app.needs.resolve && refresh === undefined && app.resolved !== undefined && app.sourceError === undefined)
    return;
  app.needs.resolve = false;
  if (refresh === 'hard') app.failedRender = undefined;
  try {
    const source = onlySource(application);
    const revision = source.targetRevision || 'HEAD';
    const url = source.repoURL;
    app.resolved = await services.repositories.resolve(app.id, { url, revision, fresh: refresh !== undefined });
    await renderCommit(app, source, { revision: app.resolved, anew: refresh === 'hard' }, services);
    app.sourceError = undefined;
    app.sourceErrorSinceMs = undefined;
  } catch (thrown) {
    app.sourceError = HoldfastError.from(thrown);
    app.sourceErrorSinceMs ??= services.clock.now();
    if (app.sourceError.retry === 'backoff') services.enqueue(app, retryDelayMs(app.sourceErrorSinceMs, services));
  }
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
  try {
    const { tree } = await services.repositories.snapshot(source.repoURL, oid);
    return renderTree(tree, source, oid);
  } finally {
    services.repositories.release(`${app.id} operation`);
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

async function renderCommit(
  app: TrackedApplication,
  source: ApplicationSource,
  { revision, anew }: { revision: string; anew: boolean },
  services: Services,
): Promise<void> {
  const inputs = renderInputs(source);
  const failed = app.failedRender;
  if (failed?.inputs === inputs && failed.revision === revision) return;
  const { tree } = await services.repositories.snapshot(source.repoURL, revision);
  if (!anew && app.render?.inputs === inputs && recordStillHolds(app.render.record, tree)) {
    // Nothing that the render reads has changed between the two commits.
    // A new value would be news, and news costs a write.
    if (app.render.revision !== revision) app.render = { ...app.render, revision };
    app.failedRender = undefined;
    services.metrics.renders.inc({ result: 'reused' });
    return;
  }
  try {
    app.render = renderTree(tree, source, revision);
    app.failedRender = undefined;
    services.metrics.renders.inc({ result: 'rendered' });
  } catch (thrown) {
    app.failedRender = { inputs, revision, error: HoldfastError.from(thrown) };
    services.metrics.renders.inc({ result: 'failed' });
  }
}

function renderTree(tree: SourceTree, source: ApplicationSource, revision: string): RenderInForce {
  const recording = recordAccess(tree);
  const result = renderManifests(recording.tree, {
    path: source.path ?? '',
    ...(source.directory === undefined ? {} : { directory: source.directory }),
    ...statedType(source),
    cache: PARSE_CACHE,
  });
  return { revision, inputs: renderInputs(source), record: recording.record(), result };
}

/** A tool block in the source says its type; without one the files do. */
function statedType(source: ApplicationSource): { sourceType?: RenderedSourceType } {
  if (source.kustomize !== undefined) return { sourceType: 'Kustomize' };
  if (source.helm !== undefined) return { sourceType: 'Helm' };
  return source.directory === undefined ? {} : { sourceType: 'Directory' };
}

/** The source without its revision: two revisions with equal trees render alike. */
function renderInputs(source: ApplicationSource): string {
  const { targetRevision: _targetRevision, ...rest } = source;
  // Integers beyond 2^53 are bigint, which JSON.stringify refuses.
  return printJson(rest as unknown as JsonValue);
}
