// Made-up templates and values, rendered by us and by Helm's engine (test/bench/helm-fuzz/main.go): what differs is
// printed, outputs and texts of errors alike.
//
//   npm run prove -- helm-fuzz [--from=0] [--count=20000] [--show=20] [--record=FILE]
//
// The seed of each chart is its number, so a run can be repeated. What Go itself does in two ways (random functions,
// addresses) is left out and counted. Needs Go; --record writes charts and Helm's answers, one to a line.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { explainedDifference } from '../property/helm/explained-differences.ts';
import { chartFiles, generateChart, type MadeChart } from '../property/helm/generate-chart.ts';
import { type Outcome, renderGenerated } from '../property/helm/render-generated.ts';
import { WRITTEN_TEMPLATES } from '../property/helm/written-templates.ts';
import { type Answer, HelmOracle } from './helm-fuzz/helm-oracle.ts';

/** Characters that are shown before a difference, and in all. */
const BEFORE = 160;
const SHOWN = 420;

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '0' },
    count: { type: 'string', default: '20000' },
    show: { type: 'string', default: '20' },
    record: { type: 'string' },
  },
});
const binary = path.join(homedir(), '.cache/holdfast/oracles/helm/helmfuzz');
mkdirSync(path.dirname(binary), { recursive: true });
execFileSync('go', ['build', '-o', binary, '.'], {
  cwd: path.join(import.meta.dirname, 'helm-fuzz'),
  stdio: 'inherit',
});
process.exitCode = await main(Number(values.from), Number(values.from) + Number(values.count));

async function main(from: number, end: number): Promise<number> {
  const oracle = new HelmOracle(binary);
  const tally = { same: 0, errors: 0, differ: 0, unstable: 0, timeouts: 0 };
  const explained = new Map<string, number>();
  const lines: string[] = [];
  for (const [name, chart] of charts(from, end)) {
    const files = chartFiles(chart);
    const answer = await oracle.render(files);
    const ours = renderGenerated(files);
    if (answer.kind === 'timeout' || answer.kind === 'unstable') {
      tally[answer.kind === 'timeout' ? 'timeouts' : 'unstable']++;
      if (ours.kind !== 'crash') continue;
    }
    const reason = explainedDifference(chart.template, answer, ours);
    if (reason !== undefined) {
      explained.set(reason, (explained.get(reason) ?? 0) + 1);
    } else if (isSame(answer, ours)) {
      tally.same++;
      if (answer.kind === 'error') tally.errors++;
      lines.push(JSON.stringify({ ...chart, kind: answer.kind, text: withoutAddresses(answer.bytes) }));
    } else {
      tally.differ++;
      if (tally.differ <= Number(values.show)) show(name, chart.template, answer, ours);
    }
  }
  oracle.close();
  if (values.record !== undefined) writeFileSync(values.record, `${lines.join('\n')}\n`);
  for (const [reason, count] of explained) console.log(`explained ${count}: ${reason}`);
  console.log(`${WRITTEN_TEMPLATES.length} written, seeds ${from} to ${end - 1}: ${JSON.stringify(tally)}`);
  return tally.differ > 0 || tally.same === 0 ? 1 : 0;
}

/** The templates that were written by hand, then those of the seeds. */
function* charts(from: number, end: number): Generator<[name: string, chart: MadeChart]> {
  for (const [index, template] of WRITTEN_TEMPLATES.entries()) yield [`written ${index}`, { template, document: '{}' }];
  for (let seed = from; seed < end; seed++) yield [`seed ${seed}`, generateChart(seed)];
}

function isSame(answer: Answer, ours: Outcome): boolean {
  return answer.kind === ours.kind && withoutAddresses(answer.bytes) === withoutAddresses(ours.bytes);
}

/** Where in memory a thing is, which changes from run to run. */
function withoutAddresses(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/0x[0-9a-f]{9,12}/g, '0x');
}

/** Prints a difference: both results from a little before the place where they part. */
function show(name: string, template: string, answer: Answer, ours: Outcome): void {
  const [theirs, own] = [withoutAddresses(answer.bytes), withoutAddresses(ours.bytes)];
  let at = 0;
  while (at < theirs.length && theirs[at] === own[at]) at++;
  const from = Math.max(0, at - BEFORE);
  const part = (text: string): string => JSON.stringify(text.slice(from, from + SHOWN));
  console.log(`DIFFERS ${name} at ${at}\n  template ${JSON.stringify(template)}`);
  console.log(`  helm ${answer.kind} ${part(theirs)}\n  ours ${ours.kind} ${part(own)}`);
}
