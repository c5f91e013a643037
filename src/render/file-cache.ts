import { hash } from 'node:crypto';

/**
 * Remembers what files were parsed into, by content, so that builds that share files parse them once and a commit costs
 * what it changed. Bounded: the least recently used go first. What it holds must not be changed by anybody.
 */
export class FileCache {
  private readonly entries = new Map<string, { readonly value: unknown; readonly sizeBytes: number }>();
  private readonly maxBytes: number;
  private usedBytes = 0;

  /** @param maxBytes bound on the sum of the files' sizes; parsed they take some five to ten times that */
  constructor(maxBytes: number = 16 * 1024 * 1024) {
    this.maxBytes = maxBytes;
  }

  /**
   * What `make` makes of `content`, remembered. What it throws is not.
   * @param purpose stands for one type of value and one way of making it
   * @param sizeOf tells how many bytes to count for a value; absent: those of `content`
   */
  get<T>(purpose: string, content: Uint8Array, make: () => T, sizeOf?: (value: T) => number): T {
    const key = `${purpose} ${hash('sha256', content, 'base64url')}`;
    const known = this.entries.get(key);
    if (known === undefined) {
      const value = make();
      this.add(key, { value, sizeBytes: sizeOf?.(value) ?? content.byteLength });
      return value;
    }
    // A Map keeps the order of insertion, so putting it in anew makes it the youngest.
    this.entries.delete(key);
    this.entries.set(key, known);
    return known.value as T;
  }

  private add(key: string, entry: { readonly value: unknown; readonly sizeBytes: number }): void {
    if (entry.sizeBytes > this.maxBytes) return;
    this.entries.set(key, entry);
    this.usedBytes += entry.sizeBytes;
    for (const [oldest, { sizeBytes }] of this.entries) {
      if (this.usedBytes <= this.maxBytes) return;
      this.entries.delete(oldest);
      this.usedBytes -= sizeBytes;
    }
  }
}
