import { describe, expect, it } from 'vitest';
import { buildHelm } from '../../src/cli/build-helm.ts';
import { parseYamlDocuments } from '../../src/yaml/parse-documents.ts';
import { ownChartArguments, ownChartRoot, ownChartSets, recordedOwnChart, runRealOnOwnChart } from './own-chart.ts';
import { realHelm, runRealHelm } from './real-helm.ts';

const binary = realHelm();

describe('charts/holdfast', () => {
  it.each(ownChartSets())('renders with ours as with the real helm for %s', (set) => {
    const real = runRealOnOwnChart(set) ?? recordedOwnChart(set);
    const ours = render(set);
    expect(ours).toBe(real);
    if (!real.includes('Error: ')) expect(parse(ours).length).toBeGreaterThan(1);
  });

  it.skipIf(binary === undefined).each(ownChartSets())('is recorded as it is for %s', (set) => {
    expect(recordedOwnChart(set)).toBe(runRealOnOwnChart(set));
  });

  it.skipIf(binary === undefined).each([[], ['--strict']])('lints clean with helm lint %s', (...flags) => {
    const args = ['lint', 'charts/holdfast', ...flags];
    const { exitCode, stdout } = runRealHelm(binary ?? '', args, { folder: ownChartRoot() });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining('0 chart(s) failed') as string,
    });
    expect(stdout).not.toMatch(/\[(WARNING|ERROR)\]/);
  });
});

function render(set: string): string {
  let out = '';
  let error = '';
  buildHelm(ownChartArguments(set), {
    out: (text) => void (out += text),
    error: (text) => void (error += text),
    folder: ownChartRoot(),
    input: () => '',
    variables: {},
  });
  return out + error;
}

function parse(text: string): unknown[] {
  return parseYamlDocuments(text, { file: 'chart.yaml' }).filter(({ value }) => value !== null);
}
