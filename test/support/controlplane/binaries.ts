import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

import { BUILD_FLAGS, buildPrograms, GO_MODULE_DIR } from './build.ts';
import { PROGRAMS } from './components.ts';
import { downloadPrograms } from './download.ts';
import { withFileLock } from './file-lock.ts';
import { ALL_IN_ONE, type Programs, programsIn } from './programs.ts';

/** How to find the programs. */
export interface ResolveOptions {
  readonly log: (line: string) => void;
  /** Default: this process's. Read: KUBEBUILDER_ASSETS, XDG_CACHE_HOME, HOLDFAST_CONTROLPLANE_URL and _SHA256. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Finds the programs of a control plane: in the folder KUBEBUILDER_ASSETS if it holds all of them, else in the cache,
 * else downloads them from HOLDFAST_CONTROLPLANE_URL if that is set, else builds them from pinned Go modules.
 * The last two fill the cache, in one step and under a lock: processes that start together build once, and none
 * sees half a file.
 * @throws {HoldfastError} CONFIG_INVALID when the download is not what it should be, or Go is missing
 */
export async function resolvePrograms(options: ResolveOptions): Promise<Programs> {
  const { log, env = process.env } = options;
  const assets = env['KUBEBUILDER_ASSETS'];
  if (assets) {
    const found = await programsIn(assets);
    if (found !== undefined) return found;
    log(`controlplane: KUBEBUILDER_ASSETS (${assets}) does not hold all of ${PROGRAMS.join(', ')}; not used`);
  }
  const cached = path.join(cacheRoot(env), await cacheKey());
  return (await programsIn(cached)) ?? (await fillCache(cached, { log, env }));
}

/** The folder that holds a folder for each version of the programs. */
export function cacheRoot(env: NodeJS.ProcessEnv): string {
  const home = env['HOME'] ?? homedir();
  return path.join(env['XDG_CACHE_HOME'] || path.join(home, '.cache'), 'holdfast');
}

/** Names the programs by everything that they are made from, so that a change of a pin never finds an old file. */
export async function cacheKey(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(GO_MODULE_DIR)).sort()) {
    hash.update(`${name}\0`).update(await readFile(path.join(GO_MODULE_DIR, name)));
  }
  hash.update(JSON.stringify([BUILD_FLAGS, process.platform, process.arch]));
  return hash.digest('hex').slice(0, 24);
}

async function fillCache(cached: string, options: Required<ResolveOptions>): Promise<Programs> {
  const root = path.dirname(cached);
  await mkdir(root, { recursive: true });
  return withFileLock(`${cached}.lock`, options.log, async () => {
    const other = await programsIn(cached);
    if (other !== undefined) return other;
    const staging = await mkdtemp(path.join(root, '.new-'));
    try {
      await makePrograms(staging, options);
      await rm(cached, { recursive: true, force: true });
      await rename(staging, cached);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
    const made = await programsIn(cached);
    if (made === undefined) throw new Error(`${cached} has vanished; is another program clearing the cache?`);
    return made;
  });
}

async function makePrograms(staging: string, { log, env }: Required<ResolveOptions>): Promise<void> {
  const url = env['HOLDFAST_CONTROLPLANE_URL'];
  if (!url) {
    await buildPrograms(path.join(staging, ALL_IN_ONE), { log, env });
    return;
  }
  const sha256 = env['HOLDFAST_CONTROLPLANE_SHA256'];
  await downloadPrograms(staging, { url, log, ...(sha256 ? { sha256 } : {}) });
}
