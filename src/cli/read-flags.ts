import { quoteString } from '../render/gotemplate/go-string.ts';
import { readCsvRecord } from './read-csv-record.ts';

/** One flag of a command line that is read as Go's pflag reads it. */
export interface FlagRule {
  /** Letter of the short form. */
  readonly short?: string;
  /**
   * What the value is: `switch` true or false, `text` the last one given, `texts` all that are given, `list` all parts
   * between commas, `pairs` parts of the form `key=value`; `integer` and `number` are checked and otherwise texts.
   */
  readonly kind: 'switch' | 'text' | 'texts' | 'list' | 'pairs' | 'integer' | 'number';
  /** Value of a flag that stands alone; absent: it must have one, unless it is a switch. */
  readonly bare?: string;
  /** What to use instead; a flag with this is reported when it is used. */
  readonly deprecated?: string;
  /** What is wrong with a value, or undefined. */
  readonly check?: (value: string) => string | undefined;
}

/** A command line, read. */
export interface ReadFlags {
  /** By long name, in the order given: the parts of lists, `true` or `false` of switches. Flags not given are absent. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** What is no flag. */
  readonly args: readonly string[];
  /** Flags that are deprecated, as lines for people. */
  readonly notices: readonly string[];
}

/** A command line that cannot be read; the message is pflag's. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

/**
 * Reads flags and arguments, mixed, as pflag does: `--name value`, `--name=value`, `-nvalue`, `-n=value`, several
 * switches behind one `-`; `--` ends the flags.
 * @param rules by long name
 * @throws {FlagError} for the first thing that pflag would refuse
 * @see github.com/spf13/pflag flag.go parseArgs
 */
export function readFlags(argv: readonly string[], rules: ReadonlyMap<string, FlagRule>): ReadFlags {
  const reader = new FlagReader(argv, rules);
  reader.readAll();
  return reader;
}

class FlagReader implements ReadFlags {
  readonly values: Map<string, string[]> = new Map();
  readonly args: string[] = [];
  readonly notices: string[] = [];
  readonly #rest: string[];
  readonly #rules: ReadonlyMap<string, FlagRule>;

  constructor(argv: readonly string[], rules: ReadonlyMap<string, FlagRule>) {
    this.#rest = [...argv];
    this.#rules = rules;
  }

  readAll(): void {
    for (let word = this.#rest.shift(); word !== undefined; word = this.#rest.shift()) {
      if (word === '--') this.args.push(...this.#rest.splice(0));
      else if (!word.startsWith('-') || word === '-') this.args.push(word);
      else if (word.startsWith('--')) this.#readLong(word);
      else this.#readShort(word, word.slice(1));
    }
  }

  #readLong(word: string): void {
    const at = word.indexOf('=');
    const name = at < 0 ? word.slice(2) : word.slice(2, at);
    if (name === '' || name.startsWith('-')) throw new FlagError(`bad flag syntax: ${word}`);
    const rule = this.#rules.get(name);
    if (rule === undefined) throw new FlagError(`unknown flag: --${name}`);
    const bare = bareValue(rule);
    const value = at >= 0 ? word.slice(at + 1) : (bare ?? this.#rest.shift());
    if (value === undefined) throw new FlagError(`flag needs an argument: ${word}`);
    this.#set(name, rule, value);
  }

  /** @param letters what is left of the word behind the `-` */
  #readShort(word: string, letters: string): void {
    const [letter = ''] = letters;
    const found = [...this.#rules].find(([, { short }]) => short === letter);
    if (found === undefined) throw new FlagError(`unknown shorthand flag: '${letter}' in -${letters}`);
    const [name, rule] = found;
    const behind = letters.slice(1);
    const bare = bareValue(rule);
    if (behind.startsWith('=') && behind.length > 1) this.#set(name, rule, behind.slice(1));
    else if (bare !== undefined) {
      this.#set(name, rule, bare);
      if (behind !== '') this.#readShort(word, behind);
    } else {
      const value = behind === '' ? this.#rest.shift() : behind;
      if (value === undefined) throw new FlagError(`flag needs an argument: '${letter}' in -${letters}`);
      this.#set(name, rule, value);
    }
  }

  #set(name: string, rule: FlagRule, value: string): void {
    const problem = rule.check?.(value);
    if (problem !== undefined) throw invalid(name, rule, value, problem);
    const known = this.values.get(name) ?? [];
    try {
      const read = readValue(rule, value);
      this.values.set(name, isGathered(rule) ? [...known, ...read] : read);
    } catch (error) {
      if (error instanceof FlagError) throw invalid(name, rule, value, error.message);
      throw error;
    }
    if (rule.deprecated !== undefined) this.notices.push(`Flag --${name} has been deprecated, ${rule.deprecated}`);
  }
}

function bareValue({ kind, bare }: FlagRule): string | undefined {
  return bare ?? (kind === 'switch' ? 'true' : undefined);
}

function isGathered({ kind }: FlagRule): boolean {
  return kind === 'texts' || kind === 'list' || kind === 'pairs';
}

function invalid(name: string, { short }: FlagRule, value: string, problem: string): FlagError {
  const shown = short === undefined ? `--${name}` : `-${short}, --${name}`;
  return new FlagError(`invalid argument ${quoteString(value)} for "${shown}" flag: ${problem}`);
}

function readValue({ kind }: FlagRule, value: string): string[] {
  if (kind === 'switch') return [String(readSwitch(value))];
  if (kind === 'list') return csv(value);
  if (kind === 'pairs') return readPairs(value);
  if (kind === 'integer' && !INTEGER.test(value)) throw notA('ParseInt', value);
  if (kind === 'number' && (value.trim() !== value || value === '' || Number.isNaN(Number(value)))) {
    throw notA('ParseFloat', value);
  }
  return [value];
}

const INTEGER = /^[+-]?\d+$/;

/** What Go's strconv.ParseBool makes of a text; undefined where it fails. */
export function parseBoolean(value: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(value)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(value) ? false : undefined;
}

function readSwitch(value: string): boolean {
  const on = parseBoolean(value);
  if (on === undefined) throw notA('ParseBool', value);
  return on;
}

function notA(parser: string, value: string): FlagError {
  return new FlagError(`strconv.${parser}: parsing ${quoteString(value)}: invalid syntax`);
}

/** Of one pair alone the value may have quotes and commas, as pflag's StringToString has it. */
function readPairs(value: string): string[] {
  const equals = value.split('=').length - 1;
  if (equals === 0) throw new FlagError(`${value} must be formatted as key=value`);
  const pairs = equals === 1 ? [value.replace(/^"+|"+$/g, '')] : csv(value);
  const wrong = pairs.find((pair) => !pair.includes('='));
  if (wrong !== undefined) throw new FlagError(`${wrong} must be formatted as key=value`);
  return pairs;
}

function csv(value: string): string[] {
  const record = value === '' ? [] : readCsvRecord(value);
  if (typeof record === 'string') throw new FlagError(record);
  return record;
}
