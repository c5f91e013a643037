import { isPrintable, quoteString } from './go-string.ts';

/** Kinds of tokens; keywords are their own kind. */
export type TokenType =
  | 'error'
  | 'bool'
  | 'char'
  | 'charConstant'
  | 'complex'
  | 'assign'
  | 'declare'
  | 'EOF'
  | 'field'
  | 'identifier'
  | 'leftDelim'
  | 'leftParen'
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'rightDelim'
  | 'rightParen'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | 'dot'
  | Keyword;

const KEYWORDS = [
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
] as const;

type Keyword = (typeof KEYWORDS)[number];

/** One token: its text, or what is wrong for an error, and where it begins (an index into the template's text). */
export interface Token {
  readonly type: TokenType;
  readonly text: string;
  readonly start: number;
}

const KEYWORD_SET: ReadonlySet<string> = new Set(KEYWORDS);

/** A token as parse errors show it. */
export function showToken({ type, text }: Token): string {
  if (type === 'EOF') return 'EOF';
  if (type === 'error') return text;
  if (KEYWORD_SET.has(type) || type === 'dot') return `<${text}>`;
  if (Buffer.byteLength(text) > 10) return `${quoteString(Array.from(text).slice(0, 10).join(''))}...`;
  return quoteString(text);
}

