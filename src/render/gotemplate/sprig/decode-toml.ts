import { HoldfastError } from '../../../lib/errors.ts';
import type { CallContext } from '../function-table.ts';
import type { GoMap, GoValue } from '../value.ts';
import { joinKey } from './encode-toml.ts';
import { quoteRune, readTomlScalar } from './toml-scalar.ts';
import { TomlScanner } from './toml-scanner.ts';
import { TomlTables } from './toml-tables.ts';

/**
 * The map of a TOML text, as BurntSushi decodes it: integers are int64, times time.Time.
 *
 * @throws {GoFunctionError} in the decoder's words if the text is no TOML
 * @throws {HoldfastError} RENDER_LIMIT if its values are nested too deep
 * @see github.com/BurntSushi/toml v1.6.0 parse.go
 */
export function decodeToml(text: string, context: CallContext): GoMap {
  context.charge(text.length);
  return new TomlParser(text.replace(/^\ufeff/, '')).document();
}

/** Lists and tables inside one another. */
const MAX_DEPTH = 1000;

class TomlParser {
  readonly #scanner: TomlScanner;
  readonly #tables: TomlTables;
  /** The key whose value is being read, within the present table. */
  #key = '';
  #keyLine = 1;
  #depth = 0;

  constructor(text: string) {
    this.#scanner = new TomlScanner(text, () => this.#lastKey());
    this.#tables = new TomlTables((message) => this.#scanner.fail(message, this.#keyLine));
  }

  document(): GoMap {
    const scanner = this.#scanner;
    for (;;) {
      scanner.skipLines();
      if (scanner.peek() === '') return this.#tables.root;
      if (scanner.accept('[')) this.#header();
      else this.#topPair();
      this.#lineEnd();
    }
  }

  #lastKey(): string {
    const context = joinKey(this.#tables.context);
    if (this.#key === '') return context;
    return context === '' ? this.#key : `${context}.${this.#key}`;
  }

  #lineEnd(): void {
    const scanner = this.#scanner;
    scanner.skipSpace();
    if (scanner.peek() === '#') scanner.skipComment();
    const next = scanner.peek();
    if (/^[\n\r]?$/.test(next)) return;
    scanner.next();
    scanner.fail(
      `expected a top-level item to end with a newline, comment, or EOF, but got ${quoteRune(next)} instead`,
    );
  }

  #header(): void {
    const scanner = this.#scanner;
    const isListed = scanner.accept('[');
    const key: string[] = [];
    do key.push(this.#headerPart(key.length === 0));
    while (scanner.accept('.'));
    const next = scanner.next();
    if (next !== ']') scanner.fail(`expected '.' or ']' to end table name, but got ${quoteRune(next)} instead`);
    const last = isListed ? scanner.next() : ']';
    if (last !== ']') {
      scanner.fail(`expected end of table array name delimiter ']', but got ${quoteRune(last)} instead`);
    }
    this.#tables.open(key, isListed);
  }

