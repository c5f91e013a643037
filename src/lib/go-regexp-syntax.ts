/** A pattern that Go does not accept; the message is Go's: `error parsing regexp: missing closing ]: …`. */
export class GoRegexpError extends Error {
  override readonly name = 'GoRegexpError';

  constructor(reason: string, text: string) {
    super(`error parsing regexp: ${reason}: \`${text}\``);
  }
}

/**
 * A parsed pattern. `source` is an expression of JavaScript, with the flag `u`: of a `char`, one that takes exactly one
 * code point; of an `assert`, one that takes nothing. Greediness and capturing are gone: they do not matter to
 * whether a text matches.
 */
export type GoSyntax =
  | { readonly type: 'char'; readonly source: string }
  | { readonly type: 'assert'; readonly source: string }
  | { readonly type: 'concat'; readonly items: readonly GoSyntax[] }
  | { readonly type: 'alternate'; readonly items: readonly GoSyntax[] }
  | { readonly type: 'repeat'; readonly item: GoSyntax; readonly min: number; readonly max: number };

/**
 * Parses the regular expressions of Go's package regexp (RE2 syntax with its Perl extensions).
 * @throws {GoRegexpError} as Go does, so for look-around and back references
 * @see https://pkg.go.dev/regexp/syntax
 */
export function parseGoRegexp(pattern: string): GoSyntax {
  const parser = new Parser(pattern);
  const syntax = parser.alternation(0);
  if (!parser.isAtEnd) throw new GoRegexpError('unexpected )', pattern);
  return syntax;
}

interface Flags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
}

const MAX_DEPTH = 1000;
const MAX_REPEAT = 1000;
const MAX_CODE_POINT = 0x10ffff;

const WORD = '0-9A-Za-z_';
const PERL_CLASSES: ReadonlyMap<string, string> = new Map([
  ['d', '0-9'],
  ['D', '\\0-\\x2f\\x3a-\\u{10ffff}'],
  ['s', '\\t\\n\\f\\r\\x20'],
  ['S', '\\0-\\x08\\x0b\\x0e-\\x1f\\x21-\\u{10ffff}'],
  ['w', WORD],
  ['W', '\\0-\\x2f\\x3a-\\x40\\x5b-\\x5e\\x60\\x7b-\\u{10ffff}'],
]);

const POSIX_CLASSES: ReadonlyMap<string, string> = new Map([
  ['alnum', '0-9A-Za-z'],
  ['alpha', 'A-Za-z'],
  ['ascii', '\\0-\\x7f'],
  ['blank', '\\t\\x20'],
  ['cntrl', '\\0-\\x1f\\x7f'],
  ['digit', '0-9'],
  ['graph', '\\x21-\\x7e'],
  ['lower', 'a-z'],
  ['print', '\\x20-\\x7e'],
  ['punct', '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e'],
  ['space', '\\t\\n\\v\\f\\r\\x20'],
  ['upper', 'A-Z'],
  ['word', WORD],
  ['xdigit', '0-9A-Fa-f'],
]);

const CONTROL_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

const ASSERTIONS: ReadonlyMap<string, string> = new Map([
  ['A', '^'],
  ['z', '$'],
  ['b', `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`],
  ['B', `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`],
]);

class Parser {
  private at = 0;
  private flags: Flags = { ignoreCase: false, multiLine: false, dotAll: false };
  private readonly pattern: string;

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  get isAtEnd(): boolean {
    return this.at >= this.pattern.length;
  }

  alternation(depth: number): GoSyntax {
    if (depth > MAX_DEPTH) throw new GoRegexpError('expression nests too deeply', this.pattern);
    const branches = [this.concatenation(depth)];
    while (this.take('|')) branches.push(this.concatenation(depth));
    const [only] = branches;
    return branches.length === 1 && only !== undefined ? only : { type: 'alternate', items: branches };
  }

