import type { KustomizeSource } from '../../api/source-types.ts';
import { HoldfastError } from '../../lib/errors.ts';
import { freezeJson } from '../../object/freeze-json.ts';
import type { JsonObject } from '../../object/kube-object.ts';
import { overlayTree } from '../../source/overlay-tree.ts';
import type { SourceTree } from '../../source/tree.ts';
import { printYaml } from '../../yaml/print.ts';
import type { FileCache } from '../file-cache.ts';
import type { RenderBudget } from '../gotemplate/budget.ts';
import { capabilitiesFor } from '../helm/index.ts';
import { chartInflator } from '../inflate-chart.ts';
import { parseBuildFlags } from '../kustomize/build-flags.ts';
import {
  type BuildOptions,
  buildKustomization,
  type HelmRenderer,
  KUSTOMIZATION_FILES,
  type Remotes,
} from '../kustomize/index.ts';
import type { Kustomization } from '../kustomize/kustomization/kustomization.ts';
import { readKustomization } from '../kustomize/kustomization/parse-kustomization.ts';
import { KustomizeError } from '../kustomize/kustomize-error.ts';
import type { RenderedManifest, RenderOutcome, RenderProblem } from '../rendered.ts';
import { toManifests } from '../to-manifests.ts';
import type { BuildEnvironment } from './build-environment.ts';
import { type ClusterCapabilities, chartCapabilities } from './cluster-capabilities.ts';
import { editKustomization } from './edit-kustomization.ts';
import { matchPaths } from './match-paths.ts';

/** What of an Application decides about a kustomization. */
export interface KustomizeRender {
  /** The folder, normalised; `''` is the root. */
  readonly path: string;
  readonly source: KustomizeSource;
  readonly environment: BuildEnvironment;
  /** `kustomize.buildOptions` of argocd-cm. */
  readonly buildOptions: string;
  /** What was fetched for the needs of an earlier try. */
  readonly remotes: Remotes;
  /** Files that other renders have parsed. */
  readonly cache: FileCache | undefined;
  /** What charts in it are told of the cluster; absent: Helm's defaults. */
  readonly cluster?: ClusterCapabilities | undefined;
  /** Bounds of charts in it; absent: the default ones for each. */
  readonly budget?: RenderBudget | undefined;
}

/**
 * The manifests of a kustomization as Argo CD builds it: the fields of `spec.source.kustomize` are put into the
 * kustomization file, in memory, and that is built with the options of argocd-cm.
 * @throws {HoldfastError} RENDER_KUSTOMIZE, RENDER_LIMIT, APPLICATION_INVALID; TREE_ESCAPE, TREE_LOOP
 */
export function renderKustomize(tree: SourceTree, render: KustomizeRender): RenderOutcome {
  const edited = withEdits(tree, render);
  const { buildOptions, remotes, cache } = render;
  const options = {
    ...buildOptionsOf(buildOptions),
    helm: inflatorFor(render),
    remotes,
    ...(cache === undefined ? {} : { cache }),
  };
  const result = buildKustomization(edited.tree, render.path, options);
  if ('needs' in result) return result;
  const manifests: RenderedManifest[] = [];
  const problems: RenderProblem[] = [];
  const file = edited.file ?? render.path;
  for (const value of result.manifests) {
    const found = toManifests([{ value: freezeJson(value), line: 1 }], file);
    manifests.push(...found.manifests);
    problems.push(...found.problems);
  }
  return { manifests, problems, sourceType: 'Kustomize', warnings: result.warnings };
}

/**
 * Charts see what the kustomization states of Kubernetes, else what the source states, else the cluster. Argo CD hands
 * the latter two to Kustomize as flags, which count where the kustomization states nothing.
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/util/kustomize/kustomize.go parseKustomizeBuildOptions
 */
function inflatorFor({ source, cluster, budget }: KustomizeRender): HelmRenderer {
  return chartInflator({
    capabilities: ({ kubeVersion, apiVersions }) => {
      const stated = { kubeVersion: source.kubeVersion ?? '', apiVersions: source.apiVersions ?? [] };
      const versions = apiVersions.length === 0 ? stated.apiVersions : apiVersions;
      if (kubeVersion === '') return chartCapabilities({ ...stated, apiVersions: versions }, cluster);
      const own = capabilitiesFor({ kubeVersion }).kubeVersion;
      return {
        ...chartCapabilities({ kubeVersion: own.normalized, apiVersions: versions }, cluster),
        kubeVersion: own,
      };
    },
    ...(budget === undefined ? {} : { budget }),
  });
}

/** The tree with the edited kustomization file in it. What is wrong with the file is for the build to say. */
function withEdits(tree: SourceTree, render: KustomizeRender): { tree: SourceTree; file: string | undefined } {
  const files = KUSTOMIZATION_FILES.map((name) => joinPath(render.path, name));
  const [file, ...others] = files.filter((path) => tree.read(path) !== undefined);
  if (file === undefined || others.length > 0) return { tree, file: undefined };
  if (Object.keys(render.source).length === 0) return { tree, file };
  const kustomization = readQuietly(Buffer.from(tree.read(file) ?? []).toString());
  if (kustomization === undefined) return { tree, file };
  const edited = editKustomization(kustomization, render.source, {
    environment: render.environment,
    exists: (path) => existsAt(tree, joinPath(render.path, path)),
    matching: (pattern) => matchPaths(tree, render.path, pattern),
  });
  const content = printYaml(edited as unknown as JsonObject);
  const unchanged = content === printYaml(kustomization as unknown as JsonObject);
  if (unchanged) return { tree, file };
  // The engine reads by the path that links lead to.
  const paths = [file, tree.realPath(file) ?? file];
  return { tree: overlayTree(tree, new Map(paths.map((path) => [path, Buffer.from(content)]))), file };
}

function readQuietly(text: string): Kustomization | undefined {
  try {
    return readKustomization(text);
  } catch (error) {
    if (error instanceof KustomizeError || error instanceof HoldfastError) return undefined;
    throw error;
  }
}

function existsAt(tree: SourceTree, path: string): boolean {
  try {
    return tree.list(path) !== undefined || tree.read(path) !== undefined;
  } catch (error) {
    // A path that leaves the tree names nothing in it.
    if (error instanceof HoldfastError) return false;
    throw error;
  }
}

function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function buildOptionsOf(text: string): BuildOptions {
  const args = text.split(/\s+/).filter((arg) => arg !== '');
  const { options, problems, paths } = parseBuildFlags(args);
  const all = [...problems, ...paths.map((path) => `"${path}" is no flag`)];
  if (all.length === 0) return options;
  const message = `Cannot use kustomize.buildOptions of argocd-cm: ${all.join('; ')}. Correct it there`;
  throw new HoldfastError('APPLICATION_INVALID', message, { retry: 'never' });
}
