import type { Clock } from '../../lib/clock.ts';

/** How much a cache keeps, and for how long. */
export interface RecentCacheOptions {
  /** Bytes of all values together. The newest value stays even if it alone is bigger. */
  readonly maxBytes: number;
  /** Values bigger than this are not kept: they would push out everything else. Default: a quarter of `maxBytes`. */
  readonly maxItemBytes?: number;
  /** Empties the cache when nothing was put into it for so long; without it nothing expires. */
  readonly idle?: { readonly clock: Pick<Clock, 'after'>; readonly afterMs: number };
}

/** Values by key, the least recently used dropped first. */
export class RecentCache<K, V> {
  readonly #options: RecentCacheOptions;
  readonly #items = new Map<K, { readonly value: V; readonly bytes: number }>();
  #bytes = 0;
  /** Values ever put, to see whether any came while a timer ran. */
  #puts = 0;
  #isTimed = false;

  constructor(options: RecentCacheOptions) {
    this.#options = options;
  }

  get(key: K): V | undefined {
    const item = this.#items.get(key);
    if (item === undefined) return undefined;
    // Maps iterate in order of insertion, so that this makes it the newest.
    this.#items.delete(key);
    this.#items.set(key, item);
    return item.value;
  }

  /** @param bytes what keeping the value costs */
  put(key: K, value: V, bytes: number): void {
    const { maxBytes, maxItemBytes = maxBytes / 4 } = this.#options;
    if (bytes > maxItemBytes || this.#items.has(key)) return;
    this.#items.set(key, { value, bytes });
    this.#bytes += bytes;
    this.#puts++;
    for (const oldest of this.#items.keys()) {
      if (this.#bytes <= maxBytes || oldest === key) break;
      this.delete(oldest);
    }
    this.#watchIdle();
  }

  delete(key: K): void {
    this.#bytes -= this.#items.get(key)?.bytes ?? 0;
    this.#items.delete(key);
  }

  clear(): void {
    this.#items.clear();
    this.#bytes = 0;
  }

  #watchIdle(): void {
    const { idle } = this.#options;
    if (idle === undefined || this.#isTimed) return;
    this.#isTimed = true;
    const puts = this.#puts;
    idle.clock.after(idle.afterMs, () => {
      this.#isTimed = false;
      if (this.#puts === puts) this.clear();
      else this.#watchIdle();
    });
  }
}
