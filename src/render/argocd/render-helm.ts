import type { HelmSource } from '../../api/source-types.ts';
import { HoldfastError } from '../../lib/errors.ts';
import { freezeJson } from '../../object/freeze-json.ts';
import type { SourceTree } from '../../source/tree.ts';
import { parseYamlDocuments, type YamlDocument } from '../../yaml/parse-documents.ts';
import type { FileCache } from '../file-cache.ts';
import type { RenderBudget } from '../gotemplate/budget.ts';
import type { CrdFile } from '../helm/chart.ts';
import { type LookupAnswers, type RenderedChart, templateForCluster } from '../helm/index.ts';
import type { Remotes } from '../kustomize/index.ts';
import type { RenderedManifest, RenderOutcome, RenderProblem } from '../rendered.ts';
import { toManifests } from '../to-manifests.ts';
import type { BuildEnvironment } from './build-environment.ts';
import { type ClusterCapabilities, chartCapabilities } from './cluster-capabilities.ts';
import { helmValueSources } from './helm-value-sources.ts';

/** What of an Application decides about a chart. */
export interface HelmRender {
  /** The chart's folder, normalised; `''` is the root. */
  readonly path: string;
  readonly source: HelmSource;
  /** The application's name in tracking ids: `shop`, or `team_shop` outside the control namespace. */
  readonly appName: string;
  /** Of the destination; empty if it states none. */
  readonly namespace: string;
  readonly environment: BuildEnvironment;
  /** Absent: charts see Helm's defaults. */
  readonly cluster: ClusterCapabilities | undefined;
  /** What `.Release.IsUpgrade` tells. */
  readonly isUpgrade: boolean;
  /** `helm.valuesFileSchemes` of argocd-cm. */
  readonly schemes: readonly string[];
  /** What was fetched for the needs of an earlier try. */
  readonly remotes: Remotes;
  /** What was read from the cluster for the needs of an earlier try; absent: `lookup` finds nothing. */
  readonly lookups: LookupAnswers | undefined;
  /** Bounds of the render; absent: the default ones. */
  readonly budget: RenderBudget | undefined;
  /** Remembers what files were parsed into; absent: nothing is remembered. */
  readonly cache: FileCache | undefined;
}

/**
 * The manifests of a chart as Argo CD renders it: what `helm template --include-crds` prints with the flags that
 * `spec.source.helm` stands for, in its order: definitions of `crds/`, objects in the order of installation, hooks. Hooks
 * keep their annotations. NOTES.txt is rendered and dropped.
 * @throws {HoldfastError} RENDER_HELM with Helm's message; RENDER_LIMIT, RENDER_YAML, APPLICATION_INVALID,
 * RENDER_UNSUPPORTED; TREE_ESCAPE, TREE_LOOP
 */
export function renderHelm(tree: SourceTree, render: HelmRender): RenderOutcome {
  const { path, source, cluster, lookups, budget, cache } = render;
  checkVersion(source.version ?? '');
  const values = helmValueSources(tree, render);
  if ('needs' in values) return values;
  const warnings: string[] = [];
  const outcome = rendered(path, () =>
    templateForCluster(tree, path, {
      releaseName: source.releaseName || render.appName.slice(render.appName.indexOf('_') + 1),
      namespace: source.namespace || render.namespace || 'default',
      isUpgrade: render.isUpgrade,
      values,
      capabilities: chartCapabilities(source, cluster),
      skipSchemaValidation: source.skipSchemaValidation ?? false,
      ...(lookups === undefined ? {} : { lookups }),
      ...(budget === undefined ? {} : { budget }),
      ...(cache === undefined ? {} : { cache }),
      warn: (message) => warnings.push(`chart ${path === '' ? '.' : path}: ${message}`),
    }),
  );
  if ('needs' in outcome) return outcome;
  const { chart, unstable } = outcome;
  return { ...manifestsOf(chart, render), sourceType: 'Helm', warnings, ...(unstable.length > 0 ? { unstable } : {}) };
}

/** Argo CD 3.5 has Helm 4 alone, which older settings of this field may not rule out. */
const VERSIONS: readonly string[] = ['', 'v3', 'v4'];

function checkVersion(version: string): void {
  if (VERSIONS.includes(version)) return;
  const message = `Cannot use spec.source.helm.version: Helm "${version}" is not supported; charts are rendered as Helm 4 does. Take the field out`;
  throw new HoldfastError('APPLICATION_INVALID', message, { retry: 'never' });
}

/** Says of missing dependencies what to do here, where nobody can run the command that Helm's message names. */
function rendered<T>(path: string, render: () => T): T {
  try {
    return render();
  } catch (error) {
    if (!(error instanceof HoldfastError) || !error.message.includes(MISSING)) throw error;
    const fix = 'Run it and commit the folder charts/: dependencies are fetched by a later release';
    const { code, retry, cause } = error;
    const folder = path === '' ? 'charts' : `${path}/charts`;
    throw new HoldfastError(code, `${error.message}. ${fix}`, { retry, cause, position: { file: folder } });
  }
}

const MISSING = 'missing in charts/ directory';

function manifestsOf(
  chart: RenderedChart,
  { path, source }: HelmRender,
): { manifests: readonly RenderedManifest[]; problems: readonly RenderProblem[] } {
  const hooks = source.skipTests === true ? chart.hooks.filter(({ events }) => !events.includes('test')) : chart.hooks;
  const found = [
    ...(source.skipCrds === true ? [] : chart.crds.map((crd) => definitionsOf(crd, path))),
    ...[...chart.manifests, ...hooks].map(({ source: template, document }) => {
      freezeJson(document);
      return objectsOf([{ value: document, line: 1 }], fileOf(template, path));
    }),
  ];
  return {
    manifests: found.flatMap(({ manifests }) => manifests),
    problems: found.flatMap(({ problems }) => problems),
  };
}

function definitionsOf({ path: template, file: { data } }: CrdFile, path: string): ReturnType<typeof toManifests> {
  const file = fileOf(template, path);
  const documents = parseYamlDocuments(Buffer.from(data).toString(), { file, repeatedKeys: 'last' });
  for (const { value } of documents) freezeJson(value);
  return objectsOf(documents, file);
}

/** Where a template is in the repository, as far as the chart is a folder: Helm puts the chart's name before it. */
function fileOf(template: string, path: string): string {
  const below = template.slice(template.indexOf('/') + 1);
  return path === '' ? below : `${path}/${below}`;
}

/** Whatever a chart prints is meant to be applied, so what has no kind stops the render, as in Argo CD. */
function objectsOf(documents: readonly YamlDocument[], file: string): ReturnType<typeof toManifests> {
  const found = toManifests(documents, file);
  const foreign = found.problems.find(({ severity }) => severity === 'foreign');
  if (foreign === undefined) return found;
  const message = `Cannot render the chart: ${foreign.message}. Whatever templates print is applied; correct ${file}, or let it print nothing`;
  throw new HoldfastError('RENDER_HELM', message, { retry: 'never', position: { file } });
}
