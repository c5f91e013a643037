/** Contents by their object, the least recently used dropped first. The newest stays even if it alone is too big. */
export class ContentCache {
  readonly #maxBytes: number;
  readonly #maxItemBytes: number;
  readonly #contents = new Map<object, Buffer>();
  #bytes = 0;

  /**
   * @param maxBytes contents together
   * @param maxItemBytes bigger ones are not kept: they would push out everything else
   */
  constructor(maxBytes: number, maxItemBytes: number = maxBytes / 4) {
    this.#maxBytes = maxBytes;
    this.#maxItemBytes = maxItemBytes;
  }

  get(key: object): Buffer | undefined {
    const content = this.#contents.get(key);
    if (content === undefined) return undefined;
    // Maps iterate in order of insertion, so that this makes it the newest.
    this.#contents.delete(key);
    this.#contents.set(key, content);
    return content;
  }

  put(key: object, content: Buffer): void {
    if (content.length > this.#maxItemBytes || this.#contents.has(key)) return;
    this.#contents.set(key, content);
    this.#bytes += content.length;
    for (const [oldest, old] of this.#contents) {
      if (this.#bytes <= this.#maxBytes || oldest === key) break;
      this.#contents.delete(oldest);
      this.#bytes -= old.length;
    }
  }

  clear(): void {
    this.#contents.clear();
    this.#bytes = 0;
  }
}