  private concatenation(depth: number): GoSyntax {
    const items: GoSyntax[] = [];
    // Where the repetition of the last item starts in the pattern, if it has one.
    let repeated = -1;
    while (!this.isAtEnd && !this.sees('|') && !this.sees(')')) {
      const start = this.at;
      const repetition = this.repetition();
      if (repetition === undefined) {
        items.push(...this.atoms(depth));
        repeated = -1;
        continue;
      }
      const text = this.pattern.slice(start, this.at);
      if (repeated >= 0) throw new GoRegexpError('invalid nested repetition operator', this.since(repeated));
      const item = items.pop();
      if (item === undefined) throw new GoRegexpError('missing argument to repetition operator', text);
      items.push(repeat(item, repetition, text));
      repeated = start;
    }
    return { type: 'concat', items };
  }

  private sees(text: string): boolean {
    return this.pattern.startsWith(text, this.at);
  }

  private take(text: string): boolean {
    if (!this.sees(text)) return false;
    this.at += text.length;
    return true;
  }

  private takeMatch(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    const match = expression.exec(this.pattern) ?? undefined;
    if (match !== undefined) this.at += match[0].length;
    return match;
  }

  private since(start: number): string {
    return this.pattern.slice(start, this.at);
  }

  private repetition(): Range | undefined {
    const [text, operator, min, comma, max] = this.takeMatch(REPETITION) ?? [];
    if (text === undefined) return undefined;
    if (operator !== undefined) return OPERATORS.get(operator);
    const low = Number(min);
    const high = comma === undefined ? low : max === '' ? Number.POSITIVE_INFINITY : Number(max);
    const isFinite = high === Number.POSITIVE_INFINITY || high <= MAX_REPEAT;
    if (low > MAX_REPEAT || !isFinite || high < low) {
      throw new GoRegexpError('invalid repeat count', text.replace(/\?$/, ''));
    }
    return { min: low, max: high };
  }

  /** One item, none for a change of flags, or several for a quoted text. */
  private atoms(depth: number): GoSyntax[] {
    if (this.sees('\\')) return this.escaped();
    const { dotAll, multiLine } = this.flags;
    const character = this.takeCharacter();
    if (character === '(') return this.group(depth);
    if (character === '[') return [this.characterClass()];
    if (character === '.') return [this.char(dotAll ? '[^]' : '[^\\n]')];
    if (character === '^') return [{ type: 'assert', source: multiLine ? '(?<![^\\n])' : '^' }];
    if (character === '$') return [{ type: 'assert', source: multiLine ? '(?![^\\n])' : '$' }];
    return [this.literal(character)];
  }

  private literal(character: string): GoSyntax {
    return this.char(sourceOf(character.codePointAt(0) ?? 0));
  }

  private takeCharacter(): string {
    const character = String.fromCodePoint(this.pattern.codePointAt(this.at) ?? 0);
    this.at += character.length;
    return character;
  }

  private char(source: string): GoSyntax {
    return { type: 'char', source: this.flags.ignoreCase ? `(?i:${source})` : source };
  }

  private group(depth: number): GoSyntax[] {
    const outer = this.flags;
    if (this.sees('?') && this.groupHead() === 'flags') return [];
    const inner = this.alternation(depth + 1);
    if (!this.take(')')) throw new GoRegexpError('missing closing )', this.pattern);
    this.flags = outer;
    // So that a repetition after it takes the group and not its last item.
    return [{ type: 'concat', items: [inner] }];
  }

