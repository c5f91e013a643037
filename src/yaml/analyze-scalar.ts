import { isBlankOrBreak, isBreak, isPrintable, isSpace } from './character.ts';

/** In which styles a text can be written. */
export interface ScalarTraits {
  readonly isMultiline: boolean;
  readonly allowsPlain: boolean;
  readonly allowsSingleQuoted: boolean;
  readonly allowsLiteral: boolean;
}

/**
 * Finds the styles that hold a text outside flow collections.
 *
 * @see go.yaml.in/yaml/v2 v2.4.2 emitterc.go yaml_emitter_analyze_scalar
 */
export function analyzeScalar(text: string): ScalarTraits {
  return ASCII_LINES.test(text) ? analyzeAscii(text) : analyzeCharacters(Array.from(text));
}

/** What nearly all texts are: printable ASCII and line feeds, for which a few searches do. */
const ASCII_LINES = /^[\x20-\x7e\n]+$/;

function analyzeAscii(text: string): ScalarTraits {
  const isMultiline = text.includes('\n');
  const isSpecial = isMultiline && text.includes(' \n');
  const isPadded = /^[ \n]|[ \n]$/.test(text);
  return {
    isMultiline,
    allowsPlain: !isPadded && !isMultiline && !ASCII_INDICATOR.test(text),
    allowsSingleQuoted: !isSpecial && !(isMultiline && text.includes('\n ')),
    allowsLiteral: !isSpecial && !text.endsWith(' '),
  };
}

/** As {@link hasIndicator} says, of one line. */
const ASCII_INDICATOR = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-](?: |$))|:(?: |$)| #/;

function analyzeCharacters(characters: readonly string[]): ScalarTraits {
  const first = characters[0];
  const last = characters.at(-1);
  if (first === undefined) {
    return { isMultiline: false, allowsPlain: true, allowsSingleQuoted: true, allowsLiteral: false };
  }
  const isMultiline = characters.some(isBreak);
  const isSpecial = !characters.every(isPrintable) || hasPair(characters, isSpace, isBreak);
  const hasBreakSpace = hasPair(characters, isBreak, isSpace);
  const isPadded = [first, last].some((end) => isSpace(end) || isBreak(end));
  return {
    isMultiline,
    allowsPlain: !isPadded && !isMultiline && !isSpecial && !hasIndicator(characters),
    allowsSingleQuoted: !hasBreakSpace && !isSpecial,
    allowsLiteral: !isSpace(last) && !isSpecial,
  };
}

function hasPair(
  characters: readonly string[],
  isFirst: (character: string) => boolean,
  isSecond: (character: string | undefined) => boolean,
): boolean {
  return characters.some((character, at) => isFirst(character) && isSecond(characters[at + 1]));
}

const LEADING_INDICATORS = '#,[]{}&*!|>\'"%@`';

function hasIndicator(characters: readonly string[]): boolean {
  const [first = '', second] = characters;
  const start = characters.slice(0, 3).join('');
  if (start === '---' || start === '...' || LEADING_INDICATORS.includes(first)) return true;
  if ('?:-'.includes(first) && isBlankOrEnd(second)) return true;
  return characters.some((character, at) => {
    if (character === ':') return isBlankOrEnd(characters[at + 1]);
    return character === '#' && isBlankOrBreak(characters[at - 1]);
  });
}

/** A space, a tab or nothing; a line break rules plain style out anyway. */
function isBlankOrEnd(character: string | undefined): boolean {
  return character === undefined || character === ' ' || character === '\t';
}
