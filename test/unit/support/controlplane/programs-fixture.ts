import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

import { PROGRAMS } from '../../../support/controlplane/components.ts';

/** A temporary directory that is removed after the test. */
export async function temporaryDir(): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'holdfast-unit-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Writes an executable shell script. */
export async function writeScript(file: string, body: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${body}\n`);
  await chmod(file, 0o755);
}

/** Writes one script per program that prints its name, all but `missing`. */
export async function writePrograms(dir: string, missing?: string): Promise<void> {
  for (const program of PROGRAMS) {
    if (program !== missing) await writeScript(path.join(dir, program), `echo "this is ${program}"`);
  }
}
