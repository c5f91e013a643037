import type { Application, ApplicationSource } from '../api/types.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { JsonValue } from '../object/kube-object.ts';
import { createBuildEnvironment, REVISION_VARIABLES } from '../render/argocd/build-environment.ts';
import { FileCache, type RemoteContent, type RemoteNeed } from '../render/kustomize/index.ts';
import { ParseCache } from '../render/parse-cache.ts';
import { renderManifests } from '../render/render-manifests.ts';
import { recordAccess } from '../source/access-record.ts';
import { fetchHttpFile } from '../source/http-file.ts';
import type { SourceTree } from '../source/tree.ts';
import { printJson } from '../yaml/json.ts';
import type { Services } from './services.ts';
import type { RemoteBase, RenderInForce, TrackedApplication } from './tracked-application.ts';

/** Parsed files by content, shared by all applications of the process: equal files are parsed once. */
const PARSE_CACHE = new ParseCache(32 * 1024 * 1024);
const KUSTOMIZE_CACHE = new FileCache();

/** A remote base may have remote bases; every round fetches what the one before found out about. */
const MAX_ROUNDS = 20;

/** One source at one commit. */
export interface SourceAtCommit {
  readonly source: ApplicationSource;
  readonly tree: SourceTree;
  readonly revision: string;
  /** Under which the remote bases are polled, so that a render for one operation can give them up afterwards. */
  readonly use: string;
}

/**
 * Renders a source, fetching the remote bases that turn out to be needed.
 * @throws {HoldfastError} as `renderManifests`; RENDER_LIMIT if remote bases lead on and on
 */
export async function renderSource(
  app: TrackedApplication,
  application: Application,
  at: SourceAtCommit,
  services: Services,
): Promise<RenderInForce> {
  const { source, tree, revision } = at;
  const environment = createBuildEnvironment({
    appName: app.instanceName,
    namespace: application.spec.destination.namespace ?? '',
    project: application.spec.project,
    revision,
    repoURL: source.repoURL,
    path: source.path ?? '',
    targetRevision: source.targetRevision ?? '',
  });
  const remotes = new Map<string, RemoteContent>();
  const bases = new Map<string, RemoteBase>();
  let files = 0;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const recording = recordAccess(tree);
    const { kustomizeBuildOptions, disabledTypes } = services.settings();
    const outcome = renderManifests(recording.tree, {
      source,
      appName: app.instanceName,
      environment,
      kustomizeBuildOptions,
      disabledTypes,
      remotes,
      cache: PARSE_CACHE,
      kustomizeCache: KUSTOMIZE_CACHE,
    });
    if (!('needs' in outcome)) {
      const ofRevision = files > 0 || REVISION_VARIABLES.some((name) => environment.asked.has(name));
      const inputs = renderInputs(application, source, services);
      return { revision, inputs, record: recording.record(), result: outcome, bases: [...bases.values()], ofRevision };
    }
    files += outcome.needs.filter(({ kind }) => kind === 'file').length;
    await Promise.all(
      outcome.needs.map(async (need) => remotes.set(need.key, await fetchNeed(need, { at, bases, services }))),
    );
  }
  throw new HoldfastError(
    'RENDER_LIMIT',
    `Cannot render ${source.path ?? '.'}: its remote bases have remote bases more than ${MAX_ROUNDS} deep. Break the chain`,
    { retry: 'never' },
  );
}

/** Everything but trees that a render depends on, as text: two revisions with equal trees render alike. */
export function renderInputs(application: Application, source: ApplicationSource, services: Services): string {
  const { kustomizeBuildOptions, disabledTypes } = services.settings();
  const { destination, project } = application.spec;
  const context = [destination.namespace ?? '', project, kustomizeBuildOptions, ...disabledTypes];
  // Integers beyond 2^53 are bigint, which JSON.stringify refuses.
  return printJson([source as unknown as JsonValue, context]);
}

/** Whether each remote base still is at the commit that was rendered; `fresh` asks their servers now. */
export async function basesStillHold(render: RenderInForce, fresh: boolean, services: Services): Promise<boolean> {
  const commits = await Promise.all(
    render.bases.map(({ use, url, ref }) => services.repositories.resolve(use, { url, revision: ref, fresh })),
  );
  return commits.every((oid, index) => oid === render.bases[index]?.oid);
}

/** Gives up polling the remote bases that were polled under `use` and that `kept` does not need. */
export function releaseBases(use: string, kept: RenderInForce | undefined, services: Services): void {
  services.repositories.retain(`${use} `, new Set(kept?.bases.map((base) => base.use)));
}

interface Fetching {
  readonly at: SourceAtCommit;
  readonly bases: Map<string, RemoteBase>;
  readonly services: Services;
}

/** What goes wrong for want of the server is thrown and tried again; what the URL itself says is the build's to tell. */
async function fetchNeed(need: RemoteNeed, { at, bases, services }: Fetching): Promise<RemoteContent> {
  if (need.kind === 'file') return fetchHttpFile(need.url);
  const use = `${at.use} ${need.key}`;
  const ref = need.ref === '' ? 'HEAD' : need.ref;
  try {
    const oid = await services.repositories.resolve(use, { url: need.url, revision: ref, fresh: false });
    bases.set(need.key, { use, url: need.url, ref, oid });
    return { tree: (await services.repositories.snapshot(need.url, oid)).tree };
  } catch (error) {
    const known = HoldfastError.from(error);
    if (known.retry === 'backoff') throw known;
    return { error: known.message };
  }
}
