/** What the letters `i`, `m` and `s` in a pattern's flags change. */
export interface ClassFlags {
  readonly ignoresCase: boolean;
  readonly isMultiLine: boolean;
  readonly takesNewLine: boolean;
}

/** A part of a pattern that takes one character, or none, as JavaScript writes it with the flag `u`. */
export interface AtomSyntax {
  readonly type: 'char' | 'assert';
  readonly source: string;
}

/** Translates a character, an escape, a class in brackets or an assertion of a well-formed pattern of Go. */
export function translateAtom(atom: string, flags: ClassFlags): AtomSyntax {
  const assertion = (flags.isMultiLine ? LINE_ASSERTIONS.get(atom) : undefined) ?? ASSERTIONS.get(atom);
  if (assertion !== undefined) return { type: 'assert', source: assertion };
  const source = characterSource(atom, flags);
  return { type: 'char', source: flags.ignoresCase ? `(?i:${source})` : source };
}

/** A character that stands for itself. */
export function translateLiteral(character: string, flags: ClassFlags): AtomSyntax {
  const source = codeSource(character.codePointAt(0) ?? 0);
  return { type: 'char', source: flags.ignoresCase ? `(?i:${source})` : source };
}

const WORD = '0-9A-Za-z_';
const ASSERTIONS: ReadonlyMap<string, string> = new Map([
  ['^', '^'],
  ['$', '$'],
  ['\\A', '^'],
  ['\\z', '$'],
  ['\\b', `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`],
  ['\\B', `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`],
]);
const LINE_ASSERTIONS: ReadonlyMap<string, string> = new Map([
  ['^', '(?<![^\\n])'],
  ['$', '(?![^\\n])'],
]);

/** Go's \d, \s and \w are ASCII, and \s is without the vertical tab. */
const PERL_CLASSES: ReadonlyMap<string, string> = new Map([
  ['d', '0-9'],
  ['D', '\\0-\\x2f\\x3a-\\u{10ffff}'],
  ['s', '\\t\\n\\f\\r\\x20'],
  ['S', '\\0-\\x08\\x0b\\x0e-\\x1f\\x21-\\u{10ffff}'],
  ['w', WORD],
  ['W', '\\0-\\x2f\\x3a-\\x40\\x5b-\\x5e\\x60\\x7b-\\u{10ffff}'],
]);

/** Each with its complement. */
const POSIX_CLASSES: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['alnum', ['0-9A-Za-z', '\\0-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\u{10ffff}']],
  ['alpha', ['A-Za-z', '\\0-\\x40\\x5b-\\x60\\x7b-\\u{10ffff}']],
  ['ascii', ['\\0-\\x7f', '\\x80-\\u{10ffff}']],
  ['blank', ['\\t\\x20', '\\0-\\x08\\n-\\x1f\\x21-\\u{10ffff}']],
  ['cntrl', ['\\0-\\x1f\\x7f', '\\x20-\\x7e\\x80-\\u{10ffff}']],
  ['digit', ['0-9', '\\0-\\x2f\\x3a-\\u{10ffff}']],
  ['graph', ['\\x21-\\x7e', '\\0-\\x20\\x7f-\\u{10ffff}']],
  ['lower', ['a-z', '\\0-\\x60\\x7b-\\u{10ffff}']],
  ['print', ['\\x20-\\x7e', '\\0-\\x1f\\x7f-\\u{10ffff}']],
  [
    'punct',
    ['\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e', '\\0-\\x20\\x30-\\x39\\x41-\\x5a\\x61-\\x7a\\x7f-\\u{10ffff}'],
  ],
  ['space', ['\\t\\n\\v\\f\\r\\x20', '\\0-\\x08\\x0e-\\x1f\\x21-\\u{10ffff}']],
  ['upper', ['A-Z', '\\0-\\x40\\x5b-\\u{10ffff}']],
  ['word', [WORD, '\\0-\\x2f\\x3a-\\x40\\x5b-\\x5e\\x60\\x7b-\\u{10ffff}']],
  ['xdigit', ['0-9A-Fa-f', '\\0-\\x2f\\x3a-\\x40\\x47-\\x60\\x67-\\u{10ffff}']],
]);

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

function characterSource(atom: string, { takesNewLine }: ClassFlags): string {
  if (atom === '.') return takesNewLine ? '[^]' : '[^\\n]';
  if (atom.length > 1 && atom.startsWith('[')) return classSource(atom);
  const members = classEscape(atom);
  return members === undefined ? codeSource(codeOf(atom)) : `[${members}]`;
}

const MEMBERS =
  /\[:(\^?)(\w+):\]|(\\[dDsSwW]|\\[pP](?:\{[^}]*\}|.))|(\\(?:x\{[^}]*\}|x..|[0-7]{1,3}|.)|[^])(?:-(\\(?:x\{[^}]*\}|x..|[0-7]{1,3}|.)|[^]))?/gsu;

function classSource(atom: string): string {
  const isNegated = atom[1] === '^';
  // The closing bracket is no member.
  const members = [...atom.slice(isNegated ? 2 : 1, -1).matchAll(MEMBERS)].map(memberSource);
  return `[${isNegated ? '^' : ''}${members.join('')}]`;
}

function memberSource([, negation, posix, escape, low = '', high]: RegExpExecArray): string {
  if (posix !== undefined) return POSIX_CLASSES.get(posix)?.[negation === '^' ? 1 : 0] ?? '';
  if (escape !== undefined) return classEscape(escape) ?? '';
  return high === undefined ? codeSource(codeOf(low)) : `${codeSource(codeOf(low))}-${codeSource(codeOf(high))}`;
}

/** What an escape for several characters stands for inside brackets; undefined for all else. */
function classEscape(atom: string): string | undefined {
  if (!atom.startsWith('\\')) return undefined;
  const [, sign, negation, braced, single = ''] = /^\\([pP])(?:\{(\^?)([^}]*)\}|(.))/u.exec(atom) ?? [];
  if (sign === undefined) return PERL_CLASSES.get(atom.slice(1));
  const isNegated = (sign === 'P') !== (negation === '^');
  return `\\${isNegated ? 'P' : 'p'}{${unicodeProperty(braced ?? single)}}`;
}

/** What JavaScript calls a category or a script of Go. */
function unicodeProperty(name: string): string {
  if (name === 'Any') return name;
  return [`gc=${name}`, `sc=${name}`].find(isProperty) ?? 'Any';
}

function isProperty(property: string): boolean {
  try {
    return new RegExp(`\\p{${property}}`, 'u').source !== '';
  } catch {
    return false;
  }
}

function codeOf(atom: string): number {
  if (!atom.startsWith('\\') || atom.length === 1) return atom.codePointAt(0) ?? 0;
  if (/^[0-7]/.test(atom.slice(1))) return Number.parseInt(atom.slice(1), 8);
  if (atom[1] === 'x') return Number.parseInt(atom.slice(2).replaceAll(/[{}]/g, ''), 16);
  return CONTROLS.get(atom.slice(1)) ?? atom.codePointAt(1) ?? 0;
}

function codeSource(code: number): string {
  const character = String.fromCodePoint(code);
  return /[0-9A-Za-z_]/.test(character) ? character : `\\u{${code.toString(16)}}`;
}
