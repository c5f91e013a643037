import { describe, expect, it } from 'vitest';
import { type Chart, metadataAsMap } from '../../../../src/render/helm/chart.ts';
import { coalesceValues } from '../../../../src/render/helm/coalesce.ts';
import { missingDependencies, processDependencies } from '../../../../src/render/helm/dependencies.ts';
import { loadChartFiles } from '../../../../src/render/helm/load-chart-files.ts';
import { mergeValueSources } from '../../../../src/render/helm/merge-value-sources.ts';
import { outcome, readGolden, toPlain } from './read-golden.ts';

interface ChartInput {
  readonly Files: Record<string, string>;
  readonly Values: string[];
}

/** As the recordings write a chart. */
function dump(chart: Chart, path: string): unknown {
  const dependencies = chart.dependencies.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return {
    path,
    metadata: toPlain(metadataAsMap(chart.metadata)),
    templates: chart.templates.map(({ name, data }) => [name, data.length]),
    files: chart.files.map(({ name, data }) => [name, data.length]),
    values: toPlain(chart.values),
    schema: chart.schema === undefined ? '' : Buffer.from(chart.schema).toString(),
    lock: chart.lock === undefined ? null : chart.lock.digest,
    dependencies: dependencies.map((one) => dump(one, `${path}/charts/${one.metadata.name}`)),
  };
}

/** The real tool has nil where we have empty maps. */
function withoutNil(chart: Record<string, unknown> | undefined): unknown {
  if (chart === undefined) return undefined;
  const metadata = chart['metadata'] as Record<string, unknown>;
  const dependencies = (chart['dependencies'] as Record<string, unknown>[]).map(withoutNil);
  const annotations = metadata['Annotations'] ?? {};
  return { ...chart, metadata: { ...metadata, Annotations: annotations }, values: chart['values'] ?? {}, dependencies };
}

describe('charts as the packages of Helm load them', () => {
  it('processDependencies() leaves the charts and values that Helm leaves', () => {
    for (const { input, ...recorded } of readGolden<ChartInput>('charts')) {
      const files = Object.keys(input.Files)
        .toSorted()
        .map((name) => ({ name, data: Buffer.from(input.Files[name] ?? '') }));
      const ours = outcome(() => {
        const loaded = loadChartFiles(files);
        const missing = missingDependencies(loaded).map(({ name }) => name);
        const values = mergeValueSources({ files: input.Values.map((text) => ({ name: 'values.yaml', text })) });
        const chart = processDependencies(loaded, values);
        const coalesced = outcome(() => toPlain(coalesceValues(chart, values)));
        return {
          chart: dump(chart, chart.metadata.name),
          ...(coalesced.error === undefined ? { values: coalesced.out } : { renderError: coalesced.error }),
          ...(missing.length > 0 && {
            missing: `found in Chart.yaml, but missing in charts/ directory: ${missing.join(', ')}`,
          }),
        };
      });
      const out = recorded.out as { chart?: Record<string, unknown> } | undefined;
      const expected = out === undefined ? recorded : { out: { ...out, chart: withoutNil(out.chart) } };
      expect(ours, JSON.stringify(input)).toEqual(expected);
    }
  });
});
