// How long a chart takes: ours in a warm process, with caches and without, the real tool as a process, and the real tool
// as a library in a loop (test/bench/helm/main.go), in alternating rounds over a corpus (processes in the first alone).
// Only cases that succeed are measured.
//
//   npm run prove -- helm [DIR …] [--rounds=3] [--only=TEXT] [--verbose] [--no-process]
//
// All read the chart and the values files from the disk again in every run (the pages are in the system's cache) and make
// the text that is printed. With caches, ours finds what files of the same content were parsed into, templates first of
// all, as a controller does that renders a chart again; the Go loop has no such caches, nor has ours in "without".
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { FileCache } from '../../src/render/file-cache.ts';
import { TemplateCache } from '../../src/render/gotemplate/template-cache.ts';
import { capabilitiesFor, helmTemplate, printChart } from '../../src/render/helm/index.ts';
import { folderTree } from '../../src/source/folder-tree.ts';
import { type CorpusCase, findCases, type HelmArguments } from '../conformance/corpus.ts';
import { sharedFolder } from '../unit/render/shared-folder.ts';

/** A case with absolute paths. */
interface Render extends HelmArguments {
  readonly name: string;
  /** What the real tool printed. */
  readonly expected: string;
}

/** Milliseconds of one case, one entry for each round. */
interface Times {
  readonly ours: number[];
  readonly uncached: number[];
  readonly loop: number[];
  readonly process: number[];
}

interface Caches {
  readonly cache: FileCache;
  readonly templates: TemplateCache;
}

const MIN_RUNS = 3;
const MAX_RUNS = 10;
const SECONDS_A_CASE = 0.03;
const WARM_UP_RUNS = 5;
const LARGEST = 10;
const ORACLES = path.join(homedir(), '.cache/holdfast/oracles/helm');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    verbose: { type: 'boolean', default: false },
    'no-process': { type: 'boolean', default: false },
  },
});
const folders = positionals.length > 0 ? positionals : [sharedFolder('corpus/helm') ?? ''];
const renders = folders.flatMap(findCases).filter(isMeasured).flatMap(toRender);
const binary = process.env['HOLDFAST_HELM'] ?? path.join(ORACLES, 'helm');
const loop = path.join(ORACLES, 'helmloop');
const shared: Caches = { cache: new FileCache(64 * 1024 * 1024), templates: new TemplateCache(64 * 1024 * 1024) };
if (!existsSync(binary) || renders.length === 0) {
  console.error(`helm: needs the real helm v4.3.1 as ${binary}, and cases; see test/conformance/README.md`);
  process.exit(2);
}
execFileSync('go', ['build', '-o', loop, '.'], { cwd: path.join(import.meta.dirname, 'helm'), stdio: 'inherit' });
report(measure(Number(values.rounds)));

function isMeasured({ exitCode, name }: CorpusCase): boolean {
  return exitCode === 0 && name.includes(values.only);
}

function toRender({ name, folder, helm }: CorpusCase): Render[] {
  if (helm === undefined) return [];
  const valuesFiles = helm.valuesFiles.map((file) => path.resolve(folder, file));
  const expected = readFileSync(path.join(folder, 'expected.yaml'), 'utf8');
  return [{ ...helm, name, chartPath: path.resolve(folder, helm.chartPath), valuesFiles, expected }];
}

function measure(rounds: number): ReadonlyMap<Render, Times> {
  const all = new Map<Render, Times>(renders.map((one) => [one, { ours: [], uncached: [], loop: [], process: [] }]));
  for (let run = 0; run < WARM_UP_RUNS; run++) {
    for (const one of renders) check(one, run === 0 ? noCaches() : shared);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [one, times] of all) times.ours.push(timeOurs(one, () => shared));
    const timings = timeLoop();
    for (const [one, times] of all) times.loop.push(timings[one.name]?.medianMs ?? Number.NaN);
    for (const [one, times] of all) times.uncached.push(timeOurs(one, noCaches));
    if (round === 0 && !values['no-process']) for (const [one, times] of all) times.process.push(timeProcess(one));
  }
  return all;
}

/** What is fast and wrong is not measured. */
function check(one: Render, caches: Caches): void {
  if (renderOurs(one, caches) !== one.expected) throw new Error(`${one.name}: ours prints something else`);
}

function noCaches(): Caches {
  return { cache: new FileCache(0), templates: new TemplateCache(0) };
}

