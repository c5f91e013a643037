import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A kustomization with charts, and what the real tools made of it. */
export interface ChartCase {
  readonly kustomization: string;
  /** Beside `--enable-helm`. */
  readonly flags: readonly string[];
  /** What was printed; absent: it failed. */
  readonly out?: string;
  /** With `<INPUT>` for the folder's path; without the command line of helm. */
  readonly error?: string;
}

/** Runs `act` in a fresh copy of `input` that has the kustomization in it. */
export function withInput<T>({ kustomization }: ChartCase, act: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-charts-'));
  try {
    cpSync(path.join(import.meta.dirname, 'input'), folder, { recursive: true });
    writeFileSync(path.join(folder, 'kustomization.yaml'), kustomization);
    return act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
