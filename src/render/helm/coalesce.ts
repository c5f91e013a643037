import { sprintf } from '../gotemplate/print-value.ts';
import type { GoMap, GoValue } from '../gotemplate/value.ts';
import type { Chart } from './chart.ts';
import { HelmError } from './helm-error.ts';
import { copyValues, isTable } from './values.ts';

/**
 * How values meet. `coalesce`: a null removes the default it stands over. `merge`: nulls stay, for a later step that
 * coalesces.
 */
export type MergeMode = 'coalesce' | 'merge';

/**
 * The values of a chart and its subcharts: `values` over the charts' defaults, with `global` handed down. The result
 * is the caller's; nothing is shared with the arguments.
 * @param warn takes what Helm would log: a table and a non-table that meet
 * @throws {HelmError} `type mismatch on SUBCHART: …` if a subchart's values are no table
 * @see helm.sh/helm/v4 pkg/chart/common/util/coalesce.go CoalesceValues and MergeValues
 */
export function coalesceValues(
  chart: Chart,
  values: GoMap,
  mode: MergeMode = 'coalesce',
  warn: (message: string) => void = () => undefined,
): GoMap {
  return coalesceChart(chart, copyValues(values), { prefix: '', mode, warn });
}

/**
 * Fills what `target` lacks from `source`, maps all the way down. Both are changed; `target` is returned.
 * @see helm.sh/helm/v4 pkg/chart/common/util/coalesce.go coalesceTablesFullKey
 */
export function coalesceTables(target: GoMap, source: GoMap, mode: MergeMode): GoMap {
  return fillTable(target, source, { prefix: '', mode, warn: () => undefined });
}

interface Context {
  /** Names of the charts and keys down to here, with dots. For warnings. */
  readonly prefix: string;
  readonly mode: MergeMode;
  readonly warn: (message: string) => void;
}

function coalesceChart(chart: Chart, target: GoMap, context: Context): GoMap {
  fillFromChart(chart, target, context);
  const inner = below(context, chart.metadata.name);
  for (const subchart of chart.dependencies) {
    const { name } = subchart.metadata;
    const value = target.has(name) ? target.get(name) : new Map();
    if (!isTable(value)) throw new HelmError(`type mismatch on ${name}: ${sprintf('%t', [value])}`);
    target.set(name, value);
    handDownGlobals(value, target, inner);
    target.set(name, coalesceChart(subchart, value, inner));
  }
  return target;
}

/** Puts a chart's own defaults under what is set. */
function fillFromChart(chart: Chart, target: GoMap, context: Context): void {
  const inner = below(context, chart.metadata.name);
  for (const [key, value] of copyValues(chart.values)) {
    if (target.has(key)) {
      fillKey(chart, target, { key, value }, inner);
    } else if (context.mode === 'merge') {
      target.set(key, value);
    } else if (value !== null) {
      if (isTable(value)) removeNulls(value);
      target.set(key, value);
    }
  }
}

function fillKey(chart: Chart, target: GoMap, { key, value }: { key: string; value: GoValue }, context: Context): void {
  const present = target.get(key);
  if (present === null && context.mode === 'coalesce') {
    target.delete(key);
  } else if (isTable(present) && isTable(value)) {
    const isSubchart = chart.dependencies.some((subchart) => subchart.metadata.name === key);
    const mode = isSubchart ? 'merge' : context.mode;
    if (mode === 'coalesce') removeNulls(value);
    fillTable(present, value, { ...below(context, key), mode });
  } else if (isTable(present) && value !== null) {
    context.warn(`warning: skipped value for ${context.prefix}.${key}: Not a table.`);
  }
}

/** Gives a subchart the globals of its parent, which win over its own. */
function handDownGlobals(target: GoMap, source: GoMap, context: Context): void {
  const own = target.has('global') ? target.get('global') : new Map<string, GoValue>();
  const given = source.has('global') ? source.get('global') : new Map<string, GoValue>();
  if (!isTable(own)) return context.warn('warning: skipping globals because destination global is not a table.');
  if (!isTable(given)) return context.warn('warning: skipping globals because source global is not a table.');
  for (const [key, value] of given) {
    const present = own.get(key);
    if (!isTable(value)) {
      if (isTable(present)) context.warn(`key ${key} is table. Skipping`);
      else own.set(key, value);
    } else if (!own.has(key)) {
      own.set(key, new Map(value));
    } else if (isTable(present)) {
      own.set(key, fillTable(new Map(value), present, { ...below(context, key), mode: 'merge' }));
    } else {
      context.warn(`Conflict: cannot merge map onto non-map for "${key}". Skipping.`);
    }
  }
  target.set('global', own);
}

function fillTable(target: GoMap, source: GoMap, context: Context): GoMap {
  const hadValue = new Set<string>();
  for (const [key, value] of source) if (value !== null) hadValue.add(key);
  for (const [key, value] of target) if (value === null) source.set(key, null);
  for (const [key, value] of source) {
    const isNulled = target.get(key) === null && hadValue.has(key);
    if (!target.has(key)) target.set(key, value);
    else if (context.mode === 'coalesce' && isNulled) target.delete(key);
    else meet(target.get(key), value, below(context, key));
  }
  return target;
}

/** Fills one table from another; where only one of both is a table, it says so. */
function meet(present: GoValue, value: GoValue, context: Context): void {
  if (isTable(value) && isTable(present)) fillTable(present, value, context);
  else if (isTable(value)) context.warn(`warning: cannot overwrite table with non table for ${context.prefix}`);
  else if (isTable(present) && value !== null) {
    context.warn(`warning: destination for ${context.prefix} is a table. Ignoring non-table value`);
  }
}

function removeNulls(table: GoMap): void {
  for (const [key, value] of table) {
    if (value === null) table.delete(key);
    else if (isTable(value)) removeNulls(value);
  }
}

function below(context: Context, name: string): Context {
  return { ...context, prefix: context.prefix === '' ? name : `${context.prefix}.${name}` };
}
