import { quoteRune, quoteString } from '../gotemplate/go-string.ts';
import { type GoMap, type GoValue, goInt, goTypeOf } from '../gotemplate/value.ts';
import { HelmError } from './helm-error.ts';
import { readJsonPrefix } from './json-prefix.ts';

/** Which of Helm's flags a text comes from. */
export type SetKind = 'set' | 'string' | 'file' | 'json' | 'literal';

/** What {@link parseSet} needs beside the text. */
export interface SetOptions {
  readonly kind: SetKind;
  /** For `file`: the content of the file at a path. */
  readonly readFile?: (path: string) => string;
}

/**
 * Puts what a `--set`, `--set-string`, `--set-file`, `--set-json` or `--set-literal` text says into `values`, as
 * `a.b[0]=x,c={1,2}` does. Integers become int64.
 *
 * @throws {HelmError} with Helm's text; `values` may have changed by then
 * @see helm.sh/helm/v4 pkg/strvals/parser.go and literal_parser.go
 */
export function parseSet(text: string, values: GoMap, options: SetOptions): void {
  const parser = new SetParser(text, options);
  while (parser.parseKey(values, 0) !== 'end');
}

/** Names inside one another, as in Helm. */
const MAX_NAME_LEVEL = 30;
const MAX_INDEX = 65_536;
/** Lists inside one another; Helm has no such limit. */
const MAX_LIST_DEPTH = 500;
/** Items of all lists that one text makes longer; Helm has no such limit. */
const MAX_ITEMS = 4_000_000;

/** Whether something was read, or the text was at its end: then what has been set stays, and there is no mistake. */
type Progress = 'more' | 'end';

interface Piece {
  readonly text: string;
  /** The character that ended the piece; undefined at the end of the text. */
  readonly stop: string | undefined;
}

interface ListResult {
  readonly list: GoValue[];
  readonly progress: Progress;
}

class SetParser {
  private readonly characters: readonly string[];
  private readonly options: SetOptions;
  private readonly keyStops: string;
  private at = 0;
  private items = 0;

  constructor(text: string, options: SetOptions) {
    this.characters = Array.from(text);
    this.options = options;
    this.keyStops = options.kind === 'literal' ? '=[.' : '=[,.';
  }

  /** Reads one `key=value` into `data`. */
  parseKey(data: GoMap, level: number): Progress {
    const { text: key, stop } = this.readUntil(this.keyStops);
    if (stop === undefined) {
      if (key === '') return 'end';
      throw new HelmError(`key ${quoteString(key)} has no value`);
    }
    if (stop === '=') return this.parseValue((value) => setKey(data, key, value));
    if (stop === '[') return this.parseListAt(data, key, level);
    if (stop === '.') return this.parseInner(data, key, level + 1);
    throw new HelmError(`key ${quoteString(key)} has no value (cannot end with ,)`);
  }

  private parseInner(data: GoMap, key: string, level: number): Progress {
    if (level > MAX_NAME_LEVEL) {
      throw new HelmError(
        `value name nested level is greater than maximum supported nested level of ${MAX_NAME_LEVEL}`,
      );
    }
    const inner = data.has(key) ? asMap(data.get(key)) : new Map<string, GoValue>();
    const progress = this.parseKey(inner, level);
    if (progress === 'more' && inner.size === 0) throw new HelmError(`key map ${quoteString(key)} has no value`);
    if (inner.size > 0) setKey(data, key, inner);
    return progress;
  }

  private parseListAt(data: GoMap, key: string, level: number): Progress {
    const index = this.readIndex();
    if (index === undefined) return 'end';
    const list = data.has(key) ? asList(data.get(key)) : [];
    const result = this.parseItem(list, index, { level, depth: 1 });
    setKey(data, key, result.list);
    return result.progress;
  }

  /** Reads what follows `[index]` into the list; the result is the list, or a longer one. */
  private parseItem(list: GoValue[], index: number, nesting: { level: number; depth: number }): ListResult {
    if (index < 0) throw new HelmError(`negative ${index} index not allowed`);
    if (nesting.depth > MAX_LIST_DEPTH) throw new HelmError(`lists are nested more than ${MAX_LIST_DEPTH} deep`);
    const { text, stop } = this.readUntil('[.=');
    if (text !== '') throw new HelmError(`unexpected data at end of array index: ${quoteRunes(text)}`);
    if (stop === undefined) return { list, progress: 'end' };
    if (stop === '=') {
      let result = list;
      this.parseValue((value) => {
        result = this.setIndex(list, index, value);
      });
      return { list: result, progress: 'more' };
    }
    return stop === '[' ? this.parseInnerList(list, index, nesting) : this.parseInnerMap(list, index, nesting.level);
  }

  private parseInnerList(list: GoValue[], index: number, nesting: { level: number; depth: number }): ListResult {
    const next = this.readIndex();
    if (next === undefined) return { list, progress: 'end' };
    const present = list[index] ?? null;
    const inner = present === null ? [] : asList(present);
    const result = this.parseItem(inner, next, { ...nesting, depth: nesting.depth + 1 });
    // At the end of the text Helm forgets what it has of an inner list.
    if (result.progress === 'end') return { list, progress: 'end' };
    return { list: this.setIndex(list, index, result.list), progress: 'more' };
  }

