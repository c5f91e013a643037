/**
 * Go's unicode.ToUpper, ToLower and ToTitle: one code point for one code point, without JavaScript's mappings to several
 * (`ß` stays `ß`) and without context (`Σ` is `σ` at the end of a word too).
 */

/** strings.ToUpper. */
export function toUpper(text: string): string {
  return mapText(text, upperOf, (ascii) => ascii.toUpperCase());
}

/** strings.ToLower. */
export function toLower(text: string): string {
  return mapText(text, lowerOf, (ascii) => ascii.toLowerCase());
}

/** unicode.ToUpper of one character. */
export function upperOf(character: string): string {
  if (TITLE_ONLY.test(character)) return character;
  const upper = character.toUpperCase();
  return isOne(upper) ? upper : iotaForm(character);
}

/** unicode.ToLower of one character. */
export function lowerOf(character: string): string {
  return character === 'İ' ? 'i' : character.toLowerCase();
}

/** unicode.ToTitle of one character. */
export function titleOf(character: string): string {
  const digraph = DIGRAPHS.find((forms) => forms.includes(character));
  if (digraph !== undefined) return digraph[1] ?? character;
  // Georgian has capitals that only text all in capitals uses.
  return /[\u10d0-\u10fa\u10fd-\u10ff]/.test(character) ? character : upperOf(character);
}

/** unicode.IsSpace. */
export function isSpace(character: string): boolean {
  return SPACE.test(character);
}

/** unicode.IsUpper. */
export function isUpper(character: string): boolean {
  return /^\p{Lu}$/u.test(character);
}

/** unicode.IsLower. */
export function isLower(character: string): boolean {
  return /^\p{Ll}$/u.test(character);
}

/** strings.TrimSpace. */
export function trimSpace(text: string): string {
  return text.replace(LEADING_SPACE, '').replace(TRAILING_SPACE, '');
}

const SPACES = '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const SPACE = new RegExp(`^[${SPACES}]$`);
const LEADING_SPACE = new RegExp(`^[${SPACES}]+`);
const TRAILING_SPACE = new RegExp(`(?<![${SPACES}])[${SPACES}]+$`);

/** Letters in title case: their capitals are themselves, digraphs apart. */
const TITLE_ONLY = /[\u1f88-\u1f8f\u1f98-\u1f9f\u1fa8-\u1faf\u1fbc\u1fcc\u1ffc]/;
/** Capital, title and small forms. */
const DIGRAPHS: readonly string[] = [
  '\u01c4\u01c5\u01c6',
  '\u01c7\u01c8\u01c9',
  '\u01ca\u01cb\u01cc',
  '\u01f1\u01f2\u01f3',
];

/** Letters with a iota beside have a capital of one code point, which JavaScript does not use. */
function iotaForm(character: string): string {
  const code = character.charCodeAt(0);
  if (/[\u1f80-\u1f87\u1f90-\u1f97\u1fa0-\u1fa7]/.test(character)) return String.fromCharCode(code + 8);
  return /[\u1fb3\u1fc3\u1ff3]/.test(character) ? String.fromCharCode(code + 9) : character;
}

function isOne(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff);
}

function mapText(text: string, map: (character: string) => string, mapAscii: (text: string) => string): string {
  if (!/[^\0-\x7f]/.test(text)) return mapAscii(text);
  let mapped = '';
  for (const character of text.toWellFormed()) mapped += map(character);
  return mapped;
}