function renderOurs(one: Render, caches: Caches): string {
  const kubeVersion = one.kubeVersion === '' ? {} : { kubeVersion: one.kubeVersion };
  const rendered = helmTemplate(folderTree(path.dirname(one.chartPath)), path.basename(one.chartPath), {
    releaseName: one.releaseName,
    namespace: one.namespace,
    values: { files: one.valuesFiles.map((name) => ({ name, text: readFileSync(name, 'utf8') })) },
    capabilities: capabilitiesFor({ ...kubeVersion, apiVersions: one.apiVersions }),
    skipSchemaValidation: one.skipSchemaValidation,
    ...caches,
  });
  return printChart(rendered, { includeCrds: one.includeCRDs });
}

function timeOurs(one: Render, caches: () => Caches): number {
  const times: number[] = [];
  const end = performance.now() + SECONDS_A_CASE * 1000;
  while (times.length < MAX_RUNS && (times.length < MIN_RUNS || performance.now() < end)) {
    const before = performance.now();
    renderOurs(one, caches());
    times.push(performance.now() - before);
  }
  return median(times);
}

function timeLoop(): Record<string, { medianMs: number }> {
  const input = JSON.stringify(renders.map((one) => ({ ...one, chart: one.chartPath, expected: undefined })));
  const args = [`-runs=${MAX_RUNS}`, `-seconds=${SECONDS_A_CASE}`];
  const text = execFileSync(loop, args, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  const timings = JSON.parse(text) as Record<string, { medianNs: number; error?: string }>;
  return Object.fromEntries(
    Object.entries(timings).map(([name, { medianNs, error }]) => {
      if (error !== undefined) throw new Error(`${name}: the Go loop fails: ${error}`);
      return [name, { medianMs: medianNs / 1e6 }];
    }),
  );
}

function timeProcess(one: Render): number {
  const args = ['template', one.releaseName, one.chartPath, '--namespace', one.namespace];
  if (one.kubeVersion !== '') args.push('--kube-version', one.kubeVersion);
  if (one.includeCRDs) args.push('--include-crds');
  if (one.skipSchemaValidation) args.push('--skip-schema-validation');
  for (const file of one.valuesFiles) args.push('--values', file);
  for (const version of one.apiVersions) args.push('--api-versions', version);
  const before = performance.now();
  const { status } = spawnSync(binary, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${one.name}: the real tool fails`);
  return performance.now() - before;
}

interface Row {
  readonly name: string;
  readonly sizeBytes: number;
  readonly ours: number;
  readonly uncached: number;
  readonly loop: number;
  readonly process: number;
}

function report(all: ReadonlyMap<Render, Times>): void {
  const rows = [...all].map(
    ([{ name, expected }, times]): Row => ({
      name,
      sizeBytes: Buffer.byteLength(expected),
      ours: median(times.ours),
      uncached: median(times.uncached),
      loop: median(times.loop),
      process: median(times.process),
    }),
  );
  console.log(
    `${rows.length} cases, medians of ${values.rounds} rounds, in ms: ours, without caches, Go loop, process`,
  );
  const bySlowness = rows.toSorted((a, b) => b.ours / b.loop - a.ours / a.loop);
  console.log(values.verbose ? 'All, the slowest beside the Go loop first:' : 'The slowest beside the Go loop:');
  for (const row of values.verbose ? bySlowness : bySlowness.slice(0, LARGEST)) printRow(row);
  console.log('The largest:');
  for (const row of rows.toSorted((a, b) => b.loop - a.loop).slice(0, LARGEST)) printRow(row);
  const sum = (pick: (row: Row) => number) => rows.reduce((total, row) => total + pick(row), 0).toFixed(0);
  const sums = [sum((row) => row.ours), sum((row) => row.uncached), sum((row) => row.loop), sum((row) => row.process)];
  console.log(`In all: ${sums.join(', ')}`);
  printRatios(
    'ours / Go loop',
    'at most 1.0',
    rows.map((row) => row.ours / row.loop),
  );
  printRatios(
    'ours without caches / Go loop',
    'none',
    rows.map((row) => row.uncached / row.loop),
  );
  if (values['no-process']) return;
  printRatios(
    'ours / process',
    'at most 0.1',
    rows.map((row) => row.ours / row.process),
  );
  printRatios(
    'ours without caches / process',
    'none',
    rows.map((row) => row.uncached / row.process),
  );
}

function printRow({ name, sizeBytes, ...times }: Row): void {
  const figures = [times.ours, times.uncached, times.loop, times.process].map((ms) => ms.toFixed(2).padStart(7));
  const ratio = (times.ours / times.loop).toFixed(2);
  console.log(`${figures.join(' ')}  ${ratio} × the loop  ${(sizeBytes / 1024).toFixed(0).padStart(5)} KiB  ${name}`);
}

function printRatios(what: string, target: string, ratios: readonly number[]): void {
  const sorted = ratios.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0).toFixed(3);
  console.log(`${what}: median ${at(0.5)}, p95 ${at(0.95)}, worst ${at(1)} (target at the median: ${target})`);
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
