// Compares our engines with what the real tools printed, for a directory in the layout of the golden corpus, and our
// health with what was expected of it, for a file of cases.
import { existsSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type CorpusCase, findCases } from '../test/conformance/corpus.ts';
import { readHealthLines, runHealthLine } from '../test/conformance/health-lines.ts';
import { type CaseOutcome, runCase } from '../test/conformance/run-case.ts';

const USAGE = `Usage: npm run conformance -- DIR|FILE.jsonl [DIR|FILE.jsonl …] [options]

DIR is a corpus, its kustomize or helm folder, a folder of cases or one case. FILE.jsonl holds a case of health or of
kstatus in each line. Each failing case is printed with its first difference. Exit status 0 if no case failed.

  --only TEXT   only cases whose name contains TEXT (may be given several times)
  --verbose     print all cases, and the whole reasons
  --text        also count outputs equal to expected.yaml to the byte, and warnings equal to the real ones
  --times       also print the slowest cases
`;
const REASON_LENGTH = 400;

/** Something to compare, by the name that is printed. */
interface Case {
  readonly name: string;
  readonly run: () => CaseOutcome;
}

interface Row {
  readonly one: Case;
  readonly outcome: CaseOutcome;
  readonly timeMs: number;
}

process.exitCode = main();

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      verbose: { type: 'boolean', default: false },
      text: { type: 'boolean', default: false },
      times: { type: 'boolean', default: false },
    },
  });
  if (positionals.length === 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const missing = positionals.find((folder) => !existsSync(folder));
  if (missing !== undefined) {
    process.stderr.write(`conformance: there is no folder or file ${missing}\n`);
    return 2;
  }
  const isWanted = ({ name }: Case) => values.only.length === 0 || values.only.some((text) => name.includes(text));
  const rows = runAll(positionals.flatMap(casesOf).filter(isWanted), values.verbose);
  if (values.text) printText(rows);
  if (values.times) printTimes(rows);
  return printTally(rows);
}

function casesOf(place: string): Case[] {
  if (!place.endsWith('.jsonl')) {
    return findCases(place).map((one: CorpusCase) => ({ name: one.name, run: () => runCase(one) }));
  }
  return readHealthLines(place).map((line) => ({
    name: line.id,
    run: () => {
      const reason = runHealthLine(line);
      return reason === undefined ? { state: 'passed' } : { state: 'failed', reason };
    },
  }));
}

function runAll(cases: readonly Case[], isVerbose: boolean): Row[] {
  const rows: Row[] = [];
  for (const one of cases) {
    const startedAt = performance.now();
    const outcome = one.run();
    rows.push({ one, outcome, timeMs: performance.now() - startedAt });
    if (outcome.state === 'failed') console.log(`FAILED ${one.name}\n  ${cut(outcome.reason ?? '', isVerbose)}`);
    else if (isVerbose) console.log(`${outcome.state} ${one.name}`);
  }
  return rows;
}

function cut(reason: string, isWhole: boolean): string {
  const line = reason.replaceAll('\n', '\\n');
  return isWhole || line.length <= REASON_LENGTH ? line : `${line.slice(0, REASON_LENGTH)}…`;
}

function printText(rows: readonly Row[]): void {
  const compared = rows.filter(({ outcome }) => outcome.isSameText !== undefined);
  for (const { one, outcome } of compared) {
    if (outcome.isSameText === false) console.log(`OTHER TEXT ${one.name}`);
    if (outcome.isSameWarnings === false) console.log(`OTHER WARNINGS ${one.name}`);
  }
  const same = compared.filter(({ outcome }) => outcome.isSameText);
  const warned = compared.filter(({ outcome }) => outcome.isSameWarnings);
  const failed = rows.filter(({ outcome }) => outcome.isSameError !== undefined);
  for (const { one } of failed.filter(({ outcome }) => outcome.isSameError === false))
    console.log(`OTHER ERROR ${one.name}`);
  if (failed.length > 0) {
    console.log(`same errors: ${failed.filter(({ outcome }) => outcome.isSameError).length} of ${failed.length}`);
  }
  console.log(`same text: ${same.length} of ${compared.length}; same warnings: ${warned.length} of ${compared.length}`);
}

function printTimes(rows: readonly Row[]): void {
  for (const { one, timeMs } of rows.toSorted((a, b) => b.timeMs - a.timeMs).slice(0, 10)) {
    console.log(`${timeMs.toFixed(0).padStart(7)} ms  ${one.name}`);
  }
}

/** The last line is for people and programs alike. A run without a single case proves nothing, so it fails. */
function printTally(rows: readonly Row[]): number {
  const count = (state: CaseOutcome['state']) => rows.filter(({ outcome }) => outcome.state === state).length;
  const notRun = count('not run');
  if (notRun > 0) {
    const [first] = rows.filter(({ outcome }) => outcome.state === 'not run');
    console.log(`${notRun} not run (${first?.outcome.reason ?? ''})`);
  }
  if (rows.length === 0) console.log('There is no case.');
  console.log(`${count('passed')} passed, ${count('failed')} failed`);
  return count('failed') > 0 || rows.length === 0 ? 1 : 0;
}
