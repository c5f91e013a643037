// Broken charts: none may crash, hang, leave its tree, change a prototype or come out differently the second time.
//
//   npm run prove -- helm-mutate [--from=0] [--count=20000] [--corpus=DIR]
//
// The seed of each chart is its number, so a run can be repeated. Two of three are made of a chart of the corpus, the
// others of one that is made up.
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Random } from '../conformance/generate/random.ts';
import { chartFiles, generateChart } from '../property/helm/generate-chart.ts';
import { type Files, judgeRender } from '../property/helm/judge-render.ts';
import { mutateChart } from '../property/helm/mutate-chart.ts';
import { sharedFolder } from '../unit/render/shared-folder.ts';

/** A render that takes longer hangs. */
const MAX_MS = 2000;
/** Larger charts would make the run slow, not better. */
const MAX_CHART_BYTES = 400_000;

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '0' },
    count: { type: 'string', default: '20000' },
    corpus: { type: 'string' },
  },
});
const corpus = readCorpus(values.corpus ?? sharedFolder('corpus/helm'));
const from = Number(values.from);
const end = from + Number(values.count);
const codes = new Map<string, number>();
let failed = 0;
let slowestMs = 0;
for (let seed = from; seed < end; seed++) {
  const random = new Random(seed);
  const isMadeUp = corpus.length === 0 || seed % 3 === 0;
  const whole = isMadeUp ? chartFiles(generateChart(seed)) : random.pick(corpus);
  const { code, elapsedMs, complaints: found } = judgeRender(mutateChart(random, whole));
  const complaints = elapsedMs > MAX_MS ? [...found, `it took ${Math.round(elapsedMs)} ms`] : found;
  codes.set(code, (codes.get(code) ?? 0) + 1);
  slowestMs = Math.max(slowestMs, elapsedMs);
  if (complaints.length === 0) continue;
  failed++;
  console.log(`FAILED seed ${seed}: ${complaints.join('; ')}`);
}
const tally = [...codes].map(([code, count]) => `${code} ${count}`).join(', ');
console.log(
  `${corpus.length} charts; ${end - from} inputs, ${failed} failed (${tally}); ${Math.round(slowestMs)} ms at most`,
);
process.exitCode = failed === 0 ? 0 : 1;

function readCorpus(folder: string | undefined): Files[] {
  if (folder === undefined) return [];
  const charts = globSync('*/input/Chart.yaml', { cwd: folder }).toSorted();
  return charts.map((file) => readChart(path.join(folder, path.dirname(file)))).filter(isSmall);
}

function readChart(folder: string): Files {
  const names = globSync('**/*', { cwd: folder }).toSorted();
  const files = names.filter(
    (name) => existsSync(path.join(folder, name)) && statSync(path.join(folder, name)).isFile(),
  );
  return new Map(files.map((name) => [name.replaceAll(path.sep, '/'), textOf(readFileSync(path.join(folder, name)))]));
}

function textOf(bytes: Buffer): string | Uint8Array {
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : bytes;
}

function isSmall(files: Files): boolean {
  return [...files.values()].reduce((sum, { length }) => sum + length, 0) <= MAX_CHART_BYTES;
}
