import type { GoMap } from '../../gotemplate/value.ts';
import { goTypeOf } from '../../gotemplate/value.ts';
import type { Chart } from '../chart.ts';
import { isTable } from '../values.ts';
import { validateValues } from './validate-values.ts';

/**
 * What is wrong with the values by the schemas of a chart and its subcharts, as Helm words it: for each chart its name,
 * a colon and its problems. Empty if nothing is.
 * @see helm.sh/helm/v4 pkg/chart/common/util/jsonschema.go ValidateAgainstSchema
 */
export function validateChartValues(chart: Chart, values: GoMap): string {
  let problems = '';
  if (chart.schema !== undefined) {
    const own = validateValues(chart.schema, values);
    if (own !== '') problems += `${chart.metadata.name}:\n${own}`;
  }
  for (const subchart of chart.dependencies) {
    const { name } = subchart.metadata;
    const inner = values.get(name);
    if (inner === undefined || inner === null) continue;
    problems += isTable(inner)
      ? validateChartValues(subchart, inner)
      : `${name}:\ninvalid type for values: expected object (map), got ${goTypeOf(inner)}\n`;
  }
  return problems;
}