const SPACES = /[ \t\r\n]*/y;
const WORD = /[\p{L}\p{Nd}_]*/uy;
const QUOTED = /"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"/uy;
const CHARACTER = /'[^'\\\n]*(?:\\[^\n][^'\\\n]*)*'/uy;
const RAW = /`[^`]*`/y;
const NUMBER =
  /[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)i?/y;

/** Cuts the text of a template into tokens, one at a call, as text/template/parse does. */
export class Lexer {
  private readonly text: string;
  private at = 0;
  private isInside = false;
  private parenDepth = 0;
  private hasFailed = false;

  constructor(text: string) {
    this.text = text;
  }

  /** The next token; after an error or the end always the end. */
  next(): Token {
    if (this.hasFailed) return { type: 'EOF', text: '', start: 0 };
    return this.isInside ? this.inside() : this.outside();
  }

  private outside(): Token {
    for (;;) {
      const start = this.at;
      const open = this.text.indexOf('{{', start);
      if (open < 0) return this.take(start < this.text.length ? 'text' : 'EOF', this.text.length);
      const end = this.hasLeftTrim(open + 2) ? this.trimRight(start, open) : open;
      this.at = open;
      if (end > start) return { type: 'text', text: this.text.slice(start, end), start };
      const token = this.leftDelim();
      if (token !== undefined) return token;
    }
  }

  private trimRight(start: number, end: number): number {
    let at = end;
    while (at > start && isSpace(this.text.charAt(at - 1))) at--;
    return at;
  }

  private hasLeftTrim(at: number): boolean {
    return this.text[at] === '-' && isSpace(this.text.charAt(at + 1));
  }

  private leftDelim(): Token | undefined {
    const start = this.at;
    const after = start + (this.hasLeftTrim(start + 2) ? 4 : 2);
    if (this.text.startsWith('/*', after)) return this.comment(after);
    this.at = after;
    this.isInside = true;
    this.parenDepth = 0;
    return { type: 'leftDelim', text: '{{', start };
  }

  /** Passes over a comment. */
  private comment(start: number): Token | undefined {
    const close = this.text.indexOf('*/', start + 2);
    if (close < 0) return this.fail('unclosed comment', start);
    this.at = close + 2;
    const length = this.rightDelimLength();
    if (length === 0) return this.fail('comment ends before closing delimiter', start);
    this.at += length;
    if (length > 2) this.skipSpaces();
    return undefined;
  }

  /** Length of the right delimiter here with its trim marker, 0 if there is none. */
  private rightDelimLength(): number {
    if (this.text.startsWith('}}', this.at)) return 2;
    return isSpace(this.text.charAt(this.at)) && this.text.startsWith('-}}', this.at + 1) ? 4 : 0;
  }

  private skipSpaces(): void {
    SPACES.lastIndex = this.at;
    SPACES.exec(this.text);
    this.at = SPACES.lastIndex;
  }

  private inside(): Token {
    const length = this.rightDelimLength();
    if (length > 0) return this.parenDepth === 0 ? this.rightDelim(length) : this.fail('unclosed left paren');
    const char = this.text.charAt(this.at);
    if (char === '') return this.fail('unclosed action');
    if (isSpace(char)) return this.space();
    return this.punctuation(char) ?? this.operand(char);
  }

  private rightDelim(length: number): Token {
    const start = this.at + length - 2;
    this.at = start + 2;
    if (length > 2) this.skipSpaces();
    this.isInside = false;
    return { type: 'rightDelim', text: '}}', start };
  }

  private space(): Token {
    const start = this.at;
    this.skipSpaces();
    // The last space may belong to a trim marker; it is at least the second, or it had been seen as one before.
    if (this.text.startsWith('-}}', this.at)) this.at--;
    return { type: 'space', text: this.text.slice(start, this.at), start };
  }

  private punctuation(char: string): Token | undefined {
    switch (char) {
      case '=':
        return this.take('assign', this.at + 1);
      case ':':
        return this.text[this.at + 1] === '=' ? this.take('declare', this.at + 2) : this.fail('expected :=');
      case '|':
        return this.take('pipe', this.at + 1);
      case '(':
        this.parenDepth++;
        return this.take('leftParen', this.at + 1);
      case ')':
        this.parenDepth--;
        return this.parenDepth < 0 ? this.fail('unexpected right paren') : this.take('rightParen', this.at + 1);
      default:
        return undefined;
    }
  }

  private operand(char: string): Token {
    switch (char) {
      case '"':
        return this.match(QUOTED, 'string', 'unterminated quoted string');
      case '`':
        return this.match(RAW, 'rawString', 'unterminated raw quoted string');
      case "'":
        return this.match(CHARACTER, 'charConstant', 'unterminated character constant');
      case '$':
        return this.name('variable', 'variable');
      case '.':
        return this.dot();
      default:
        return /[\d+-]/.test(char) ? this.number() : this.word();
    }
  }

  private match(pattern: RegExp, type: TokenType, complaint: string): Token {
    pattern.lastIndex = this.at;
    return pattern.test(this.text) ? this.take(type, pattern.lastIndex) : this.fail(complaint);
  }

  private dot(): Token {
    const next = this.text.charAt(this.at + 1);
    return next === '' || /\d/.test(next) ? this.number() : this.name('field', 'dot');
  }

  /** A field or variable; `bare` is what its sign alone stands for. */
  private name(type: TokenType, bare: TokenType): Token {
    const end = this.wordEnd(this.at + 1);
    if (!this.isTerminator(end)) return this.badCharacter(end);
    return this.take(end === this.at + 1 ? bare : type, end);
  }

  private word(): Token {
    const end = this.wordEnd(this.at);
    if (end === this.at) return this.otherCharacter();
    if (!this.isTerminator(end)) return this.badCharacter(end);
    const word = this.text.slice(this.at, end);
    if (KEYWORD_SET.has(word)) return this.take(word as Keyword, end);
    return this.take(word === 'true' || word === 'false' ? 'bool' : 'identifier', end);
  }

  private wordEnd(start: number): number {
    let at = start;
    while (isAsciiWord(this.text.charCodeAt(at))) at++;
    // Beyond ASCII, the tables of the engine tell letters and digits; at the end of the text, NaN is no letter.
    if (!(this.text.charCodeAt(at) > 0x7f)) return at;
    WORD.lastIndex = at;
    WORD.exec(this.text);
    return WORD.lastIndex;
  }

  private isTerminator(at: number): boolean {
    const char = this.text.charAt(at);
    return char === '' || ' \t\r\n.,|:)('.includes(char) || this.text.startsWith('}}', at);
  }

  private badCharacter(at: number): Token {
    return this.fail(`bad character ${this.showCharacter(at)}`);
  }

  private showCharacter(at: number): string {
    const code = this.text.codePointAt(at) ?? 0xfffd;
    const shown = isPrintable(code) ? ` '${String.fromCodePoint(code)}'` : '';
    return `U+${code.toString(16).toUpperCase().padStart(4, '0')}${shown}`;
  }

  private otherCharacter(): Token {
    const code = this.text.charCodeAt(this.at);
    if (code >= 0x20 && code < 0x7f) return this.take('char', this.at + 1);
    return this.fail(`unrecognized character in action: ${this.showCharacter(this.at)}`);
  }

  private number(): Token {
    const first = this.scanNumber(this.at);
    if (this.wordEnd(first) > first) return this.badNumber(first);
    if (!/[+-]/.test(this.text.charAt(first))) return this.take('number', first);
    const second = this.scanNumber(first);
    if (this.wordEnd(second) > second) return this.badNumber(second);
    if (this.text[second - 1] !== 'i') return this.fail(badNumber(this.text.slice(this.at, second)));
    return this.take('complex', second);
  }

  private scanNumber(at: number): number {
    NUMBER.lastIndex = at;
    NUMBER.exec(this.text);
    return NUMBER.lastIndex;
  }

  /** Go takes one character more before it complains. */
  private badNumber(end: number): Token {
    const char = String.fromCodePoint(this.text.codePointAt(end) ?? 0);
    return this.fail(badNumber(this.text.slice(this.at, end) + char));
  }

  private take(type: TokenType, end: number): Token {
    const start = this.at;
    this.at = end;
    return { type, text: this.text.slice(start, end), start };
  }

  private fail(text: string, start = this.at): Token {
    this.hasFailed = true;
    return { type: 'error', text, start };
  }
}

function isAsciiWord(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f
  );
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\n' || char === '\t' || char === '\r';
}

function badNumber(text: string): string {
  return `bad number syntax: ${quoteString(text)}`;
}
