import { open, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A lock that nobody has touched for this long belongs to a process that is gone. */
const STALE_MS = 30_000;

/**
 * Runs `run` while holding the lock file `file`, waiting until another holder is done. The holder touches the file
 * all the time, so that a lock left behind by a killed process frees itself, also one in a folder that containers
 * share. In the worst case, a holder that was frozen, two run at once: `run` must only publish its result by rename.
 */
export async function withFileLock<T>(file: string, log: (line: string) => void, run: () => Promise<T>): Promise<T> {
  await acquire(file, log);
  const heartbeat = setInterval(() => {
    const now = new Date();
    // Only a lost lock cannot be touched, and losing it is harmless: see above.
    void utimes(file, now, now).catch(() => undefined);
  }, 2000);
  try {
    return await run();
  } finally {
    clearInterval(heartbeat);
    await rm(file, { force: true });
  }
}

async function acquire(file: string, log: (line: string) => void): Promise<void> {
  const startedAt = performance.now();
  for (let round = 0; ; round += 1) {
    if (await create(file)) return;
    await removeStale(file);
    if (round % 20 === 0) {
      const waitedS = Math.round((performance.now() - startedAt) / 1000);
      log(`controlplane: waiting for another process that makes the programs (${file}), ${waitedS} s`);
    }
    await sleep(250);
  }
}

async function create(file: string): Promise<boolean> {
  try {
    await (await open(file, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeStale(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined && Date.now() - found.mtimeMs > STALE_MS) await rm(file, { force: true });
}
