import { type BackoffPolicy, backoffDelayMs } from '../lib/backoff.ts';
import type { Clock, Timer } from '../lib/clock.ts';

/** What a queue calls for each key; a rejection puts the key back with growing delay. */
export type Worker = (key: string) => Promise<void>;

/** How a queue behaves. */
export interface QueueOptions {
  readonly clock: Clock;
  /** Keys worked on at once. */
  readonly concurrency: number;
  readonly worker: Worker;
  /** Called with every rejection of the worker. */
  readonly onError: (key: string, error: unknown) => void;
  readonly backoff?: BackoffPolicy;
}

const BACKOFF: BackoffPolicy = { baseMs: 500, factor: 2, maxMs: 120_000, jitter: 0.2 };

/**
 * A work queue with one turn a key: a key added while it waits is the same entry, a key added while it is worked on
 * comes once more afterwards. Keys have no timers of their own unless they wait for a delay.
 */
export class KeyedQueue {
  readonly #options: QueueOptions;
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  readonly #delayed = new Map<string, { timer: Timer; dueMs: number }>();
  readonly #failures = new Map<string, number>();
  #stopped = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Number of keys waiting for a turn. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** Asks for a turn as soon as possible. */
  add(key: string): void {
    if (this.#stopped) return;
    if (this.#running.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#waiting.add(key);
    this.#startNext();
  }

  /** Asks for a turn after `delayMs`, unless an earlier one is due anyway. */
  addAfter(key: string, delayMs: number): void {
    if (this.#stopped) return;
    const dueMs = this.#options.clock.monotonicMs() + delayMs;
    const pending = this.#delayed.get(key);
    if (pending !== undefined && pending.dueMs <= dueMs) return;
    pending?.timer.cancel();
    const timer = this.#options.clock.after(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { timer, dueMs });
  }

  /** Forgets a key; a turn that runs goes on. */
  forget(key: string): void {
    this.#waiting.delete(key);
    this.#again.delete(key);
    this.#failures.delete(key);
    this.#delayed.get(key)?.timer.cancel();
    this.#delayed.delete(key);
  }

  /** Starts no further turn and resolves when the running ones are over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { timer } of this.#delayed.values()) timer.cancel();
    this.#delayed.clear();
    this.#waiting.clear();
    await Promise.allSettled(this.#running.values());
  }

  #startNext(): void {
    while (!this.#stopped && this.#running.size < this.#options.concurrency) {
      const [key] = this.#waiting;
      if (key === undefined) return;
      this.#waiting.delete(key);
      // A turn begins a little later: what its worker adds at once must find it running already.
      this.#running.set(
        key,
        Promise.resolve().then(() => this.#turn(key)),
      );
    }
  }

  async #turn(key: string): Promise<void> {
    try {
      await this.#options.worker(key);
      this.#failures.delete(key);
    } catch (error) {
      const failures = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, failures);
      this.#options.onError(key, error);
      this.addAfter(key, backoffDelayMs(failures, this.#options.clock, this.#options.backoff ?? BACKOFF));
    } finally {
      this.#running.delete(key);
      if (this.#again.delete(key)) this.#waiting.add(key);
      this.#startNext();
    }
  }
}
