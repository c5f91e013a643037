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
import { generateChart, MADE_TEMPLATE } from '../property/helm/generate-chart.ts';
import { type Outcome, renderGenerated } from '../property/helm/render-generated.ts';
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
  for (let seed = from; seed < end; seed++) {
    const files = generateChart(seed);
    const answer = await oracle.render(files);
    const ours = renderGenerated(files);
    if (answer.kind === 'timeout' || answer.kind === 'unstable') {
      tally[answer.kind === 'timeout' ? 'timeouts' : 'unstable']++;
      if (ours.kind !== 'crash') continue;
    }
    if (isSame(answer, ours)) {
      tally.same++;
      if (answer.kind === 'error') tally.errors++;
      const kind = answer.kind;
      lines.push(
        JSON.stringify({ seed, files: made(files), kind, text: Buffer.from(answer.bytes).toString('base64') }),
      );
      continue;
    }
    const reason = explainedDifference(files.get(MADE_TEMPLATE) ?? '', answer, ours);
    if (reason !== undefined) {
      explained.set(reason, (explained.get(reason) ?? 0) + 1);
      continue;
    }
    tally.differ++;
    if (tally.differ <= Number(values.show)) show(seed, files.get(MADE_TEMPLATE) ?? '', answer, ours);
  }
  oracle.close();
  if (values.record !== undefined) writeFileSync(values.record, `${lines.join('\n')}\n`);
  for (const [reason, count] of explained) console.log(`explained ${count}: ${reason}`);
  console.log(`seeds ${from} to ${end - 1}: ${JSON.stringify(tally)}`);
  return tally.differ > 0 || tally.same === 0 ? 1 : 0;
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

/** What differs between the charts: the template, and the values that are made up. */
function made(files: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(files);
}

/** Prints a difference: both results from a little before the place where they part. */
function show(seed: number, template: string, answer: Answer, ours: Outcome): void {
  const [theirs, own] = [withoutAddresses(answer.bytes), withoutAddresses(ours.bytes)];
  let at = 0;
  while (at < theirs.length && theirs[at] === own[at]) at++;
  const from = Math.max(0, at - BEFORE);
  const part = (text: string): string => JSON.stringify(text.slice(from, from + SHOWN));
  console.log(`DIFFERS seed ${seed} at ${at}\n  template ${JSON.stringify(template)}`);
  console.log(`  helm ${answer.kind} ${part(theirs)}\n  ours ${ours.kind} ${part(own)}`);
}

