import type { CompiledTemplate } from './frame.ts';
import type { FunctionTable } from './function-table.ts';

/** A template that is compiled when it first runs. */
export interface NamedTemplate {
  readonly isEmpty: boolean;
  readonly compile: (functions: FunctionTable) => CompiledTemplate;
}

/** What a text was parsed into: all that it defines, by name, and the functions that it calls. */
export interface ParsedText {
  readonly templates: ReadonlyMap<string, NamedTemplate>;
  readonly functions: readonly string[];
}

/**
 * Remembers what texts were parsed into, by text and name: charts render again and again, and `tpl` parses the same few
 * texts. Bounded: when it is full, the half that was not used for longest goes.
 */
export class TemplateCache {
  /** The texts in use; when they fill their half, they become the old ones. */
  private young = new Map<string, Map<string, ParsedText>>();
  private old: ReadonlyMap<string, Map<string, ParsedText>> = new Map();
  private youngSize = 0;
  private readonly maxSize: number;

  /** @param maxSize bound on the sum of the texts, in characters; parsed they take some times as much */
  constructor(maxSize: number = 16 * 1024 * 1024) {
    this.maxSize = maxSize;
  }

  /** What the text was parsed into under that name. */
  get(name: string, text: string): ParsedText | undefined {
    const known = this.young.get(text)?.get(name);
    if (known !== undefined) return known;
    const aged = this.old.get(text)?.get(name);
    if (aged !== undefined) this.set(name, text, aged);
    return aged;
  }

  /** Remembers what a text was parsed into. */
  set(name: string, text: string, parsed: ParsedText): void {
    const size = name.length + text.length;
    if (size * 2 > this.maxSize) return;
    this.youngSize += size;
    if (this.youngSize * 2 > this.maxSize) {
      this.old = this.young;
      this.young = new Map();
      this.youngSize = size;
    }
    const named = this.young.get(text) ?? new Map<string, ParsedText>();
    this.young.set(text, named.set(name, parsed));
  }
}
