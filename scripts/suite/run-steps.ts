import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { addTallies, isGreen, summaryLines, type Tally, tallyOf, type VitestReport } from './tally.ts';

const ROOT = path.dirname(path.dirname(import.meta.dirname));
const BIN = path.join(ROOT, 'node_modules', '.bin');

/** A part of a run: a command that counts as one test, or the tests of a project of `vitest.config.ts`. */
export type Step =
  | { readonly name: string; readonly command: readonly string[] }
  | { readonly name: string; readonly project: string; readonly flags?: readonly string[] };

const CODE = ['bin', 'scripts', 'src', 'test', 'vitest.config.ts'];

/** What is quick enough for every commit. */
export const CHECK_STEPS: readonly Step[] = [
  { name: 'format', command: ['biome', 'check', '--error-on-warnings', ...CODE] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings', '--ignore-pattern=**/*.mjs', ...CODE] },
  // What runs before anything is installed is plain JavaScript, of whose types nothing is known.
  { name: 'lint of plain JavaScript', command: ['oxlint', '--deny-warnings', 'bin', 'scripts'] },
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'unit, golden and property tests', project: 'quick' },
];

/** Runs all steps, also after a failure, and prints the count as the last line. Returns the exit status. */
export async function runSteps(steps: readonly Step[]): Promise<number> {
  const strict = process.env['CI'] === 'true';
  const tallies: Tally[] = [];
  for (const step of steps) {
    const startedAt = performance.now();
    console.log(`\n== ${step.name}`);
    const tally = 'command' in step ? await runCommandStep(step.name, step.command) : await runVitest(step);
    tallies.push(tally);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    console.log(`== ${step.name}: ${tally.passed} passed, ${tally.failed.length} failed in ${seconds} s`);
  }
  const total = addTallies(tallies);
  console.log(`\n${summaryLines(total, strict).join('\n')}`);
  return isGreen(total, strict) ? 0 : 1;
}

async function runCommandStep(name: string, [program = '', ...args]: readonly string[]): Promise<Tally> {
  const exitCode = await run(path.join(BIN, program), args);
  return exitCode === 0 ? { passed: 1, failed: [], skipped: [] } : { passed: 0, failed: [name], skipped: [] };
}

async function runVitest(step: { name: string; project: string; flags?: readonly string[] }): Promise<Tally> {
  const dir = mkdtempSync(path.join(tmpdir(), 'holdfast-report-'));
  const file = path.join(dir, 'report.json');
  const reporters = [
    // On a terminal the default one shows what runs; elsewhere each test has to be told as it ends.
    `--reporter=${process.stdout.isTTY ? 'default' : 'verbose'}`,
    '--reporter=json',
    `--outputFile.json=${file}`,
  ];
  try {
    const args = ['run', '--project', step.project, ...reporters, ...(step.flags ?? [])];
    const exitCode = await run(path.join(BIN, 'vitest'), args);
    const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as VitestReport) : undefined;
    return relativeTo(ROOT, tallyOf({ name: step.name, report, exitCode }));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Vitest names files by their absolute paths. */
function relativeTo(root: string, tally: Tally): Tally {
  const shorten = (names: readonly string[]): string[] => names.map((name) => name.replace(`${root}/`, ''));
  return { ...tally, failed: shorten(tally.failed), skipped: shorten(tally.skipped) };
}

function run(program: string, args: readonly string[]): Promise<number> {
  const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit' });
  // Whoever ends us means all of it; Ctrl-C in a terminal has reached the child already.
  const endWithIt = (signal: NodeJS.Signals): void => {
    child.kill(signal);
    child.once('exit', () => process.exit(1));
  };
  process.on('SIGTERM', endWithIt).on('SIGHUP', endWithIt);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      process.off('SIGTERM', endWithIt).off('SIGHUP', endWithIt);
      resolve(code ?? 1);
    });
  });
}
