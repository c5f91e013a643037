import { isLower, isSpace, isUpper, lowerOf, titleOf, upperOf } from './unicode-case.ts';

/** strings.Title: the first letter of each word as a title letter; what follows a `'` or a `-` begins a word too. */
export function titleWords(text: string): string {
  let previous = ' ';
  let result = '';
  for (const character of text.toWellFormed()) {
    result += isSeparator(previous) ? titleOf(character) : character;
    previous = character;
  }
  return result;
}

/** goutils.Uncapitalize: the first letter of each word as a small one. */
export function untitleWords(text: string): string {
  let begins = true;
  let result = '';
  for (const character of text.toWellFormed()) {
    const space = isSpace(character);
    result += begins && !space ? lowerOf(character) : character;
    begins = space;
  }
  return result;
}

/** goutils.SwapCase: small letters at the start of a word become title letters, other ones capitals and back. */
export function swapCase(text: string): string {
  let begins = true;
  let result = '';
  for (const character of text.toWellFormed()) {
    const cased = isCased(character);
    result += cased ? swap(character, begins) : character;
    begins = !cased && isSpace(character);
  }
  return result;
}

/** xstrings.ToPascalCase: `some_words` is `SomeWords`; words are apart by spaces, `_` and `-`. */
export function pascalCase(text: string): string {
  const characters = Array.from(text.toWellFormed());
  const start = characters.findIndex((character) => !isConnector(character));
  // xstrings writes the last of connectors alone twice.
  if (start < 0) return characters.join('') + (characters.at(-1) ?? '');
  return characters.slice(0, start).join('') + joinWords(characters.slice(start));
}

/** @param characters the first is no connector */
function joinWords([first = '', ...others]: readonly string[]): string {
  let result = '';
  let current = upperOf(first);
  // Whether all letters of the word so far are capitals, which then become small ones but for the first.
  let isUpperWord = isUpper(first);
  for (const next of others) {
    const begins = isConnector(current);
    if (!begins || isConnector(next)) result += current;
    isUpperWord = isUpper(next) && (begins || isUpperWord);
    current = begins ? upperOf(next) : isUpperWord ? lowerOf(next) : next;
  }
  return result + current;
}

/** What separates words: spaces, `_` and `-`. */
export function isConnector(character: string): boolean {
  return character === '-' || character === '_' || isSpace(character);
}

function isSeparator(character: string): boolean {
  if (character <= '\x7f') return !/\w/.test(character);
  return !/[\p{L}\p{Nd}]/u.test(character) && isSpace(character);
}

function isCased(character: string): boolean {
  return /[\p{Lu}\p{Lt}\p{Ll}]/u.test(character);
}

function swap(character: string, begins: boolean): string {
  if (!isLower(character)) return lowerOf(character);
  return begins ? titleOf(character) : upperOf(character);
}
