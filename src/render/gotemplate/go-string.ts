import { decodeName, encodeName } from '../../source/name-codec.ts';

/**
 * Go's strings are bytes. Here they are JavaScript strings in which a byte that is part of no valid UTF-8 is the lone
 * surrogate U+DC80..U+DCFF, as in names of files; the functions of this module see the bytes.
 */
export function toBytes(text: string): Uint8Array {
  return encodeName(text);
}

/** The string of these bytes; inverse of {@link toBytes}. */
export function fromBytes(bytes: Uint8Array): string {
  return decodeName(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** What Go's `len` says of a string. */
export function byteLength(text: string): number {
  return text.isWellFormed() ? Buffer.byteLength(text) : encodeName(text).length;
}

/** Order of two strings by their bytes, as Go compares them. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  if (!SURROGATES.test(a) && !SURROGATES.test(b)) return a < b ? -1 : 1;
  return Buffer.compare(encodeName(a), encodeName(b));
}

const SURROGATES = /[\ud800-\udfff]/;

/** How {@link quoteString} and {@link quoteRune} write characters. */
export interface QuoteOptions {
  /** Escapes everything beyond ASCII. */
  readonly ascii?: boolean;
}

/** Go's strconv.Quote (or QuoteToASCII). */
export function quoteString(text: string, options: QuoteOptions = {}): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let quoted = '"';
  for (const char of text) quoted += quoteCharacter(char, '"', options);
  return `${quoted}"`;
}

/** Characters that quoting leaves as they are, whatever the options. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** Go's strconv.QuoteRune (or QuoteRuneToASCII) of a code point; what is none becomes U+FFFD. */
export function quoteRune(code: number, options: QuoteOptions = {}): string {
  return `'${quoteCharacter(characterOf(code), "'", options)}'`;
}

/** The character of a code point, U+FFFD where it is none. */
export function characterOf(code: number): string {
  const isValid = code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isValid ? String.fromCodePoint(code) : '\ufffd';
}

function quoteCharacter(char: string, quote: string, options: QuoteOptions): string {
  if (char === quote || char === '\\') return `\\${char}`;
  const code = char.codePointAt(0) ?? 0;
  const isPlain = code < 0x7f ? code >= 0x20 : options.ascii !== true && isPrintable(code);
  return isPlain ? char : (NAMED_ESCAPES.get(char) ?? escapeCode(code));
}

function escapeCode(code: number): string {
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${hex(code - 0xdc00, 2)}`;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

const NAMED_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}

/** Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the plain space. */
export function isPrintable(code: number): boolean {
  if (code < 0x7f) return code >= 0x20;
  return code <= 0x10ffff && PRINTABLE.test(String.fromCodePoint(code));
}

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

/** Go's strconv.CanBackquote. */
export function canBackquote(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.isWellFormed() && !/[\u0000-\u0008\u000a-\u001f`\u007f\ufeff]/.test(text);
}

/** The text of a Go string literal, in double quotes or back quotes; `undefined` where it is none. */
export function unquoteString(literal: string): string | undefined {
  const body = literal.slice(1, -1);
  if (literal.startsWith('`')) return body.replaceAll('\r', '');
  if (!body.includes('\\')) return body;
  const bytes: Uint8Array[] = [];
  let at = 0;
  while (at < body.length) {
    const unit = unquoteCharacter(body, at, '"');
    if (unit === undefined) return undefined;
    bytes.push(unit.isByte ? Uint8Array.of(unit.code) : toBytes(unit.text));
    at = unit.end;
  }
  return fromBytes(Buffer.concat(bytes));
}

/** One character of a literal. */
export interface UnquotedCharacter {
  readonly code: number;
  readonly text: string;
  /** Whether it was written as a byte, `\x41` or `\101`. */
  readonly isByte: boolean;
  /** Where the next one begins. */
  readonly end: number;
}

/** Reads the character of a literal that begins at `at`; `undefined` where none does. */
export function unquoteCharacter(body: string, at: number, quote: string): UnquotedCharacter | undefined {
  const code = body.codePointAt(at);
  if (code === undefined || body[at] === quote) return undefined;
  const text = String.fromCodePoint(code);
  if (text !== '\\') return { code, text, isByte: false, end: at + text.length };
  return unquoteEscape(body, at + 1, quote);
}

function unquoteEscape(body: string, at: number, quote: string): UnquotedCharacter | undefined {
  const letter = body[at] ?? '';
  const simple = SIMPLE_ESCAPES.get(letter) ?? (letter === quote ? letter : undefined);
  if (simple !== undefined) return { code: simple.charCodeAt(0), text: simple, isByte: false, end: at + 1 };
  NUMERIC_ESCAPE.lastIndex = at;
  const digits = NUMERIC_ESCAPE.exec(body)?.[0];
  if (digits === undefined) return undefined;
  const isByte = letter !== 'u' && letter !== 'U';
  const code = /\d/.test(letter) ? Number.parseInt(digits, 8) : Number.parseInt(digits.slice(1), 16);
  return isCode(code, isByte) ? { code, text: characterOf(code), isByte, end: at + digits.length } : undefined;
}

function isCode(code: number, isByte: boolean): boolean {
  return isByte ? code <= 0xff : characterOf(code) !== '\ufffd' || code === 0xfffd;
}

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ...[...NAMED_ESCAPES].map(([char, escape]) => [escape.slice(1), char] as const),
]);
const NUMERIC_ESCAPE = /x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{3}/y;