  private groupHead(): 'flags' | 'group' {
    const start = this.at - 1;
    if (this.pattern.startsWith('?P<', this.at) || this.sees('?<')) return this.namedGroup(start);
    const match = this.takeMatch(FLAGS);
    if (match === undefined) {
      const [head = ''] = /^\(\?[imsU]*(?:-[imsU]*)?[^]?/u.exec(this.pattern.slice(start)) ?? [];
      throw new GoRegexpError('invalid or unsupported Perl syntax', head);
    }
    const [, set = '', cleared = '', end] = match;
    this.setFlags(set, true);
    this.setFlags(cleared, false);
    return end === ')' ? 'flags' : 'group';
  }

  private namedGroup(start: number): 'group' {
    const end = this.pattern.indexOf('>', start);
    if (end < 0) throw new GoRegexpError('invalid named capture', this.pattern.slice(start));
    const head = this.pattern.slice(start, end + 1);
    const name = head.slice(head.indexOf('<') + 1, -1);
    if (!/^\w+$/.test(name)) throw new GoRegexpError('invalid named capture', head);
    this.at = end + 1;
    return 'group';
  }

  private setFlags(letters: string, value: boolean): void {
    const { ignoreCase, multiLine, dotAll } = this.flags;
    this.flags = {
      ignoreCase: letters.includes('i') ? value : ignoreCase,
      multiLine: letters.includes('m') ? value : multiLine,
      dotAll: letters.includes('s') ? value : dotAll,
    };
  }

  private escaped(): GoSyntax[] {
    const letter = this.pattern[this.at + 1] ?? '';
    if (letter === 'Q') return this.quoted();
    const assertion = ASSERTIONS.get(letter);
    if (assertion !== undefined) {
      this.at += 2;
      return [{ type: 'assert', source: assertion }];
    }
    const members = this.classEscape();
    return [this.char(members === undefined ? sourceOf(this.escapedCode()) : `[${members}]`)];
  }

  private quoted(): GoSyntax[] {
    const start = this.at + 2;
    const end = this.pattern.indexOf('\\E', start);
    this.at = end < 0 ? this.pattern.length : end + 2;
    const text = this.pattern.slice(start, end < 0 ? undefined : end);
    return Array.from(text, (character) => this.literal(character));
  }

  /** What `\d`, `\pL` and the like stand for inside brackets; undefined for other escapes. */
  private classEscape(): string | undefined {
    const letter = this.pattern[this.at + 1] ?? '';
    if (letter === 'p' || letter === 'P') return this.unicodeClass();
    const members = PERL_CLASSES.get(letter);
    if (members !== undefined) this.at += 2;
    return members;
  }

  private unicodeClass(): string {
    const rest = this.pattern.slice(this.at);
    const [text, sign, negation, braced, single = ''] = UNICODE_CLASS.exec(rest) ?? [];
    if (text === undefined) throw new GoRegexpError('invalid character class range', rest);
    this.at += text.length;
    const property = unicodeProperty(braced ?? single);
    if (property === undefined) throw new GoRegexpError('invalid character class range', text);
    const isNegated = (sign === 'P') !== (negation === '^');
    return `\\${isNegated ? 'P' : 'p'}{${property}}`;
  }

  private escapedCode(): number {
    const start = this.at;
    this.at += 1;
    if (this.isAtEnd) throw new GoRegexpError('trailing backslash at end of expression', '');
    const character = this.takeCharacter();
    const control = CONTROL_ESCAPES.get(character);
    if (control !== undefined) return control;
    if (/[!-/:-@[-`{-~\0-\x20\x7f]/.test(character)) return character.charCodeAt(0);
    this.at = start;
    const code = this.numberedCode();
    if (code <= MAX_CODE_POINT) return code;
    this.at = start;
    throw new GoRegexpError('invalid escape sequence', this.takeMatch(BAD_ESCAPE)?.[0] ?? '');
  }

  /** NaN where there is no number. */
  private numberedCode(): number {
    const [, octal, hex, braced] = this.takeMatch(NUMBERED) ?? [];
    return octal === undefined ? Number.parseInt(hex ?? braced ?? '', 16) : Number.parseInt(octal, 8);
  }

  private characterClass(): GoSyntax {
    const start = this.at - 1;
    const isNegated = this.take('^');
    let members = '';
    for (let isFirst = true; isFirst || !this.sees(']'); isFirst = false) {
      if (this.isAtEnd) throw new GoRegexpError('missing closing ]', this.pattern.slice(start));
      members += this.posixClass() ?? this.classEscapeInside() ?? this.range(start);
    }
    this.at += 1;
    return this.char(`[${isNegated ? '^' : ''}${members}]`);
  }

  private classEscapeInside(): string | undefined {
    return this.sees('\\') ? this.classEscape() : undefined;
  }

  private posixClass(): string | undefined {
    const [text, negation, name = ''] = this.takeMatch(POSIX) ?? [];
    if (text === undefined) return undefined;
    const members = POSIX_CLASSES.get(name);
    if (members === undefined) throw new GoRegexpError('invalid character class range', text);
    return negation === '^' ? complement(members) : members;
  }

  private range(classStart: number): string {
    const start = this.at;
    const low = this.member(classStart);
    const isRange = this.sees('-') && !this.sees('-]') && this.at + 1 < this.pattern.length;
    if (!isRange) return sourceOf(low);
    this.at += 1;
    const high = this.member(classStart);
    if (high < low) throw new GoRegexpError('invalid character class range', this.since(start));
    return `${sourceOf(low)}-${sourceOf(high)}`;
  }

  private member(classStart: number): number {
    if (this.isAtEnd) throw new GoRegexpError('missing closing ]', this.pattern.slice(classStart));
    return this.sees('\\') ? this.escapedCode() : (this.takeCharacter().codePointAt(0) ?? 0);
  }
}

interface Range {
  readonly min: number;
  readonly max: number;
}

const REPETITION = /(?:([*+?])|\{(\d+)(,(\d*))?\})\??/y;
const OPERATORS: ReadonlyMap<string, Range> = new Map([
  ['*', { min: 0, max: Number.POSITIVE_INFINITY }],
  ['+', { min: 1, max: Number.POSITIVE_INFINITY }],
  ['?', { min: 0, max: 1 }],
]);
const FLAGS = /\?(?=[imsU:)-])([imsU]*)(?:-([imsU]+))?([:)])/y;
const UNICODE_CLASS = /^\\([pP])(?:\{(\^?)([^}]*)\}|([^{]))/u;
const NUMBERED = /\\(?:(0[0-7]{0,2}|[1-7][0-7]{1,2})|x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\}))/y;
/** As far as it could still become one. */
const BAD_ESCAPE =
  /\\(?:x\{(?:0*(?:[1-9a-f][\da-f]{5}|1[1-9a-f][\da-f]{4}|[2-9a-f][\da-f]{5}|[\da-f]*.?))|x[\da-f]?.?|.?)/isuy;
const POSIX = /\[:(\^?)(\w+):\]/y;

function repeat(item: GoSyntax, { min, max }: Range, text: string): GoSyntax {
  const syntax: GoSyntax = { type: 'repeat', item, min, max };
  if (text.startsWith('{') && repeatSize(syntax) > MAX_REPEAT) throw new GoRegexpError('invalid repeat count', text);
  return syntax;
}

/** How often the innermost item is repeated at most, unbounded repetition apart. */
function repeatSize(syntax: GoSyntax): number {
  if (syntax.type === 'repeat') {
    const times = Number.isFinite(syntax.max) ? syntax.max : syntax.min;
    return Math.max(times, 1) * repeatSize(syntax.item);
  }
  return 'items' in syntax ? Math.max(1, ...syntax.items.map(repeatSize)) : 1;
}

function sourceOf(code: number): string {
  const isPlain = /[0-9A-Za-z_]/.test(String.fromCodePoint(code));
  return isPlain ? String.fromCodePoint(code) : `\\u{${code.toString(16)}}`;
}

/** The rest of ASCII ranges. */
function complement(members: string): string {
  const inside = new RegExp(`[${members}]`, 'u');
  let outside = '\\x80-\\u{10ffff}';
  for (let code = 0; code < 0x80; code++) if (!inside.test(String.fromCharCode(code))) outside += sourceOf(code);
  return outside.includes('-') && members !== '\\0-\\x7f' ? outside : '\\x80-\\u{10ffff}';
}

/** What JavaScript calls a category or script of Go. */
function unicodeProperty(name: string): string | undefined {
  if (name === 'Any') return name;
  const candidates = /^[A-Z][a-z]?$/.test(name) ? [`gc=${name}`] : [`sc=${name}`, `gc=${name}`];
  return candidates.find(isProperty);
}

function isProperty(property: string): boolean {
  try {
    return new RegExp(`\\p{${property}}`, 'u').source !== '';
  } catch {
    return false;
  }
}
