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

/** Node runs a timer with a longer delay at once instead of late. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The process's own clock and timers. A delay of more than 24.8 days ends after these. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, MAX_DELAY_MS));
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
  random: () => Math.random(),
};

/** Kubernetes' `metav1.Time` form of `ms`: RFC 3339 in UTC, whole seconds. */
export function toKubeTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
