import { quoteRune } from '../../gotemplate/go-string.ts';

/** The message of the first rule that does not hold. */
export function firstBroken(...rules: readonly (readonly [isBroken: boolean, message: string])[]): string | undefined {
  return rules.find(([isBroken]) => isBroken)?.[1];
}

/** A problem with what it is about before it. */
export function prefixed(prefix: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `${prefix}: ${problem}`;
}

/** A character as Go quotes it. */
export function rune(character: string): string {
  return quoteRune(character.codePointAt(0) ?? 0);
}
