import type { Clock, Timer } from '../../src/lib/clock.ts';

/** A {@link Clock} that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** Moves time and runs every timer that falls due, in order, letting promises settle after each. */
  advance(ms: number): Promise<void>;
  /** Delays, in milliseconds from now, of the timers that have not run. */
  readonly pending: readonly number[];
}

/** Where a fake clock begins. `random` is what every draw returns. */
export interface FakeClockOptions {
  /** Wall-clock milliseconds since the epoch. */
  readonly nowMs?: number;
  readonly random?: number;
}

interface Due {
  readonly atMs: number;
  readonly run: () => void;
}

/** Creates a clock at 0 ms on the monotonic side. */
export function createFakeClock(options: FakeClockOptions = {}): FakeClock {
  const { nowMs = Date.UTC(2026, 0, 1), random = 0 } = options;
  const timers = new Set<Due>();
  let elapsedMs = 0;
  const next = (untilMs: number): Due | undefined =>
    [...timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  return {
    now: () => nowMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    random: () => random,
    after(delayMs, run): Timer {
      const due = { atMs: elapsedMs + Math.max(0, delayMs), run };
      timers.add(due);
      return { cancel: () => void timers.delete(due) };
    },
    async advance(ms) {
      const untilMs = elapsedMs + ms;
      await settlePromises();
      for (let due = next(untilMs); due !== undefined; due = next(untilMs)) {
        timers.delete(due);
        elapsedMs = Math.max(elapsedMs, due.atMs);
        due.run();
        await settlePromises();
      }
      elapsedMs = untilMs;
    },
    get pending() {
      return [...timers].map(({ atMs }) => atMs - elapsedMs).sort((a, b) => a - b);
    },
  };
}

/** Lets everything run that waits for promises alone: not for a timer, a socket or a file. */
export async function settlePromises(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
