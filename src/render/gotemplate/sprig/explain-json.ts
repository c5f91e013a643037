/**
 * What Go's encoding/json says of a text that is no JSON: `invalid character 'x' looking for beginning of value` or
 * `unexpected end of JSON input`.
 *
 * @see https://github.com/golang/go/blob/go1.26.0/src/encoding/json/scanner.go
 */
export function explainJson(text: string): string {
  const scanner = new JsonScanner(text);
  try {
    scanner.value();
    scanner.expectEnd();
  } catch (error) {
    if (error instanceof Mistake) return error.message;
    throw error;
  }
  return END;
}

const END = 'unexpected end of JSON input';
const MAX_DEPTH = 10_000;

class Mistake extends Error {}

/** Reads JSON only to find where it goes wrong; keeps its own stack so that no depth can overflow the engine's. */
class JsonScanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): void {
    const closers: string[] = [];
    do {
      this.#open(closers);
      this.#close(closers);
    } while (closers.length > 0);
  }

  expectEnd(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail('after top-level value');
  }

  /** Reads up to the end of the next scalar or empty collection. */
  #open(closers: string[]): void {
    for (;;) {
      this.#skipSpace();
      const opener = this.#peek();
      if (opener !== '{' && opener !== '[') {
        this.#scalar();
        return;
      }
      this.#at += 1;
      closers.push(opener === '{' ? '}' : ']');
      if (closers.length > MAX_DEPTH) throw new Mistake('exceeded max depth');
      this.#skipSpace();
      if (this.#peek() === closers.at(-1)) return;
      if (opener === '{') this.#key();
    }
  }

  /** Reads closing brackets and the comma, with the key after it, that comes next. */
  #close(closers: string[]): void {
    while (closers.length > 0) {
      this.#skipSpace();
      const closer = closers.at(-1);
      const next = this.#peek();
      this.#at += 1;
      if (next === ',') {
        this.#skipSpace();
        if (closer === '}') this.#key();
        return;
      }
      if (next !== closer) {
        this.#at -= 1;
        this.#fail(closer === '}' ? 'after object key:value pair' : 'after array element');
      }
      closers.pop();
    }
  }

  #key(): void {
    if (this.#peek() !== '"') this.#fail('looking for beginning of object key string');
    this.#string();
    this.#skipSpace();
    if (this.#peek() !== ':') this.#fail('after object key');
    this.#at += 1;
  }

  #scalar(): void {
    const first = this.#peek();
    if (first === '"') this.#string();
    else if (/[-0-9]/.test(first)) this.#number();
    else this.#literal(WORDS.find((word) => word.startsWith(first)));
  }

  #literal(word: string | undefined): void {
    if (word === undefined) this.#fail('looking for beginning of value');
    for (const expected of word) {
      if (this.#peekInside() !== expected) this.#fail(`in literal ${word} (expecting '${expected}')`);
      this.#at += 1;
    }
  }

  #string(): void {
    this.#at += 1;
    for (;;) {
      const character = this.#peek();
      if (character < ' ') this.#fail('in string literal');
      this.#at += character.length;
      if (character === '"') return;
      if (character === '\\') this.#escape();
    }
  }

  #escape(): void {
    const letter = this.#peekInside();
    if (!'bfnrt\\/"u'.includes(letter)) this.#fail('in string escape code');
    this.#at += 1;
    if (letter !== 'u') return;
    for (let digits = 0; digits < 4; digits++) {
      if (!/[0-9a-fA-F]/.test(this.#peekInside())) this.#fail('in \\u hexadecimal character escape');
      this.#at += 1;
    }
  }

  #number(): void {
    if (this.#peek() === '-') this.#at += 1;
    if (this.#peekInside() === '0') this.#at += 1;
    else this.#digits('in numeric literal');
    if (this.#text[this.#at] === '.') {
      this.#at += 1;
      this.#digits('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.#text[this.#at] ?? '')) {
      this.#at += 1;
      if (/[+-]/.test(this.#peekInside())) this.#at += 1;
      this.#digits('in exponent of numeric literal');
    }
  }

  #digits(place: string): void {
    if (!/[0-9]/.test(this.#peekInside())) this.#fail(place);
    while (/[0-9]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #skipSpace(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at += 1;
  }

  #peek(): string {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) throw new Mistake(END);
    return String.fromCodePoint(code);
  }

  /** Inside a token, where Go takes the end of the text for a space. */
  #peekInside(): string {
    return this.#at < this.#text.length ? this.#peek() : ' ';
  }

  /** Go names the byte, as if it were a character. */
  #fail(place: string): never {
    const [byte = 0] = Buffer.from(this.#peekInside());
    throw new Mistake(`invalid character ${quoteByte(byte)} ${place}`);
  }
}

const WORDS = ['true', 'false', 'null'];

function quoteByte(byte: number): string {
  if (byte === 0x27) return String.raw`'\''`;
  if (byte === 0x22) return `'"'`;
  if (byte === 0x5c) return String.raw`'\\'`;
  const named = CONTROLS.get(byte);
  if (named !== undefined) return `'${named}'`;
  if (byte < 0x20 || byte === 0x7f) return `'\\x${byte.toString(16).padStart(2, '0')}'`;
  const isPrintable = byte < 0x7f || (byte > 0xa0 && byte !== 0xad);
  return isPrintable ? `'${String.fromCharCode(byte)}'` : `'\\u00${byte.toString(16)}'`;
}

const CONTROLS: ReadonlyMap<number, string> = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
]);
