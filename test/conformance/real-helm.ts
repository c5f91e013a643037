import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/**
 * Path of the real helm (v4.3.1), a development-time oracle that is no part of Holdfast: `HOLDFAST_HELM`, else where
 * `go install` puts it when it is told `GOBIN=~/.cache/holdfast/oracles/helm`; undefined when it is not there.
 */
export function realHelm(): string | undefined {
  const file = process.env['HOLDFAST_HELM'] ?? path.join(homedir(), '.cache/holdfast/oracles/helm/helm');
  return existsSync(file) ? file : undefined;
}

/** What a run of the real helm gave. */
export interface RealHelmRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and with what the real helm runs beside its arguments. */
export interface RealHelmOptions {
  /** The working directory. */
  readonly folder: string;
  /** Standard input; absent: empty. */
  readonly input?: string;
  /** The whole environment but for HOME and PATH. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Runs the real helm with an empty HOME and without other programs. */
export function runRealHelm(binary: string, args: readonly string[], options: RealHelmOptions): RealHelmRun {
  const { folder, input = '', variables = {} } = options;
  const home = mkdtempSync(path.join(tmpdir(), 'holdfast-home-'));
  try {
    const env = { HOME: home, PATH: '/nonexistent', ...variables };
    const run = spawnSync(binary, args, { cwd: folder, env, input, encoding: 'utf8', maxBuffer: 256_000_000 });
    if (run.error !== undefined) throw run.error;
    return { exitCode: run.status ?? -1, stdout: run.stdout, stderr: run.stderr };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
