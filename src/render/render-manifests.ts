import type { ApplicationSource, DirectorySource, HelmSource, KustomizeSource } from '../api/types.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { SourceTree } from '../source/tree.ts';
import { type BuildEnvironment, createBuildEnvironment } from './argocd/build-environment.ts';
import type { ClusterCapabilities } from './argocd/cluster-capabilities.ts';
import { renderHelm } from './argocd/render-helm.ts';
import { renderKustomize } from './argocd/render-kustomize.ts';
import { applySourceOverrides } from './argocd/source-overrides.ts';
import { sourceTypeOf, withoutEmptyTools } from './argocd/source-type.ts';
import { renderDirectory } from './directory/render.ts';
import { FileCache } from './file-cache.ts';
import type { RenderBudget } from './gotemplate/budget.ts';
import type { LookupAnswers } from './helm/index.ts';
import type { Remotes } from './kustomize/index.ts';
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
  /** Of the destination: charts are rendered for it. */
  readonly namespace?: string;
  /** What charts are told of the cluster; absent: Helm's defaults. */
  readonly cluster?: ClusterCapabilities;
  /** What `.Release.IsUpgrade` tells charts. Default false, as `helm template` has it. */
  readonly isUpgrade?: boolean;
  /** `helm.valuesFileSchemes` of argocd-cm. Default `https` and `http`. */
  readonly helmValuesFileSchemes?: readonly string[];
  /** `kustomize.buildOptions` of argocd-cm. */
  readonly kustomizeBuildOptions?: string;
  /** Types that `kustomize.enable` and `helm.enable` of argocd-cm turn off: such folders are plain manifests. */
  readonly disabledTypes?: ReadonlySet<RenderedSourceType>;
  /** What was fetched for the needs of earlier calls. */
  readonly remotes?: Remotes;
  /** What was read for the needs of charts in earlier calls; absent: `lookup` is switched off and finds nothing. */
  readonly lookups?: LookupAnswers;
  /** Shared by renders that may see the same files; absent: nothing is remembered. */
  readonly cache?: FileCache;
  /** Bounds of a chart's render; absent: the default ones. */
  readonly budget?: RenderBudget;
  /** Bound on the sum of a folder's files. Default 10 MB, which is Argo CD's. */
  readonly maxCombinedBytes?: number;
}

/**
 * The manifests of one source, or what must be fetched to render it. Pure: the same tree and options give the same
 * result, and only `tree` is read.
 *
 * @throws {HoldfastError} RENDER_PATH if the path is no folder of the tree
 * @throws {HoldfastError} RENDER_UNSUPPORTED for a source that needs an engine that is not there yet
 * @throws {HoldfastError} RENDER_YAML, RENDER_LIMIT, RENDER_KUSTOMIZE, RENDER_HELM, TREE_ESCAPE, TREE_LOOP, APPLICATION_INVALID as
 * the engines say
 */
export function renderManifests(tree: SourceTree, options: RenderOptions): RenderOutcome {
  const { path, source, type } = planRender(tree, options);
  if (type === 'Kustomize') return renderKustomization(tree, path, source.kustomize ?? {}, options);
  if (type === 'Helm') return renderChart(tree, path, source.helm ?? {}, options);
  if (type === 'Directory') return renderFolder(tree, path, source.directory ?? {}, options);
  throw pluginRefused(path);
}

/**
 * Whether rendering runs code of the repository: templates, which may loop. Everything else takes as long as it is large.
 * @throws {HoldfastError} as {@link renderManifests} does before it renders
 */
export function runsTemplates(tree: SourceTree, options: RenderOptions): boolean {
  const { type } = planRender(tree, options);
  return type === 'Helm' || (type === 'Kustomize' && (options.kustomizeBuildOptions ?? '').includes('--enable-helm'));
}

interface RenderPlan {
  /** Normalised. */
  readonly path: string;
  readonly source: ApplicationSource;
  readonly type: RenderedSourceType | 'Plugin';
}

function planRender(tree: SourceTree, options: RenderOptions): RenderPlan {
  const path = normalisePath(options.source.path ?? '');
  requireFolder(tree, path);
  const stated = withoutEmptyTools({ repoURL: '', ...options.source });
  const source = applySourceOverrides(tree, path, stated, options.appName ?? '');
  return { path, source, type: sourceTypeOf(tree, path, source, options.disabledTypes ?? NONE) };
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

function renderFolder(
  tree: SourceTree,
  path: string,
  directory: DirectorySource,
  options: RenderOptions,
): RenderOutcome {
  return renderDirectory(tree, {
    path,
    directory,
    cache: options.cache ?? new FileCache(0),
    maxCombinedBytes: options.maxCombinedBytes ?? DEFAULT_MAX_COMBINED_BYTES,
  });
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
    cache: options.cache,
    cluster: options.cluster,
    budget: options.budget,
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

function renderChart(tree: SourceTree, path: string, source: HelmSource, options: RenderOptions): RenderOutcome {
  return renderHelm(tree, {
    path,
    source,
    appName: options.appName ?? '',
    namespace: options.namespace ?? '',
    environment: options.environment ?? NO_ENVIRONMENT,
    cluster: options.cluster,
    isUpgrade: options.isUpgrade ?? false,
    schemes: options.helmValuesFileSchemes ?? DEFAULT_SCHEMES,
    remotes: options.remotes ?? new Map(),
    lookups: options.lookups,
    budget: options.budget,
    cache: options.cache,
  });
}

const DEFAULT_SCHEMES: readonly string[] = ['https', 'http'];

function pluginRefused(path: string): HoldfastError {
  const folder = path === '' ? 'the root folder' : path;
  const reason =
    'the source names a config management plugin, and no programs are run here. ' +
    'Render with Kustomize, as a chart or as plain manifests, and take plugin out';
  return new HoldfastError('RENDER_UNSUPPORTED', `Cannot render ${folder}: ${reason}`, { retry: 'never' });
}

function badPath(path: string, reason: string): HoldfastError {
  const message = `Cannot render path ${JSON.stringify(path)}: ${reason}`;
  return new HoldfastError('RENDER_PATH', message, { retry: 'never' });
}
