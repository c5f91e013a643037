import type { Clock, Timer } from '../lib/clock.ts';
import type { RenderLimits } from './limits.ts';
import { memoryReason } from './process-errors.ts';

/** What a watch needs of the process. */
export interface WatchedProcess {
  /** Resolves when it has loaded its code; may reject. */
  readonly ready: Promise<void>;
  /** Memory that it holds now, in MiB. */
  memoryMiB(): number;
  /** Called at most once: `unstarted` when it is not ready in time, else `passed` with the limit that was passed. */
  unstarted(reason: string): void;
  passed(reason: string): void;
}

/** Time in which a process must have loaded its code, on a machine that is busy with other things. */
const START_MS = 60_000;
const MEMORY_POLL_MS = 50;

/** Watches time and memory of one render, from outside; gives what ends the watch. At rest nothing is polled. */
export function watchRender(
  watched: WatchedProcess,
  { deadlineMs, graceMs, residentMiB }: RenderLimits,
  clock: Clock,
): () => void {
  const timers = new Map<string, Timer>();
  let isOver = false;
  const at = (name: string, delayMs: number, run: () => void): void => {
    timers.get(name)?.cancel();
    if (!isOver) timers.set(name, clock.after(delayMs, run));
  };
  const end = (): void => {
    isOver = true;
    for (const timer of timers.values()) timer.cancel();
  };
  const passed = (reason: string): void => {
    if (isOver) return;
    end();
    watched.passed(reason);
  };
  const pollMemory = (): void => {
    if (watched.memoryMiB() > residentMiB) passed(memoryReason(residentMiB));
    else at('memory', MEMORY_POLL_MS, pollMemory);
  };
  at('time', START_MS, () => {
    end();
    watched.unstarted(`it was not ready within ${START_MS / 1000} s`);
  });
  const begin = (): void => {
    at('time', deadlineMs + graceMs, () => passed(`it takes longer than ${deadlineMs / 1000} s`));
    at('memory', MEMORY_POLL_MS, pollMemory);
  };
  // When it never gets ready, its end says so.
  watched.ready.then(begin, () => undefined);
  return end;
}
