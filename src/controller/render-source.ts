import type { Application, ApplicationSource } from '../api/types.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { JsonValue } from '../object/kube-object.ts';
import { createBuildEnvironment, REVISION_VARIABLES } from '../render/argocd/build-environment.ts';
import { FileCache } from '../render/file-cache.ts';
import type { RemoteContent, RemoteNeed } from '../render/kustomize/index.ts';
import { renderManifests } from '../render/render-manifests.ts';
import { recordAccess } from '../source/access-record.ts';
import { fetchHttpFile } from '../source/http-file.ts';
import type { SourceTree } from '../source/tree.ts';
import { printJson } from '../yaml/json.ts';
import type { RepositoryUse } from './repositories.ts';
import type { Services } from './services.ts';
import type { RemoteBase, RenderInForce, TrackedApplication } from './tracked-application.ts';

/** Parsed files by content, shared by all applications of the process: equal files are parsed once. */
const FILE_CACHE = new FileCache();

/** Bounds on what one render may have fetched: a remote base may have remote bases. */
const MAX_NEEDS = 500;
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const FETCHED_AT_ONCE = 4;

/** One source at one commit. */
export interface SourceAtCommit {
  readonly source: ApplicationSource;
  readonly tree: SourceTree;
  readonly revision: string;
  /** Under which the remote bases are polled, so that a render for one operation can give them up afterwards. */
  readonly use: string;
  /** Takes in the remote bases that are asked for, also those of a render that fails. */
  readonly bases: Map<string, RemoteBase>;
}

/**
 * Renders a source, fetching the remote bases that turn out to be needed.
 * @throws {HoldfastError} as `renderManifests`; RENDER_LIMIT if remote bases lead on and on. To be tried again if a
 * server was asked for a file in vain: without it nobody can tell what the source says
 */
export async function renderSource(
  app: TrackedApplication,
  application: Application,
  at: SourceAtCommit,
  services: Services,
): Promise<RenderInForce> {
  const { source, tree, revision, bases } = at;
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
  const silent = new Set<string>();
  while (remotes.size <= MAX_NEEDS && sizeOf(remotes) <= MAX_FILE_BYTES) {
    const recording = recordAccess(tree);
    const { kustomizeBuildOptions, disabledTypes } = services.settings();
    const outcome = tryAgainIf(silent.size > 0, () =>
      renderManifests(recording.tree, {
        source,
        appName: app.instanceName,
        environment,
        kustomizeBuildOptions,
        disabledTypes,
        remotes,
        cache: FILE_CACHE,
      }),
    );
    if (!('needs' in outcome)) {
      const hasFiles = [...remotes.values()].some((content) => 'content' in content);
      const ofRevision = hasFiles || REVISION_VARIABLES.some((name) => environment.asked.has(name));
      const inputs = renderInputs(application, source, services);
      return { revision, inputs, record: recording.record(), result: outcome, bases: [...bases.values()], ofRevision };
    }
    // Each round fetches what the one before found out about.
    for (let start = 0; start < Math.min(outcome.needs.length, MAX_NEEDS + 1); start += FETCHED_AT_ONCE) {
      const some = outcome.needs.slice(start, start + FETCHED_AT_ONCE);
      await Promise.all(
        some.map(async (need) => remotes.set(need.key, await fetchNeed(need, { at, silent, services }))),
      );
    }
  }
  const limit = `${MAX_NEEDS} remote bases and files, and ${MAX_FILE_BYTES} bytes of files`;
  const message = `Cannot render ${source.path ?? '.'}: it needs more than ${limit}. Copy some of them into the repository`;
  throw new HoldfastError('RENDER_LIMIT', message, { retry: 'never' });
}

function sizeOf(remotes: ReadonlyMap<string, RemoteContent>): number {
  return remotes.values().reduce((sum, one) => sum + ('content' in one ? one.content.length : 0), 0);
}

function tryAgainIf<T>(isSilent: boolean, render: () => T): T {
  try {
    return render();
  } catch (thrown) {
    const { code, message, retry } = HoldfastError.from(thrown);
    if (!isSilent || retry === 'backoff') throw thrown;
    throw new HoldfastError(code, message, { retry: 'backoff', cause: thrown });
  }
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
export async function basesStillHold(
  bases: readonly RemoteBase[],
  fresh: boolean,
  services: Services,
): Promise<boolean> {
  const commits = await Promise.all(
    bases.map(async ({ use, url, onBehalfOf, ref }) => {
      const commit = await resolveBase(use, { url, onBehalfOf, revision: ref, fresh }, services);
      return typeof commit === 'string' ? commit : undefined;
    }),
  );
  return commits.every((oid, index) => oid === bases[index]?.oid);
}

/** Gives up polling the remote bases that were polled under `use` and are not among `kept`. */
export function releaseBases(use: string, kept: readonly RemoteBase[], services: Services): void {
  services.repositories.retain(`${use} `, new Set(kept.map((base) => base.use)));
}

interface Fetching {
  readonly at: SourceAtCommit;
  /** Keys of files whose servers gave no answer. */
  readonly silent: Set<string>;
  readonly services: Services;
}

/** What goes wrong for want of the server is thrown and tried again; what the URL itself says is the build's to tell. */
async function fetchNeed(need: RemoteNeed, { at, silent, services }: Fetching): Promise<RemoteContent> {
  if (need.kind === 'file') {
    const file = await fetchHttpFile(need.url);
    if ('error' in file && file.isTransient === true) silent.add(need.key);
    return file;
  }
  const use = `${at.use} ${need.key}`;
  const ref = need.ref === '' ? 'HEAD' : need.ref;
  // A commit may come together with one of its bases, which the last poll has not seen.
  const base = { url: need.url, onBehalfOf: at.source.repoURL };
  at.bases.set(need.key, { use, ...base, ref, oid: undefined });
  const commit = await resolveBase(use, { ...base, revision: ref, fresh: true }, services);
  const oid = typeof commit === 'string' ? commit : undefined;
  at.bases.set(need.key, { use, ...base, ref, oid });
  if (typeof commit !== 'string') return { error: commit.message };
  return { tree: (await services.repositories.snapshot(base, commit)).tree };
}

/** The commit, or why there is none; what may be better in a moment is thrown. */
async function resolveBase(
  use: string,
  base: Required<RepositoryUse> & { readonly revision: string; readonly fresh: boolean },
  services: Services,
): Promise<string | HoldfastError> {
  try {
    return await services.repositories.resolve(use, base);
  } catch (error) {
    const known = HoldfastError.from(error);
    if (known.retry === 'backoff') throw known;
    return known;
  }
}
