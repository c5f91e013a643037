import type { GoMap, GoValue } from '../gotemplate/value.ts';
import { typedMap } from '../gotemplate/value.ts';

/** A file of a chart: its path within the chart with `/` between names, and its bytes without a byte order mark. */
export interface ChartFile {
  readonly name: string;
  readonly data: Uint8Array;
}

/** Who maintains a chart. */
export interface Maintainer {
  readonly name: string;
  readonly email: string;
  readonly url: string;
}

/** An entry of Chart.yaml's `dependencies`. Absent texts are empty. */
export interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
  readonly condition: string;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  readonly importValues: readonly GoValue[];
  readonly alias: string;
}

/** Chart.yaml, spaces and unprintable characters cleaned as Helm does. Absent texts are empty. */
export interface Metadata {
  readonly name: string;
  readonly home: string;
  readonly sources: readonly string[];
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly maintainers: readonly Maintainer[];
  readonly icon: string;
  readonly apiVersion: string;
  readonly condition: string;
  readonly tags: string;
  readonly appVersion: string;
  readonly deprecated: boolean;
  readonly annotations: ReadonlyMap<string, string>;
  readonly kubeVersion: string;
  /** `undefined` when Chart.yaml has no such field, which is not the same as an empty list. */
  readonly dependencies: readonly Dependency[] | undefined;
  readonly type: string;
}

/** Chart.lock or requirements.lock, as far as rendering may look at it. */
export interface ChartLock {
  readonly digest: string;
  readonly dependencies: readonly Dependency[];
}

/**
 * A chart as loaded, or as `processDependencies` leaves it. Treated as immutable: steps return new charts.
 *
 * Files come in the order in which Helm walks them. A chart does not know its parent; {@link walkCharts} tells paths.
 */
export interface Chart {
  readonly metadata: Metadata;
  readonly lock: ChartLock | undefined;
  /** Files under `templates/`. */
  readonly templates: readonly ChartFile[];
  /** The chart's own defaults; an empty map without values.yaml. Must not be changed. */
  readonly values: GoMap;
  /** values.schema.json. */
  readonly schema: Uint8Array | undefined;
  /** All other files, those in `crds/` included. */
  readonly files: readonly ChartFile[];
  readonly dependencies: readonly Chart[];
  /** What Helm would print on its log while loading this chart alone. */
  readonly warnings: readonly string[];
}

/** One custom resource definition file. `path` is as manifests name their source: `chart/crds/x.yaml`. */
export interface CrdFile {
  readonly path: string;
  readonly file: ChartFile;
}

/** Whether the chart holds only definitions for others. Helm takes any letter case for this. */
export function isLibraryChart(chart: Chart): boolean {
  return chart.metadata.type.toLowerCase() === 'library';
}

/** Path of a subchart below its parent's path, as template names begin: `parent/charts/child`. */
export function chartFullPath(name: string, parentPath: string | undefined): string {
  return parentPath === undefined ? name : `${parentPath}/charts/${name}`;
}

/** The chart and all charts below it, parents first, each with its full path. */
export function* walkCharts(chart: Chart, parentPath?: string): Generator<{ chart: Chart; path: string }> {
  const path = chartFullPath(chart.metadata.name, parentPath);
  yield { chart, path };
  for (const dependency of chart.dependencies) yield* walkCharts(dependency, path);
}

/** Files of `crds/` of the chart and the charts below it: YAML and JSON only. */
export function crdFiles(chart: Chart): CrdFile[] {
  const found: CrdFile[] = [];
  for (const { chart: one, path } of walkCharts(chart)) {
    for (const file of one.files) {
      if (file.name.startsWith('crds/') && MANIFEST_NAME.test(file.name)) {
        found.push({ path: `${path}/${file.name}`, file });
      }
    }
  }
  return found;
}

const MANIFEST_NAME = /\.(?:ya?ml|json)$/i;

/**
 * `.Chart`: the fields of Go's struct under their Go names. Lists are never nil. A chart without annotations gets an
 * empty map where Go has a nil one, which only `toYaml` could tell.
 * @see helm.sh/helm/v4 pkg/chart/common.go structToMap
 */
export function metadataAsMap(metadata: Metadata): GoMap {
  return new Map<string, GoValue>([
    ['Name', metadata.name],
    ['Home', metadata.home],
    ['Sources', [...metadata.sources]],
    ['Version', metadata.version],
    ['Description', metadata.description],
    ['Keywords', [...metadata.keywords]],
    ['Maintainers', metadata.maintainers.map(maintainerAsMap)],
    ['Icon', metadata.icon],
    ['APIVersion', metadata.apiVersion],
    ['Condition', metadata.condition],
    ['Tags', metadata.tags],
    ['AppVersion', metadata.appVersion],
    ['Deprecated', metadata.deprecated],
    ['Annotations', typedMap(new Map<string, GoValue>(metadata.annotations), 'map[string]string')],
    ['KubeVersion', metadata.kubeVersion],
    ['Dependencies', (metadata.dependencies ?? []).map(dependencyAsMap)],
    ['Type', metadata.type],
  ]);
}

function maintainerAsMap({ name, email, url }: Maintainer): GoMap {
  return new Map([
    ['Name', name],
    ['Email', email],
    ['URL', url],
  ]);
}

function dependencyAsMap(dependency: Dependency): GoMap {
  return new Map<string, GoValue>([
    ['Name', dependency.name],
    ['Version', dependency.version],
    ['Repository', dependency.repository],
    ['Condition', dependency.condition],
    ['Tags', [...dependency.tags]],
    ['Enabled', dependency.enabled],
    ['ImportValues', [...dependency.importValues]],
    ['Alias', dependency.alias],
  ]);
}
