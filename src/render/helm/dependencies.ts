import { quoteString } from '../gotemplate/go-string.ts';
import { formatValue } from '../gotemplate/print-value.ts';
import type { GoMap, GoValue } from '../gotemplate/value.ts';
import type { Chart, Dependency } from './chart.ts';
import { coalesceTables, coalesceValues } from './coalesce.ts';
import { isCompatibleRange } from './compatible-range.ts';
import { HelmError } from './helm-error.ts';
import { type Warn, warning } from './log-entry.ts';
import { copyValues, isTable, pathValue, tableAt } from './values.ts';

/**
 * The chart with the subcharts that its dependencies, their conditions and tags leave, under their aliases, and with
 * the values that it imports from them. `chart` itself stays as it is.
 * @param values of the user, already merged
 * @throws {HelmError} `type mismatch on SUBCHART: …`
 * @see helm.sh/helm/v4 pkg/chart/v2/util/dependencies.go ProcessDependencies
 */
export function processDependencies(chart: Chart, values: GoMap, warn: Warn = () => undefined): Chart {
  return importValues(enableDependencies(chart, values, { path: '', warn }), warn);
}

/**
 * Refuses a chart whose folder `charts/` lacks a chart that it depends on, whether enabled or not.
 * @throws {HelmError} `found in Chart.yaml, but missing in charts/ directory: …`
 * @see helm.sh/helm/v4 pkg/action/install.go CheckDependencies and pkg/cmd/install.go
 */
export function checkDependencies(chart: Chart): void {
  const missing = missingDependencies(chart).map(({ name }) => name);
  if (missing.length === 0) return;
  throw new HelmError(
    `an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: ${missing.join(', ')}`,
  );
}

/** Dependencies of the chart, not of those below it, of whose name `charts/` has none. */
export function missingDependencies(chart: Chart): Dependency[] {
  const present = new Set(chart.dependencies.map((subchart) => subchart.metadata.name));
  return (chart.metadata.dependencies ?? []).filter(({ name }) => !present.has(name));
}

function enableDependencies(chart: Chart, values: GoMap, { path, warn }: { path: string; warn: Warn }): Chart {
  const declared = chart.metadata.dependencies;
  if (declared === undefined) return chart;
  const subcharts = [...undeclared(chart, declared), ...declared.flatMap((dependency) => aliased(chart, dependency))];
  // From here on a dependency goes by its alias.
  const renamed = declared.map((one) => ({ ...one, name: one.alias === '' ? one.name : one.alias, enabled: true }));
  const before = { ...chart, dependencies: subcharts, metadata: { ...chart.metadata, dependencies: renamed } };
  const coalesced = coalesceValues(before, values, 'coalesce', warn);
  const tagged = applyTags(renamed, coalesced, warn);
  const decided = tagged.map((one) => applyCondition(one, coalesced, { path, warn }));
  const disabled = new Set(decided.filter(({ enabled }) => !enabled).map(({ name }) => name));
  const kept = decided.filter(({ name }) => !disabled.has(name));
  return {
    ...chart,
    // Without any left Go's list is nil, which means that there are none to look at.
    metadata: { ...chart.metadata, dependencies: kept.length === 0 ? undefined : kept },
    dependencies: subcharts
      .filter(({ metadata }) => !disabled.has(metadata.name))
      .map((one) => enableDependencies(one, coalesced, { path: `${path}${one.metadata.name}.`, warn })),
  };
}

/** Subcharts in `charts/` that no dependency names: they are always there. */
function undeclared(chart: Chart, declared: readonly Dependency[]): Chart[] {
  return chart.dependencies.filter(({ metadata }) =>
    declared.every(({ name, version }) => name !== metadata.name || !isCompatibleRange(version, metadata.version)),
  );
}

