import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { request } from 'undici';

import { HoldfastError } from '../../../src/lib/errors.ts';
import { KUBERNETES_VERSION } from './build.ts';
import { runCommand } from './command.ts';
import { PROGRAMS } from './components.ts';
import { programsIn } from './programs.ts';

/** From where to download. */
export interface DownloadOptions {
  /** Folder of the archive; see {@link archiveName}. */
  readonly url: string;
  /** What the archive must hash to, in hex. Default: what the file `ARCHIVE.sha256` beside it says. */
  readonly sha256?: string;
  readonly log: (line: string) => void;
}

/** The archive for this machine: it holds the programs, or the binary of all of them, at its root. */
export function archiveName(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return `controlplane-${KUBERNETES_VERSION}-${process.platform}-${arch}.tar.gz`;
}

/**
 * Downloads the archive into `dir` and unpacks it there, after its checksum has been verified.
 * @throws {HoldfastError} CONFIG_INVALID when it cannot be had, hashes to something else, or lacks a program
 */
export async function downloadPrograms(dir: string, options: DownloadOptions): Promise<void> {
  const url = `${options.url.replace(/\/+$/, '')}/${archiveName()}`;
  options.log(`controlplane: downloading ${url}`);
  const expected = options.sha256 ?? firstWord((await get(`${url}.sha256`)).toString());
  const archive = await get(url);
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected.toLowerCase()) {
    throw refusal(url, `its SHA-256 is ${actual}, but should be ${expected}. Nothing of it was used`);
  }
  const file = path.join(dir, 'archive.tar.gz');
  await writeFile(file, archive);
  const unpacked = await runCommand(['tar', '-xzf', file, '-C', dir, '--no-same-owner']);
  if (unpacked.code !== 0) throw refusal(url, `tar could not unpack it: ${unpacked.stderr.trim()}`);
  await rm(file);
  if ((await programsIn(dir)) === undefined) {
    throw refusal(url, `it does not hold all of ${PROGRAMS.join(', ')} as executable files at its root`);
  }
}

async function get(url: string): Promise<Buffer> {
  try {
    const response = await request(url, { headersTimeout: 30_000, bodyTimeout: 30_000 });
    const body = Buffer.from(await response.body.arrayBuffer());
    if (response.statusCode === 200) return body;
    throw refusal(url, `the server answered ${response.statusCode}`);
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw refusal(url, error instanceof Error ? error.message : String(error), error);
  }
}

function refusal(url: string, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'CONFIG_INVALID',
    `Cannot take the control plane from ${url}: ${why}. Correct HOLDFAST_CONTROLPLANE_URL, or unset it to build the programs from source`,
    { retry: 'never', cause },
  );
}

function firstWord(text: string): string {
  return text.trim().split(/\s/, 1)[0] ?? '';
}
