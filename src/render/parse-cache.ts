import type { YamlDocument } from '../yaml/parse-documents.ts';

/** What a file holds, deep-frozen: its documents, or `undefined` for a file that says it must not be rendered. */
export type ParsedFile = readonly YamlDocument[] | undefined;

/**
 * Remembers parsed files by content, so that applications that share a file parse it once and a commit parses only
 * what it changed. Bounded: the least recently used go first.
 */
export class ParseCache {
  private readonly entries = new Map<string, { readonly file: ParsedFile; readonly sizeBytes: number }>();
  private readonly maxBytes: number;
  private usedBytes = 0;

  /** @param maxBytes bound on the sum of the files' sizes; parsed they take some five times that */
  constructor(maxBytes: number = 64 * 1024 * 1024) {
    this.maxBytes = maxBytes;
  }

  /** The file for `key`, parsed by `parse` when it is not there. What `parse` throws is not remembered. */
  get(key: string, sizeBytes: number, parse: () => ParsedFile): ParsedFile {
    const known = this.entries.get(key);
    if (known !== undefined) {
      // A Map keeps the order of insertion, so putting it in anew makes it the youngest.
      this.entries.delete(key);
      this.entries.set(key, known);
      return known.file;
    }
    const file = parse();
    this.add(key, { file, sizeBytes });
    return file;
  }

  private add(key: string, entry: { readonly file: ParsedFile; readonly sizeBytes: number }): void {
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
