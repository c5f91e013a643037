import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { realHelm, runRealHelm } from './real-helm.ts';

/** Folder of the value sets and of what the real helm made of them. */
export const OWN_CHART_GOLDEN: string = path.resolve(import.meta.dirname, '../golden/helm/own-chart');

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Names of the value sets. */
export function ownChartSets(): string[] {
  return globSync('*.values.yaml', { cwd: OWN_CHART_GOLDEN })
    .map((file) => path.basename(file, '.values.yaml'))
    .sort();
}

/** Arguments of `helm template`, to be run in {@link ownChartRoot}. */
export function ownChartArguments(set: string): string[] {
  return ['hf', 'charts/holdfast', '-n', 'argocd', '-f', path.join(OWN_CHART_GOLDEN, `${set}.values.yaml`)];
}

/** The project's folder. */
export function ownChartRoot(): string {
  return ROOT;
}

/** What the real helm prints for our chart with a value set, output and errors; undefined when it is not at hand. */
export function runRealOnOwnChart(set: string): string | undefined {
  const binary = realHelm();
  if (binary === undefined) return undefined;
  const { stdout, stderr } = runRealHelm(binary, ['template', ...ownChartArguments(set)], { folder: ROOT });
  return stdout + stderr;
}

/** What it printed when it was recorded. */
export function recordedOwnChart(set: string): string {
  return readFileSync(path.join(OWN_CHART_GOLDEN, `${set}.expected.yaml`), 'utf8');
}
