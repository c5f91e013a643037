import { GoFunctionError } from '../function-table.ts';
import { quoteString } from '../go-string.ts';

/**
 * The characters of a TOML text, one after the other, and the strings among its tokens. Errors are worded as
 * BurntSushi's lexer words them; `lastKey` is asked for the key that they name.
 *
 * @see github.com/BurntSushi/toml v1.6.0 lex.go
 */
export class TomlScanner {
  at = 0;
  readonly #text: string;
  readonly #lastKey: () => string;
  #line = 1;
  #countedTo = 0;
  /** Where the contents of the string that is being read begin. */
  #stringStart = 0;

  constructor(text: string, lastKey: () => string) {
    this.#text = text;
    this.#lastKey = lastKey;
  }

  /** The line, from 1, of what comes next. */
  get line(): number {
    for (; this.#countedTo < this.at; this.#countedTo++) {
      if (this.#text.charCodeAt(this.#countedTo) === 0x0a) this.#line += 1;
    }
    return this.#line;
  }

  /** The next character, empty at the end. */
  peek(): string {
    const code = this.#text.codePointAt(this.at);
    if (code === undefined) return '';
    if (code < 0x20 || code === 0x7f) this.#refuseControl(code);
    if (code >= 0xd800 && code <= 0xdfff) this.fail(`invalid UTF-8 byte: 0x${(code & 0xff).toString(16)}`);
    return String.fromCodePoint(code);
  }

  #refuseControl(code: number): void {
    const isLineBreak = code === 10 || (code === 13 && this.#text.charCodeAt(this.at + 1) === 10);
    if (code === 9 || isLineBreak) return;
    this.fail(`TOML files cannot contain control characters: '0x${code.toString(16).padStart(2, '0')}'`);
  }

  /** Goes past the next character and returns it. */
  next(): string {
    const character = this.peek();
    this.at += character.length;
    return character;
  }

  /** Goes past a text if it comes next. */
  accept(text: string): boolean {
    if (!this.#text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** Goes past what a sticky pattern matches and returns it. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.#text)?.[0] ?? '';
    this.at += match.length;
    return match;
  }

  /** Goes past spaces and tabs. */
  skipSpace(): void {
    this.take(/[ \t]*/y);
  }

  /** Goes past spaces, line breaks and comments. */
  skipLines(): void {
    for (;;) {
      this.take(/(?:[ \t\n]|\r\n)*/y);
      if (this.peek() !== '#') return;
      this.skipComment();
    }
  }

  /** Goes past the rest of the line. */
  skipComment(): void {
    while (!/^[\n\r]?$/.test(this.peek())) this.next();
  }

  /**
   * @throws {GoFunctionError} always
   * @param line where the mistake is; the current one unless told
   */
  fail(message: string, line: number = this.#errorLine()): never {
    const key = this.#lastKey();
    throw new GoFunctionError(`toml: line ${line}${key === '' ? '' : ` (last key ${quoteString(key)})`}: ${message}`);
  }

  /** At the end of the text the line before its last line break. */
  #errorLine(): number {
    const isAfterEnd = this.at >= this.#text.length && this.#text.endsWith('\n');
    return isAfterEnd ? this.line - 1 : this.line;
  }

  /** A string whose opening quote comes next. */
  string(): string {
    if (this.accept('"""')) return this.#multiline('"');
    if (this.accept("'''")) return this.#multiline("'");
    return this.singleLineString();
  }

  /** A string that has no line breaks, as keys are. */
  singleLineString(): string {
    const quote = this.next();
    this.#stringStart = this.at;
    let value = '';
    for (;;) {
      const character = this.peek();
      if (character === '') this.fail(`unexpected EOF; expected ${quote === '"' ? `'"'` : `"'"`}`);
      if (character === '\n' || character === '\r') this.fail('strings cannot contain newlines');
      this.at += character.length;
      if (character === quote) return value;
      value += character === '\\' && quote === '"' ? this.#escape() : character;
    }
  }

  #multiline(quote: string): string {
    this.#stringStart = this.at;
    this.take(/\r?\n/y);
    let value = '';
    for (;;) {
      const character = this.peek();
      if (character === '') this.fail(`unexpected EOF; expected ${quote === '"' ? `'"""'` : `"'''"`}`);
      const closing = character === quote ? this.take(quote === '"' ? /"{3,}/y : /'{3,}/y) : '';
      if (closing !== '') return value + this.#trailingQuotes(closing);
      this.at += character.length;
      value += character === '\\' && quote === '"' ? this.#multilineEscape() : character;
    }
  }

  /** Up to two quotes may stand before the closing three. */
  #trailingQuotes(closing: string): string {
    if (closing.length <= 5) {
      this.peek();
      return closing.slice(3);
    }
    const quotes = closing.slice(0, 6);
    return this.fail(closing.startsWith('"') ? `unexpected '${quotes}'` : `unexpected "${quotes}"`);
  }

  /** A backslash at the end of a line takes all space up to the next character away. */
  #multilineEscape(): string {
    return this.take(/[ \t]*\r?\n[ \t\r\n]*/y) === '' ? this.#escape() : '';
  }

  #escape(): string {
    const letter = this.next();
    if (letter === '') this.fail(`invalid escape in string '\\\0'`, this.line - 1);
    const simple = ESCAPES.get(letter);
    if (simple !== undefined) return simple;
    if (letter === ' ' || letter === '\t') return this.fail(`invalid escape: '\\${letter}'`);
    const escape = CODE_ESCAPES.get(letter);
    return escape === undefined ? this.fail(`invalid escape in string '\\${letter}'`) : this.#code(letter, escape);
  }

  #code(letter: string, { pattern, count, name }: CodeEscape): string {
    const hex = this.take(pattern);
    if (hex.length < count) {
      this.next();
      const read = quoteString(this.#text.slice(this.#stringStart, this.at));
      this.fail(`expected ${name} hexadecimal digits after '\\${letter}', but got ${read} instead`);
    }
    const code = Number.parseInt(hex, 16);
    const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : this.fail(`Escaped character '\\u${hex}' is not valid UTF-8.`);
  }
}

interface CodeEscape {
  readonly pattern: RegExp;
  readonly count: number;
  readonly name: string;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['t', '\t'],
  ['n', '\n'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\u001b'],
  ['"', '"'],
  ['\\', '\\'],
]);
const CODE_ESCAPES: ReadonlyMap<string, CodeEscape> = new Map([
  ['x', { pattern: /[0-9a-fA-F]{0,2}/y, count: 2, name: 'two' }],
  ['u', { pattern: /[0-9a-fA-F]{0,4}/y, count: 4, name: 'four' }],
  ['U', { pattern: /[0-9a-fA-F]{0,8}/y, count: 8, name: 'eight' }],
]);