  #headerPart(isFirst: boolean): string {
    const scanner = this.#scanner;
    scanner.skipSpace();
    const next = scanner.peek();
    if (next === ']' || next === '') {
      scanner.fail('unexpected end of table name (table names cannot be empty)', scanner.line);
    }
    if (next === '.') scanner.fail('unexpected table separator (table names cannot be empty)');
    if (isFirst) this.#keyLine = scanner.line;
    const part = this.#keyPart(next);
    scanner.skipSpace();
    return part;
  }

  #keyPart(next: string): string {
    return next === '"' || next === "'" ? this.#scanner.singleLineString() : this.#scanner.take(/[A-Za-z0-9_-]*/y);
  }

  #topPair(): void {
    const { context } = this.#tables;
    this.#setPair();
    this.#tables.context = context;
    this.#key = '';
  }

  #setPair(): void {
    const value = this.#pair();
    this.#tables.set(this.#key, value);
    this.#tables.noteType(this.#key, Array.isArray(value));
  }

  /** Reads `a.b = value`; the table that `a` implies is the present one afterwards, and `b` the key. */
  #pair(): GoValue {
    const parts = this.#dottedKey();
    this.#key = parts.at(-1) ?? '';
    for (const part of parts.slice(0, -1)) this.#tables.imply(part);
    this.#scanner.skipSpace();
    return this.#value(false);
  }

  #dottedKey(): string[] {
    const scanner = this.#scanner;
    const parts: string[] = [];
    scanner.skipSpace();
    this.#refuseEmptyKey(scanner.peek());
    this.#keyLine = scanner.line;
    do {
      scanner.skipSpace();
      if (/^[=.]?$/.test(scanner.peek())) scanner.fail(`unexpected '${scanner.peek() || '='}'`, scanner.line);
      parts.push(this.#keyPart(scanner.peek()));
      scanner.skipSpace();
    } while (scanner.accept('.'));
    const next = scanner.peek();
    if (next === '') scanner.fail("unexpected EOF; expected key separator '='");
    if (next !== '=') scanner.fail(`expected '.' or '=', but got ${quoteRune(next)} instead`);
    scanner.next();
    return parts;
  }

  #refuseEmptyKey(next: string): void {
    if (next === '=' || next === '') this.#scanner.fail("unexpected '=': key name appears blank", this.#scanner.line);
    if (next === '.') this.#scanner.fail("unexpected '.': keys cannot start with a '.'");
  }

  #value(isInList: boolean): GoValue {
    const scanner = this.#scanner;
    scanner.skipSpace();
    const next = scanner.peek();
    if (next === '"' || next === "'") return scanner.string();
    if (next !== '[' && next !== '{') return readTomlScalar(scanner);
    scanner.next();
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw tooDeep();
    const value = next === '[' ? this.#list() : this.#inlineTable(isInList);
    this.#depth -= 1;
    return value;
  }

  #list(): GoValue {
    const scanner = this.#scanner;
    this.#tables.noteType(this.#key, true);
    const items: GoValue[] = [];
    for (;;) {
      scanner.skipLines();
      if (scanner.accept(']')) return items;
      if (scanner.peek() === ',') scanner.fail('unexpected comma');
      items.push(this.#value(true));
      scanner.skipLines();
      if (!scanner.accept(',') && scanner.peek() !== ']') {
        scanner.fail(`expected a comma (',') or array terminator (']'), but got ${nameOf(scanner.peek())}`);
      }
    }
  }

  #inlineTable(isInList: boolean): GoValue {
    const { context } = this.#tables;
    const key = this.#key;
    const inner = [...context, key];
    this.#key = '';
    this.#tables.context = inner;
    this.#tables.markImplied(inner);
    this.#tables.open(inner, isInList);
    const table = this.#inlineEntries(inner);
    this.#tables.context = context;
    this.#key = key;
    return table;
  }

  #inlineEntries(context: readonly string[]): GoMap {
    const scanner = this.#scanner;
    for (;;) {
      scanner.skipLines();
      if (scanner.accept('}')) break;
      if (scanner.peek() === ',') scanner.fail('unexpected comma');
      this.#setPair();
      this.#tables.context = context;
      scanner.skipLines();
      if (!scanner.accept(',') && scanner.peek() !== '}') {
        const found = nameOf(scanner.peek());
        scanner.fail(`expected a comma or an inline table terminator '}', but got ${found} instead`);
      }
    }
    return this.#tables.present();
  }
}

function nameOf(character: string): string {
  return character === '' ? 'end of file' : `'${character}'`;
}

function tooDeep(): HoldfastError {
  const message = `Cannot read the text that a template gives to fromToml: its values are nested more than ${MAX_DEPTH} deep`;
  return new HoldfastError('RENDER_LIMIT', message, { retry: 'never' });
}
