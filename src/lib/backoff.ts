import type { Clock } from './clock.ts';

/** Growth of a delay: `baseMs * factor^failures`, at most `maxMs`. */
export interface BackoffPolicy {
  readonly baseMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** Share of the delay that is random, 0 to 1. */
  readonly jitter: number;
}

/** Used wherever nothing else is said. */
export const DEFAULT_BACKOFF: BackoffPolicy = { baseMs: 1_000, factor: 2, maxMs: 180_000, jitter: 0.2 };

/** Milliseconds to wait after the `failures`-th failure in a row (1 is the first). */
export function backoffDelayMs(failures: number, clock: Clock, policy: BackoffPolicy = DEFAULT_BACKOFF): number {
  const full = Math.min(policy.maxMs, policy.baseMs * policy.factor ** Math.max(0, failures - 1));
  return full * (1 - policy.jitter * clock.random());
}
