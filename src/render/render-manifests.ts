import type { ApplicationSource, KustomizeSource } from '../api/types.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { SourceTree } from '../source/tree.ts';
import { type BuildEnvironment, createBuildEnvironment } from './argocd/build-environment.ts';
import { renderKustomize } from './argocd/render-kustomize.ts';
import { applySourceOverrides } from './argocd/source-overrides.ts';
import { renderDirectory } from './directory/render.ts';
import { KUSTOMIZATION_FILES, type Remotes } from './kustomize/index.ts';
import { ParseCache } from './parse-cache.ts';
import type { RenderedSourceType, RenderOutcome } from './rendered.ts';

/** What of an application decides about its manifests. */
export interface RenderOptions {
  /** As in the Application; its path leads from the root of the tree, and `.` and `''` are the root. */
  readonly source: Pick<ApplicationSource, 'path' | 'directory' | 'kustomize' | 'helm' | 'plugin'> &
    Partial<ApplicationSource>;
  /** Name of the application, which may have files of overrides of its own. */
  readonly appName?: string;
  /** What `$ARGOCD_APP_…` names stand for; absent: nothing. */
  readonly environment?: BuildEnvironment;
  /** `kustomize.buildOptions` of argocd-cm. */
  readonly kustomizeBuildOptions?: string;
  /** Types that `kustomize.enable` and `helm.enable` of argocd-cm turn off: such folders are plain manifests. */
  readonly disabledTypes?: ReadonlySet<RenderedSourceType>;
  /** What was fetched for the needs of earlier calls. */
  readonly remotes?: Remotes;
  /** Shared by renders that may see the same files; absent: nothing is remembered. */
  readonly cache?: ParseCache;
  /** Bound on the sum of a folder's files. Default 10 MB, which is Argo CD's. */
  readonly maxCombinedBytes?: number;
}

/**
 * The manifests of one source, or what must be fetched to render it. Pure: the same tree and options give the same
 * result, and only `tree` is read.
 *
 * @throws {HoldfastError} RENDER_PATH if the path is no folder of the tree
 * @throws {HoldfastError} RENDER_UNSUPPORTED for a source that needs an engine that is not there yet
 * @throws {HoldfastError} RENDER_YAML, RENDER_LIMIT, RENDER_KUSTOMIZE, TREE_ESCAPE, TREE_LOOP, APPLICATION_INVALID as
 * the engines say
 */
export function renderManifests(tree: SourceTree, options: RenderOptions): RenderOutcome {
  const path = normalisePath(options.source.path ?? '');
  requireFolder(tree, path);
  const stated = { repoURL: '', ...options.source };
  const source = applySourceOverrides(tree, path, stated, options.appName ?? '');
  const type = sourceTypeOf(tree, path, source, options.disabledTypes ?? NONE);
  if (type === 'Kustomize') return renderKustomization(tree, path, source.kustomize ?? {}, options);
  if (type === 'Helm') throw unsupported(path);
  return renderDirectory(tree, {
    path,
    directory: source.directory ?? {},
    cache: options.cache ?? new ParseCache(0),
    maxCombinedBytes: options.maxCombinedBytes ?? DEFAULT_MAX_COMBINED_BYTES,
  });
}

const NONE: ReadonlySet<RenderedSourceType> = new Set();
const DEFAULT_MAX_COMBINED_BYTES = 10_000_000;

/** `path` without `.` and `..` and without slashes at its ends. */
function normalisePath(path: string): string {
  if (path.startsWith('/')) throw badPath(path, 'it is absolute. Write it from the root of the repository on');
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) throw badPath(path, 'it leads out of the repository');
  }
  return names.join('/');
}

function requireFolder(tree: SourceTree, path: string): void {
  if (tree.list(path) !== undefined) return;
  if (tree.read(path) !== undefined) throw badPath(path, 'it is a file. Name the folder that holds it');
  const nearest = nearestFolder(tree, path);
  const where = nearest === '' ? 'nothing on the way to it does, below the root' : `only ${nearest} does`;
  throw badPath(path, `it does not exist in this revision; ${where}`);
}

function nearestFolder(tree: SourceTree, path: string): string {
  const names = path.split('/');
  for (let count = names.length - 1; count > 0; count--) {
    const folder = names.slice(0, count).join('/');
    if (tree.list(folder) !== undefined) return folder;
  }
  return '';
}

/** A tool block in the source says its type; without one the files do. A type that is turned off is a plain folder. */
function sourceTypeOf(
  tree: SourceTree,
  path: string,
  source: ApplicationSource,
  disabled: ReadonlySet<RenderedSourceType>,
): RenderedSourceType {
  const types = TOOLS.filter(([field]) => source[field] !== undefined).map(([, type]) => type);
  const [stated, ...others] = types;
  if (others.length > 0) {
    const message = `Cannot render the source: it has options of more than one tool (${types.join(', ')}). Keep those of one`;
    throw new HoldfastError('APPLICATION_INVALID', message, { retry: 'never' });
  }
  if (stated === undefined) return detectSourceType(tree, path, disabled);
  return disabled.has(stated) ? 'Directory' : stated;
}

const TOOLS = [
  ['kustomize', 'Kustomize'],
  ['helm', 'Helm'],
  ['directory', 'Directory'],
] as const;

/**
 * As Argo CD tells it: by the files at the path itself. It walks them in order and the last one that tells a type wins,
 * which any file whose name ends in `Chart.yaml` does.
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/util/app/discovery/discovery.go Discover
 */
function detectSourceType(
  tree: SourceTree,
  path: string,
  disabled: ReadonlySet<RenderedSourceType>,
): RenderedSourceType {
  const names = (tree.list(path) ?? []).filter((one) => one.kind !== 'directory').map((one) => one.name);
  const types = names.sort().map(typeOfFile);
  return types.findLast((type) => type !== undefined && !disabled.has(type)) ?? 'Directory';
}

function typeOfFile(name: string): RenderedSourceType | undefined {
  if (KUSTOMIZATION_FILES.includes(name)) return 'Kustomize';
  return name.endsWith('Chart.yaml') ? 'Helm' : undefined;
}

function renderKustomization(
  tree: SourceTree,
  path: string,
  source: KustomizeSource,
  options: RenderOptions,
): RenderOutcome {
  return renderKustomize(tree, {
    path,
    source,
    environment: options.environment ?? NO_ENVIRONMENT,
    buildOptions: options.kustomizeBuildOptions ?? '',
    remotes: options.remotes ?? new Map(),
  });
}

const NO_ENVIRONMENT: BuildEnvironment = createBuildEnvironment({
  appName: '',
  namespace: '',
  project: '',
  revision: '',
  repoURL: '',
  path: '',
  targetRevision: '',
});

function unsupported(path: string): HoldfastError {
  const folder = path === '' ? 'the root folder' : path;
  const message =
    `Cannot render ${folder}: it is a Helm chart (Chart.yaml), and Helm comes with the next release. ` +
    'Until then point the source at a folder of plain manifests or a kustomization';
  return new HoldfastError('RENDER_UNSUPPORTED', message, { retry: 'never' });
}

function badPath(path: string, reason: string): HoldfastError {
  const message = `Cannot render path ${JSON.stringify(path)}: ${reason}`;
  return new HoldfastError('RENDER_PATH', message, { retry: 'never' });
}
