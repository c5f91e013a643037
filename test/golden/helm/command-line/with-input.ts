import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A command line of `helm template`, and what the real tool did with it in a folder with a copy of `input`. */
export interface HelmCommandCase {
  readonly args: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: string;
  readonly exitCode?: number;
  /** With `<INPUT>` for the folder's path. */
  readonly stdout?: string;
  readonly stderr?: string;
  /** What it wrote below `out`, by path from there; absent: nothing. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Runs `act` in a fresh copy of `input`; `files` tells what is below its folder `out`. */
export function withInput<T>(act: (folder: string, files: () => Pick<HelmCommandCase, 'files'>) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-helm-'));
  try {
    cpSync(path.join(import.meta.dirname, 'input'), folder, { recursive: true });
    const out = path.join(folder, 'out');
    return act(folder, () => (existsSync(out) ? { files: readAll(out) } : {}));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readAll(folder: string): Record<string, string> {
  const files = globSync('**/*.*', { cwd: folder }).sort();
  return Object.fromEntries(files.map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]));
}
