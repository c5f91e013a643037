import type { Random } from './random.ts';

/** What is written: JSON, where `undefined` fields are left out. */
export type Data = string | number | boolean | null | readonly Data[] | { readonly [key: string]: Data | undefined };

/** Strings that may stand without quotes and stay strings. */
const PLAIN = /^[A-Za-z/_][\w./-]*$/;
const RESERVED = /^(?:true|false|null|yes|no|on|off|y|n|~|\.nan|\.inf)$/i;

/**
 * YAML of `data` in one of the many styles people write: indented lists or not, quotes, flow, comments, literal blocks,
 * empty lines, keys in another order.
 */
export function writeYaml(random: Random, data: Data): string {
  const style = { indentLists: random.chance(0.5), flow: random.chance(0.3) ? 0.15 : 0, quotes: random.next() * 0.4 };
  const writer = new Writer(random, style);
  const lines = writer.block(data, 0);
  if (random.chance(0.15)) lines.unshift('# a comment at the top');
  if (random.chance(0.1)) lines.unshift('---');
  return `${lines.join('\n')}\n`;
}

interface Style {
  readonly indentLists: boolean;
  readonly flow: number;
  readonly quotes: number;
}

class Writer {
  readonly #random: Random;
  readonly #style: Style;

  constructor(random: Random, style: Style) {
    this.#random = random;
    this.#style = style;
  }

  /** The lines of a value that starts on a line of its own. */
  block(data: Data, indent: number): string[] {
    if (isList(data) && data.length > 0) return data.flatMap((item) => this.#item(item, indent));
    if (isMapping(data) && Object.keys(data).length > 0) return this.#fields(data, indent);
    return [' '.repeat(indent) + this.#inline(data)];
  }

  #fields(data: { readonly [key: string]: Data | undefined }, indent: number): string[] {
    return Object.entries(data).flatMap(([key, value]) => {
      if (value === undefined) return [];
      const comment = this.#random.chance(0.02) ? [`${' '.repeat(indent)}# about ${key.replaceAll('\n', ' ')}`] : [];
      return [...comment, ...this.#field(key, value, indent)];
    });
  }

  #field(key: string, value: Data, indent: number): string[] {
    const head = `${' '.repeat(indent)}${this.#key(key)}:`;
    if (this.#isInline(value)) {
      const tail = this.#random.chance(0.02) ? ' # why' : '';
      return [`${head} ${this.#inline(value)}${tail}`];
    }
    if (typeof value === 'string') return this.#literal(head, value, indent);
    return [head, ...this.block(value, isList(value) && !this.#style.indentLists ? indent : indent + 2)];
  }

  #item(item: Data, indent: number): string[] {
    const dash = `${' '.repeat(indent)}-`;
    if (this.#isInline(item)) return [`${dash} ${this.#inline(item)}`];
    if (typeof item === 'string') return this.#literal(dash, item, indent);
    const [first = '', ...rest] = this.block(item, indent + 2);
    // A comment cannot follow the dash and be first in the block as well.
    if (first.trimStart().startsWith('#')) return [dash, first, ...rest];
    return [`${dash} ${first.slice(indent + 2)}`, ...rest];
  }

  #isInline(value: Data): boolean {
    if (typeof value === 'string') return !value.includes('\n') || this.#random.chance(0.2);
    if (isList(value)) return value.length === 0 || this.#random.chance(this.#style.flow);
    if (isMapping(value)) return Object.keys(value).length === 0 || this.#random.chance(this.#style.flow);
    return true;
  }

  #inline(value: Data): string {
    if (isList(value)) return `[${value.map((item) => this.#inline(item)).join(', ')}]`;
    if (isMapping(value)) {
      const fields = Object.entries(value).filter(([, one]) => one !== undefined);
      return `{${fields.map(([key, one]) => `${this.#key(key)}: ${this.#inline(one ?? null)}`).join(', ')}}`;
    }
    if (value === null) return this.#random.pick(['null', '~']);
    return typeof value === 'string' ? this.#string(value) : String(value);
  }

  #key(key: string): string {
    return PLAIN.test(key) && !RESERVED.test(key) ? key : JSON.stringify(key);
  }

  #string(text: string): string {
    const isPlain = PLAIN.test(text) && !RESERVED.test(text);
    if (isPlain && !this.#random.chance(this.#style.quotes)) return text;
    const isPrintable = /^[\x20-\x7e]*$/.test(text);
    return isPrintable && this.#random.chance(0.5) ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text);
  }

  #literal(head: string, text: string, indent: number): string[] {
    const isSafe = !/^[\s]|\r|\n\n$/.test(text);
    if (!isSafe) return [`${head} ${JSON.stringify(text)}`];
    const chomp = text.endsWith('\n') ? '' : '-';
    const body = text.replace(/\n$/, '').split('\n');
    return [`${head} |${chomp}`, ...body.map((line) => (line === '' ? '' : ' '.repeat(indent + 2) + line))];
  }
}

function isList(data: Data): data is readonly Data[] {
  return Array.isArray(data);
}

function isMapping(data: Data): data is { readonly [key: string]: Data | undefined } {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