  private parseInnerMap(list: GoValue[], index: number, level: number): ListResult {
    const present = list[index];
    const inner: GoMap = present instanceof Map ? present : new Map();
    if (index < list.length) list[index] = inner;
    const progress = this.parseKey(inner, level);
    if (progress === 'end') return { list, progress };
    return { list: this.setIndex(list, index, inner), progress };
  }

  /** Reads the value after `=` and hands it to `store`. */
  private parseValue(store: (value: GoValue) => void): Progress {
    if (this.options.kind === 'json') return this.parseJsonValue(store);
    if (this.options.kind === 'literal') {
      store(this.readUntil('').text);
      return 'more';
    }
    if (this.at >= this.characters.length) {
      store('');
      return 'end';
    }
    if (this.characters[this.at] === '{') store(this.readList());
    else store(this.convert(this.readUntil(',').text));
    return 'more';
  }

  private parseJsonValue(store: (value: GoValue) => void): Progress {
    if (this.skipBlank()) {
      store(null);
      return 'more';
    }
    const rest = this.characters.slice(this.at).join('');
    const { value, length } = readJsonPrefix(rest);
    store(value);
    this.at += Array.from(rest.slice(0, length)).length;
    this.skipBlank();
    return 'more';
  }

  private readList(): GoValue[] {
    this.at += 1;
    const list: GoValue[] = [];
    for (;;) {
      const { text, stop } = this.readUntil(',}');
      if (stop === undefined) throw new HelmError("list must terminate with '}'");
      list.push(this.convert(text));
      if (stop === ',') continue;
      if (this.characters[this.at] === ',') this.at += 1;
      return list;
    }
  }

  private convert(text: string): GoValue {
    if (this.options.kind === 'set') return typedValue(text);
    return this.options.kind === 'file' ? (this.options.readFile?.(text) ?? '') : text;
  }

  /** The number before `]`; undefined if the text ends before. */
  private readIndex(): number | undefined {
    const { text, stop } = this.readUntil(']');
    if (stop === undefined) return undefined;
    const index = parseInt64(text);
    if (index === undefined) {
      const reason = /^[+-]?\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
      throw new HelmError(`error parsing index: strconv.Atoi: parsing ${quoteString(text)}: ${reason}`);
    }
    return Number(index);
  }

  private setIndex(list: GoValue[], index: number, value: GoValue): GoValue[] {
    if (index > MAX_INDEX) {
      throw new HelmError(`index of ${index} is greater than maximum supported index of ${MAX_INDEX}`);
    }
    this.items += Math.max(0, index + 1 - list.length);
    if (this.items > MAX_ITEMS) throw new HelmError(`lists have more than ${MAX_ITEMS} items`);
    const longer =
      index < list.length ? list : [...list, ...Array.from({ length: index + 1 - list.length }, () => null)];
    longer[index] = value;
    return longer;
  }

  /** Characters up to one of `stops`, which is read too. Except in literals, `\` takes the next character as it is. */
  private readUntil(stops: string): Piece {
    let text = '';
    while (this.at < this.characters.length) {
      const character = this.characters[this.at] ?? '';
      this.at += 1;
      if (stops.includes(character)) return { text, stop: character };
      if (character === '\\' && this.options.kind !== 'literal') {
        text += this.characters[this.at] ?? '';
        this.at += 1;
      } else {
        text += character;
      }
    }
    return { text, stop: undefined };
  }

  /** Skips spaces and one comma; whether there was nothing else before the comma or the end. */
  private skipBlank(): boolean {
    while (this.at < this.characters.length) {
      const character = this.characters[this.at] ?? '';
      if (character !== ',' && !/[\s\u{85}]/u.test(character)) return false;
      this.at += 1;
      if (character === ',') return true;
    }
    return true;
  }
}

/** Helm prints the text as the list of its characters. */
function quoteRunes(text: string): string {
  return `[${Array.from(text, (character) => quoteRune(character.codePointAt(0) ?? 0)).join(' ')}]`;
}

/** Helm ignores an empty key. */
function setKey(data: GoMap, key: string, value: GoValue): void {
  if (key !== '') data.set(key, value);
}

function asMap(value: GoValue): GoMap {
  if (value instanceof Map) return value;
  throw badConversion(value, 'map[string]interface {}');
}

function asList(value: GoValue): GoValue[] {
  if (Array.isArray(value)) return value;
  throw badConversion(value, '[]interface {}');
}

function badConversion(value: GoValue, wanted: string): HelmError {
  const type = value === null || value === undefined ? 'nil' : goTypeOf(value);
  return new HelmError(`unable to parse key: interface conversion: interface {} is ${type}, not ${wanted}`);
}

function typedValue(text: string): GoValue {
  const folded = text.toLowerCase();
  if (folded === 'true') return true;
  if (folded === 'false') return false;
  if (folded === 'null') return null;
  if (text === '0') return goInt(0n, 'int64');
  const number = text.startsWith('0') ? undefined : parseInt64(text);
  return number === undefined ? text : goInt(number, 'int64');
}

function parseInt64(text: string): bigint | undefined {
  if (!/^[+-]?\d{1,40}$/.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value === BigInt.asIntN(64, value) ? value : undefined;
}
