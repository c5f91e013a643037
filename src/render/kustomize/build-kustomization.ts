import { HoldfastError } from '../../lib/errors.ts';
import type { JsonObject } from '../../object/kube-object.ts';
import type { SourceTree } from '../../source/tree.ts';
import { printYaml } from '../../yaml/print.ts';
import type { FileCache } from '../file-cache.ts';
import { ResourceAccumulator } from './accumulator.ts';
import { hashObject } from './generators/hash-object.ts';
import { KustomizeError } from './kustomize-error.ts';
import { showPath } from './loader/real-path.ts';
import type { RemoteNeed, Remotes } from './loader/remote.ts';
import { type LoaderContext, type LoadRestrictor, TreeLoader } from './loader/tree-loader.ts';
import type { ResMap } from './resource/res-map.ts';
import { ResourceFactory } from './resource/resource-factory.ts';
import { Schema } from './schema/schema.ts';
import { accumulateTarget } from './target/accumulate-target.ts';
import type { BuildContext, HelmRenderer, HelmSetup } from './target/build-context.ts';
import { type FinishOptions, finishResources } from './target/finish-resources.ts';
import { chooseSchema, loadTarget } from './target/target.ts';
import { toManifest } from './target/to-manifest.ts';

/** The flags of `kustomize build`, and what stands for the world outside the tree. */
export interface BuildOptions extends FinishOptions {
  /** Default `rootOnly`. */
  readonly loadRestrictor?: LoadRestrictor;
  /** Inflates charts, where `helm` can. */
  readonly enableHelm?: boolean;
  /** Renders charts; absent: none can be inflated. */
  readonly helm?: HelmRenderer;
  /** Kubernetes version for charts that state none; absent: the renderer's own. */
  readonly helmKubeVersion?: string;
  /** API versions for charts that state none, added to those that Helm assumes. */
  readonly helmApiVersions?: readonly string[];
  /** Makes no difference: nothing but builtin plugins is ever run. */
  readonly enableAlphaPlugins?: boolean;
  /** Remembers parsed files from build to build; absent: nothing is remembered. */
  readonly cache?: FileCache;
  /**
   * Absolute path of the tree's root on the disk: messages name files by it, and absolute paths in kustomizations are
   * looked for below it. Absent: messages name files from the tree's root, and absolute paths are refused.
   */
  readonly displayRoot?: string;
  /** What was fetched for the needs of earlier builds. */
  readonly remotes?: Remotes;
}

/** The objects of a build, in order, and what is to be said beside them; or what must be fetched before. */
export type BuildResult =
  | { readonly manifests: readonly JsonObject[]; readonly warnings: readonly string[] }
  | { readonly needs: readonly RemoteNeed[] };

/**
 * What `kustomize build` makes of the folder `path` of a tree: the same objects in the same order, with the same
 * warnings. Pure: nothing but `tree` and `options.remotes` is read, nothing is executed.
 *
 * A kustomization that refers to something outside the tree that is not among `remotes` comes back as `needs`; build
 * again with them.
 *
 * @throws {HoldfastError} RENDER_KUSTOMIZE with the message of the real tool, files named by their paths in the tree
 * @throws {HoldfastError} RENDER_LIMIT if a file is too large or too deep
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.2/api/krusty/kustomizer.go
 */
export function buildKustomization(tree: SourceTree, path: string, options: BuildOptions = {}): BuildResult {
  const warnings: string[] = [];
  const needs = new Map<string, RemoteNeed>();
  const warn = (message: string) => void warnings.push(message);
  const need = (wanted: RemoteNeed) => void needs.set(wanted.key, wanted);
  try {
    const { remotes = new Map(), displayRoot } = options;
    const resources = build(tree, path, options, { remotes, displayRoot, warn, need });
    if (needs.size === 0) return { manifests: resources.resources().map(toManifest), warnings };
  } catch (error) {
    // Without what is to be fetched other errors say nothing.
    if (needs.size === 0) throw toHoldfastError(error, showPath({ tree, displayRoot: options.displayRoot }, path));
  }
  return { needs: [...needs.values()] };
}

/** The text that `kustomize build` prints for the objects. */
export function printManifests(manifests: readonly JsonObject[]): string {
  return manifests.map(printYaml).join('---\n');
}

function build(tree: SourceTree, path: string, options: BuildOptions, loaderContext: LoaderContext): ResMap {
  const loader = TreeLoader.open(tree, path, options.loadRestrictor ?? 'rootOnly', loaderContext);
  const factory = new ResourceFactory({ holder: { schema: Schema.builtin() }, hash: hashObject });
  const helm = options.enableHelm === true ? helmSetup(options) : undefined;
  const context: BuildContext = { factory, helm, cache: options.cache, warn: loaderContext.warn };
  const loaded = loadTarget(context, loader, { origin: undefined, helmNamespace: undefined });
  chooseSchema(loaded);
  const { buildMetadata = [] } = loaded.kustomization;
  const target = buildMetadata.length === 0 ? loaded : { ...loaded, origin: {} };
  const accumulator = accumulateTarget(target, new ResourceAccumulator());
  return finishResources(accumulator, target, options);
}

function helmSetup({ helm = refuseHelm, helmKubeVersion = '', helmApiVersions = [] }: BuildOptions): HelmSetup {
  return { render: helm, kubeVersion: helmKubeVersion, apiVersions: helmApiVersions };
}

const refuseHelm: HelmRenderer = () => {
  throw new KustomizeError('charts (helmCharts) are not inflated here; render them to manifests first');
};

function toHoldfastError(error: unknown, path: string): HoldfastError {
  if (error instanceof RangeError) return tooLarge(error, path);
  if (!(error instanceof KustomizeError)) return HoldfastError.from(error);
  const message = `Cannot build ${path}: ${error.message.replace(USER_INFORMATION, '$1')}`;
  return new HoldfastError('RENDER_KUSTOMIZE', message, { retry: 'never', cause: error });
}

/** What stands before the host in the URL of a remote base, which may be a password or a token. */
const USER_INFORMATION = /(https?:\/\/)[^/@\s'"`]+@/gi;

/** The stack, or the longest text there can be, is the last limit of all. */
function tooLarge(cause: RangeError, path: string): HoldfastError {
  const message = `Cannot build ${path}: something in it nests too deeply or is too long; make it smaller`;
  return new HoldfastError('RENDER_LIMIT', message, { retry: 'never', cause });
}
