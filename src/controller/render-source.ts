import type { Application, ApplicationSource } from '../api/types.ts';
import type { Settings } from '../config/settings.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { JsonValue } from '../object/kube-object.ts';
import {
  type BuildEnvironment,
  createBuildEnvironment,
  REVISION_VARIABLES,
} from '../render/argocd/build-environment.ts';
import type { ClusterCapabilities } from '../render/argocd/cluster-capabilities.ts';
import { FileCache } from '../render/file-cache.ts';
import type { CapabilityQuestion } from '../render/helm/capabilities.ts';
import type { RemoteContent, RemoteNeed } from '../render/kustomize/index.ts';
import { type RenderOptions, renderManifests, runsTemplates } from '../render/render-manifests.ts';
import type { RenderOutcome } from '../render/rendered.ts';
import { recordAccess } from '../source/access-record.ts';
import { fetchHttpFile } from '../source/http-file.ts';
import type { SourceTree } from '../source/tree.ts';
import { printJson } from '../yaml/json.ts';
import { observedCapabilities, requireCertainty } from './cluster-answers.ts';
import { isHelmUpgrade } from './is-helm-upgrade.ts';
import { type LookupMemory, lookingFor, lookupScope } from './read-lookups.ts';
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
  /** Takes in what charts ask of the cluster, also those of a render that fails. */
  readonly cluster: Map<CapabilityQuestion, string>;
  /** Takes in what charts look up, also those of a render that fails. */
  readonly lookups: Map<string, LookupMemory>;
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
  const environment = environmentOf(app, application, at);
  const options: RenderOptions = {
    source: at.source,
    appName: app.instanceName,
    namespace: application.spec.destination.namespace ?? '',
    environment,
    isUpgrade: isHelmUpgrade(app, application, at),
  };
  const remotes = new Map<string, RemoteContent>();
  const silent = new Set<string>();
  const looking = lookingFor(application, services, at.lookups);
  while (remotes.size <= MAX_NEEDS && sizeOf(remotes) <= MAX_FILE_BYTES) {
    const recording = recordAccess(at.tree);
    const current = {
      ...options,
      ...optionsOf(services),
      cluster: clusterOf(at, services),
      remotes,
      ...looking?.options,
    };
    const outcome = await tryAgainIf(silent.size > 0, () => renderTree(at, recording.tree, current, services));
    if (!('needs' in outcome)) {
      requireCertainty(at.cluster, at.source.path ?? '.');
      const inputs = renderInputs(app, application, at, services);
      const ofRevision = standsForCommit(remotes, environment);
      const { revision, bases, cluster } = at;
      return {
        revision,
        inputs,
        record: recording.record(),
        result: outcome,
        bases: [...bases.values()],
        cluster,
        lookups: [...at.lookups.values()],
        ofRevision,
      };
    }
    await fetchNeeds(
      outcome.needs.filter((need) => need.kind !== 'lookup'),
      remotes,
      { at, silent, services },
    );
    await looking?.read(outcome.needs.filter((need) => need.kind === 'lookup'));
  }
  const limit = `${MAX_NEEDS} remote bases and files, and ${MAX_FILE_BYTES} bytes of files`;
  const message = `Cannot render ${at.source.path ?? '.'}: it needs more than ${limit}. Copy some of them into the repository`;
  throw new HoldfastError('RENDER_LIMIT', message, { retry: 'never' });
}

/** What may loop is rendered in a process of its own, the rest here, where what many applications share is parsed once. */
async function renderTree(
  { tree, source }: SourceAtCommit,
  recorded: SourceTree,
  options: RenderOptions,
  { renderPool }: Services,
): Promise<RenderOutcome> {
  if (!runsTemplates(tree, options)) return renderManifests(recorded, { ...options, cache: FILE_CACHE });
  return renderPool.render({ tree: recorded, ahead: tree, options, owner: source.repoURL });
}

function environmentOf(
  app: TrackedApplication,
  application: Application,
  { source, revision }: SourceAtCommit,
): BuildEnvironment {
  return createBuildEnvironment({
    appName: app.instanceName,
    namespace: application.spec.destination.namespace ?? '',
    project: application.spec.project,
    revision,
    repoURL: source.repoURL,
    path: source.path ?? '',
    targetRevision: source.targetRevision ?? '',
  });
}

/** The cluster as it is now: what an earlier round was told does not count. */
function clusterOf({ cluster }: SourceAtCommit, services: Services): ClusterCapabilities {
  cluster.clear();
  return observedCapabilities(services.discovery, cluster);
}

function standsForCommit(remotes: ReadonlyMap<string, RemoteContent>, environment: BuildEnvironment): boolean {
  const hasFiles = [...remotes.values()].some((content) => 'content' in content);
  return hasFiles || REVISION_VARIABLES.some((name) => environment.asked.has(name));
}

function sizeOf(remotes: ReadonlyMap<string, RemoteContent>): number {
  return remotes.values().reduce((sum, one) => sum + ('content' in one ? one.content.length : 0), 0);
}

async function tryAgainIf<T>(isSilent: boolean, render: () => Promise<T>): Promise<T> {
  try {
    return await render();
  } catch (thrown) {
    const { code, message, retry } = HoldfastError.from(thrown);
    if (!isSilent || retry === 'backoff') throw thrown;
    throw new HoldfastError(code, message, { retry: 'backoff', cause: thrown });
  }
}

/**
 * Everything but trees and the cluster that a render depends on, as text: two revisions with equal trees render alike,
 * unless the application wants charts to know of its history.
 */
export function renderInputs(
  app: TrackedApplication,
  application: Application,
  at: Pick<SourceAtCommit, 'source' | 'revision'>,
  services: Services,
): string {
  const { kustomizeBuildOptions, helmValuesFileSchemes, disabledTypes } = optionsOf(services);
  const { destination, project } = application.spec;
  const isUpgrade = isHelmUpgrade(app, application, at);
  const scope = lookupScope(application, services.settings());
  const context = [destination.namespace ?? '', project, kustomizeBuildOptions, isUpgrade, scope];
  // Integers beyond 2^53 are bigint, which JSON.stringify refuses.
  return printJson([at.source as unknown as JsonValue, context, [...helmValuesFileSchemes], [...disabledTypes]]);
}

function optionsOf(
  services: Services,
): Pick<Settings, 'kustomizeBuildOptions' | 'helmValuesFileSchemes' | 'disabledTypes'> {
  const { kustomizeBuildOptions, helmValuesFileSchemes, disabledTypes } = services.settings();
  return { kustomizeBuildOptions, helmValuesFileSchemes, disabledTypes };
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

/** Puts what is needed into `remotes`. Each round fetches what the one before found out about. */
async function fetchNeeds(
  needs: readonly RemoteNeed[],
  remotes: Map<string, RemoteContent>,
  fetching: Fetching,
): Promise<void> {
  for (let start = 0; start < Math.min(needs.length, MAX_NEEDS + 1); start += FETCHED_AT_ONCE) {
    const some = needs.slice(start, start + FETCHED_AT_ONCE);
    await Promise.all(some.map(async (need) => remotes.set(need.key, await fetchNeed(need, fetching))));
  }
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
