import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** What a run of the real tool gave. */
export interface RealRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 256_000_000;

/**
 * Path of the real kustomize (v5.8.2), a development-time oracle that is no part of Holdfast: `HOLDFAST_KUSTOMIZE`, else
 * where `go install` puts it when it is told `GOBIN=~/.cache/holdfast/oracles/kustomize`; undefined when it is not there.
 */
export function realKustomize(): string | undefined {
  const file = process.env['HOLDFAST_KUSTOMIZE'] ?? path.join(homedir(), '.cache/holdfast/oracles/kustomize/kustomize');
  return existsSync(file) ? file : undefined;
}

/** Runs `kustomize build PATH FLAGS…` in `folder` with an empty HOME and without Git, plugins or a network proxy. */
export async function runRealKustomize(
  binary: string,
  folder: string,
  target: string,
  flags: readonly string[],
): Promise<RealRun> {
  const home = mkdtempSync(path.join(tmpdir(), 'holdfast-home-'));
  const args = ['build', target, ...flags];
  const options = {
    cwd: folder,
    env: { HOME: home, PATH: '/nonexistent' },
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
  };
  try {
    return await new Promise<RealRun>((resolve, reject) => {
      execFile(binary, args, options, (error, stdout, stderr) => {
        if (error === null) resolve({ exitCode: 0, stdout, stderr });
        else if (typeof error.code === 'number') resolve({ exitCode: error.code, stdout, stderr });
        else reject(new Error(`${binary} did not end in ${folder}`, { cause: error }));
      });
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** How often a failing input is run again, to see whether the message is the same (Go's maps have no order). */
const ERROR_REPEATS = 3;
/** Where in memory a thing is: every run has its own. */
const ADDRESS = /0x[0-9a-f]{6,}/g;

/**
 * Writes into a case's folder what the real tool says of it: exit status, output or error, with `<INPUT>` for the path of
 * `input`. Flags and path are those of its `case.json`.
 */
export async function recordCase(binary: string, folder: string): Promise<RealRun> {
  const file = path.join(folder, 'case.json');
  const {
    exitCode: _,
    stderr: __,
    ...old
  } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> & {
    args: { path: string; flags: string[] };
  };
  const run = await runRealKustomize(binary, folder, old.args.path, old.args.flags);
  const input = path.join(folder, 'input');
  const stderr = run.stderr.replaceAll(input, '<INPUT>').replaceAll(folder, '<INPUT>/..');
  const isStable = run.exitCode === 0 || (await isRepeatable(binary, folder, run, old.args));
  for (const name of ['expected.yaml', 'expected-error.txt']) rmSync(path.join(folder, name), { force: true });
  if (run.exitCode === 0) writeFileSync(path.join(folder, 'expected.yaml'), run.stdout);
  else writeFileSync(path.join(folder, 'expected-error.txt'), stderr);
  const told = run.exitCode === 0 && stderr !== '' ? { stderr } : {};
  const unstable = isStable ? {} : { errorTextStable: false };
  writeFileSync(file, `${JSON.stringify({ ...old, exitCode: run.exitCode, ...told, ...unstable }, undefined, 1)}\n`);
  return run;
}

async function isRepeatable(
  binary: string,
  folder: string,
  first: RealRun,
  args: { readonly path: string; readonly flags: readonly string[] },
): Promise<boolean> {
  const lastLines = ({ stderr }: RealRun) => stderr.slice(stderr.indexOf('Error: ')).replaceAll(ADDRESS, '');
  for (let count = 0; count < ERROR_REPEATS; count++) {
    const again = await runRealKustomize(binary, folder, args.path, args.flags);
    if (lastLines(again) !== lastLines(first)) return false;
  }
  return true;
}

/** Records many cases, a few at a time. */
export async function recordCases(binary: string, folders: readonly string[], atOnce = 2): Promise<void> {
  const left = [...folders];
  const worker = async (): Promise<void> => {
    for (let folder = left.pop(); folder !== undefined; folder = left.pop()) await recordCase(binary, folder);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
