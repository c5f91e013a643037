/** Classes of characters as libyaml has them; all take one code point as a string. */

/** A space; not a tab. */
export function isSpace(character: string | undefined): boolean {
  return character === ' ';
}

/** Ends a line in YAML 1.1. */
export function isBreak(character: string | undefined): boolean {
  return character !== undefined && BREAKS.includes(character);
}

/** A space, tab or line break, or NUL. */
export function isBlankOrBreak(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\0' || isBreak(character);
}

/** What Go's emitter writes as it is; it escapes everything beyond the basic plane. */
export function isPrintable(character: string): boolean {
  return character === '\n' || PRINTABLE.test(character);
}

const BREAKS = '\r\n\u0085\u2028\u2029';
const PRINTABLE = /^[\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/;
