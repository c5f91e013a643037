/** A running timer; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/**
 * Time as the operator sees it. Injected everywhere, so that tests and the simulation can own it.
 */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch; for timestamps that people read, never for durations. */
  now(): number;
  /** Monotonic milliseconds; for durations. */
  monotonicMs(): number;
  /** Calls `run` once after `delayMs`. The timer does not keep the process alive. */
  after(delayMs: number, run: () => void): Timer;
  /** A number in [0, 1), for jitter. */
  random(): number;
}

/** The process's own clock and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
  random: () => Math.random(),
};

/** Kubernetes' `metav1.Time` form of `ms`: RFC 3339 in UTC, whole seconds. */
export function toKubeTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