/** The first subchart of the dependency's name and version, named by its alias. */
function aliased(chart: Chart, { name, version, alias }: Dependency): Chart[] {
  const found = chart.dependencies.find(
    ({ metadata }) => metadata.name === name && isCompatibleRange(version, metadata.version),
  );
  if (found === undefined) return [];
  return [alias === '' ? found : { ...found, metadata: { ...found.metadata, name: alias } }];
}

/** `tags`: one that is true enables, otherwise one that is false disables. */
function applyTags(dependencies: readonly Dependency[], values: GoMap, warn: Warn): readonly Dependency[] {
  const tags = tableAt(values, 'tags');
  if (tags === undefined) return dependencies;
  return dependencies.map((dependency) => {
    const set = dependency.tags.filter((tag) => tags.has(tag)).map((tag) => ({ tag, value: tags.get(tag) }));
    for (const { tag, value } of set) {
      if (typeof value !== 'boolean') warn(...warning('returned non-bool value', { tag, chart: dependency.name }));
    }
    const isOn = set.some(({ value }) => value === true);
    return { ...dependency, enabled: isOn || !set.some(({ value }) => value === false) };
  });
}

/** `condition`: the first of its paths at which there is a boolean decides, whatever the tags say. */
function applyCondition(
  dependency: Dependency,
  values: GoMap,
  { path, warn }: { path: string; warn: Warn },
): Dependency {
  for (const condition of dependency.condition.trim().split(',')) {
    const value = condition === '' ? undefined : pathValue(values, path + condition);
    if (typeof value === 'boolean') return { ...dependency, enabled: value };
    if (value !== undefined) {
      warn(...warning('returned non-bool value', { path: condition, chart: dependency.name }));
    }
  }
  return dependency;
}

/** Tells the key at which the way to a table ends. */
function missingTable(values: GoMap, chart: string, child: string): Parameters<Warn> {
  const path = `${chart}.${child}`.split('.');
  const end = path.findIndex((_, index) => tableAt(values, path.slice(0, index + 1).join('.')) === undefined);
  const error = `${quoteString(path[end] ?? child)} is not a table`;
  return warning('ImportValues missing table from chart', { chart, error });
}

function importValues(chart: Chart, warn: Warn): Chart {
  const dependencies = chart.dependencies.map((subchart) => importValues(subchart, warn));
  const inner = { ...chart, dependencies };
  const declared = chart.metadata.dependencies;
  if (declared === undefined) return inner;
  const values = coalesceValues(inner, new Map(), 'merge', warn);
  let imported: GoMap = new Map();
  const resolved = declared.map((dependency) => {
    const imports = dependency.importValues.flatMap(toImport);
    for (const { child, parent } of imports) {
      const table = tableAt(values, `${dependency.name}.${child}`);
      if (table === undefined) warn(...missingTable(values, dependency.name, child));
      // As in Helm, what is imported into the same place twice also changes the first table, if it has anything.
      else imported = coalesceTables(imported, nest(parent, table.size === 0 ? new Map() : table), 'merge');
    }
    return { ...dependency, importValues: imports.map((one): GoValue => new Map(Object.entries(one))) };
  });
  return {
    ...inner,
    metadata: { ...chart.metadata, dependencies: resolved },
    values: coalesceTables(copyValues(values), imported, 'merge'),
  };
}

interface Import {
  readonly child: string;
  readonly parent: string;
}

/** Both forms: a map with `child` and `parent`, or a name below the child's `exports`. Anything else means nothing. */
function toImport(value: GoValue): Import[] {
  if (typeof value === 'string') return [{ child: `exports.${value}`, parent: '.' }];
  if (!isTable(value)) return [];
  return [{ child: formatValue(value.get('child')), parent: formatValue(value.get('parent')) }];
}

/** `data` below a path with dots between keys; `.` is the top. */
function nest(path: string, data: GoMap): GoMap {
  if (path === '.') return data;
  return path.split('.').reduceRight<GoMap>((inner, key) => new Map([[key, inner]]), data);
}
