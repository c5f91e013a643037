import { readFile, writeFile } from 'node:fs/promises';

const MIB = 1024 * 1024;

/** Resident memory of another process in MiB; `undefined` where the system does not tell. */
export async function residentMiB(pid: number): Promise<number | undefined> {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : (Number(kib) * 1024) / MIB;
  } catch {
    // It has ended, or this is no Linux.
    return undefined;
  }
}

/** Asks the kernel, if it ever runs out of memory, to end that process before any other. */
export async function sacrificeFirst(pid: number): Promise<void> {
  // Only a preference: the limits do not depend on it.
  await writeFile(`/proc/${pid}/oom_score_adj`, '1000').catch(() => undefined);
}
