// How long a kustomization takes: ours in a warm process, the real tool as a process, and the real tool as a library in a
// loop (test/bench/kustomize/main.go), in alternating rounds over a corpus. Only cases that succeed are measured.
//
//   npm run prove -- kustomize [DIR …] [--rounds=3] [--only=TEXT] [--verbose] [--no-process]
//
// Ours reads its files from the disk again in every run, as the others do, and prints the text as they do.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { parseBuildFlags } from '../../src/render/kustomize/build-flags.ts';
import { buildKustomization, printManifests } from '../../src/render/kustomize/index.ts';
import { folderTree } from '../../src/source/folder-tree.ts';
import { type CorpusCase, findCases } from '../conformance/corpus.ts';
import { realKustomize } from '../conformance/real-kustomize.ts';
import { sharedFolder } from '../unit/render/shared-folder.ts';

/** Milliseconds of one case, one entry for each round. */
interface Times {
  readonly ours: number[];
  readonly process: number[];
  readonly loop: number[];
}

const MIN_RUNS = 3;
const MAX_RUNS = 20;
const SECONDS_A_CASE = 0.2;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    verbose: { type: 'boolean', default: false },
    'no-process': { type: 'boolean', default: false },
  },
});
const folders = positionals.length > 0 ? positionals : [sharedFolder('corpus/kustomize') ?? ''];
const cases = folders.flatMap(findCases).filter(({ exitCode, name }) => exitCode === 0 && name.includes(values.only));
const binary = realKustomize() ?? '';
const loop = path.join(homedir(), '.cache/holdfast/oracles/kustomize/kustomizeloop');
if (!existsSync(binary) || cases.length === 0) {
  console.error('kustomize: needs the real kustomize v5.8.2, and cases; see test/conformance/README.md');
  process.exit(2);
}
buildLoop();
report(measure(Number(values.rounds)));

function buildLoop(): void {
  const options = { cwd: path.join(import.meta.dirname, 'kustomize'), stdio: 'inherit' } as const;
  execFileSync('go', ['build', '-o', loop, '.'], options);
}

function measure(rounds: number): ReadonlyMap<CorpusCase, Times> {
  const all = new Map<CorpusCase, Times>(cases.map((one) => [one, { ours: [], process: [], loop: [] }]));
  for (const one of cases) buildOurs(one);
  for (let round = 0; round < rounds; round++) {
    for (const [one, times] of all) times.ours.push(timeOurs(one));
    for (const [flags, group] of Map.groupBy(cases, (one) => one.flags.join(' '))) {
      const timings = timeLoop(group, flags === '' ? [] : flags.split(' '));
      for (const one of group) all.get(one)?.loop.push(timings[targetOf(one)]?.medianMs ?? Number.NaN);
    }
    if (!values['no-process']) for (const [one, times] of all) times.process.push(timeProcess(one));
  }
  return all;
}

function buildOurs(one: CorpusCase): number {
  const result = buildKustomization(
    folderTree(path.join(one.folder, 'input')),
    path.posix.relative('input', one.path) || '.',
    parseBuildFlags(one.flags).options,
  );
  if ('needs' in result) throw new Error(`${one.name} needs what is not there`);
  return printManifests(result.manifests).length;
}

function timeOurs(one: CorpusCase): number {
  const times: number[] = [];
  const end = performance.now() + SECONDS_A_CASE * 1000;
  while (times.length < MAX_RUNS && (times.length < MIN_RUNS || performance.now() < end)) {
    const before = performance.now();
    buildOurs(one);
    times.push(performance.now() - before);
  }
  return median(times);
}

function timeLoop(group: readonly CorpusCase[], flags: readonly string[]): Record<string, { medianMs: number }> {
  const limits = [`-runs=${MAX_RUNS}`, `-seconds=${SECONDS_A_CASE}`];
  const args = [...limits, ...flags.map((flag) => flag.replace(/^--/, '-')), ...group.map(targetOf)];
  const text = execFileSync(loop, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return JSON.parse(text) as Record<string, { medianMs: number }>;
}

function timeProcess(one: CorpusCase): number {
  const before = performance.now();
  const { status } = spawnSync(binary, ['build', targetOf(one), ...one.flags], { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${one.name}: the real tool fails`);
  return performance.now() - before;
}

function targetOf(one: CorpusCase): string {
  return path.join(one.folder, one.path);
}

function report(all: ReadonlyMap<CorpusCase, Times>): void {
  const rows = [...all].map(([one, times]) => ({
    name: one.name,
    ours: median(times.ours),
    overLoop: median(times.ours.map((ours, round) => ours / (times.loop[round] ?? Number.NaN))),
    overProcess: median(times.process.map((real, round) => real / (times.ours[round] ?? Number.NaN))),
  }));
  rows.sort((a, b) => b.overLoop - a.overLoop);
  for (const row of values.verbose ? rows : rows.slice(0, 10)) {
    const figures = `${row.ours.toFixed(2)} ms; ${row.overLoop.toFixed(2)} × the loop`;
    console.log(`${figures}; the process takes ${row.overProcess.toFixed(1)} ×  ${row.name}`);
  }
  const sum = (pick: (times: Times) => readonly number[]) =>
    [...all.values()].reduce((total, times) => total + median(pick(times)), 0);
  const {
    ours,
    loop: looped,
    process: real,
  } = { ours: sum((t) => t.ours), loop: sum((t) => t.loop), process: sum((t) => t.process) };
  console.log(`${rows.length} cases, medians of ${values.rounds} rounds`);
  console.log(`in all: ours ${ours.toFixed(0)} ms, Go loop ${looped.toFixed(0)} ms, processes ${real.toFixed(0)} ms`);
  const overLoop = rows.map((row) => row.overLoop);
  console.log(
    `ours / Go loop: median ${median(overLoop).toFixed(2)}, worst ${Math.max(...overLoop).toFixed(2)} (target: at most 1.0)`,
  );
  if (!values['no-process']) {
    const overProcess = rows.map((row) => row.overProcess);
    console.log(
      `process / ours: median ${median(overProcess).toFixed(1)}, least ${Math.min(...overProcess).toFixed(1)} (target: at least 5)`,
    );
  }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
