import { STYLE } from './node.ts';

/** Where a scalar stands, as far as it limits how it can be written. */
export interface ScalarPlace {
  /** Inside a flow collection. */
  readonly inFlow: boolean;
  /** A key written without `?`. */
  readonly isKey: boolean;
}

/**
 * The style in which a text is written when `wanted` is asked for: the wanted one, or else one that can hold it.
 * @see go.yaml.in/yaml/v3 v3.0.5 emitterc.go yaml_emitter_select_scalar_style
 */
export function selectStyle(text: string, wanted: number, place: ScalarPlace): number {
  if (wanted === STYLE.plain && SAFE_PLAIN.test(text)) return STYLE.plain;
  if (place.isKey && BREAK.test(text)) return STYLE.doubleQuoted;
  switch (wanted) {
    case STYLE.plain:
      return allowsPlain(text, place) ? STYLE.plain : quotedStyle(text);
    case STYLE.singleQuoted:
      return quotedStyle(text);
    default:
      return allowsBlock(text, place) ? wanted : STYLE.doubleQuoted;
  }
}

function quotedStyle(text: string): number {
  return allowsSingleQuoted(text) ? STYLE.singleQuoted : STYLE.doubleQuoted;
}

/** Whether a text ends a line somewhere, by YAML 1.1. */
export function isMultiline(text: string): boolean {
  return BREAK.test(text);
}

/** Nothing in it means anything to YAML, so that most texts need no closer look. */
const SAFE_PLAIN = /^[A-Za-z0-9_/.][\w/]*(?:[.=+-][\w/]+)*$/;
const BREAK = /[\n\r\u0085\u2028\u2029]/;
const PADDED = /^[ \n\r\u0085\u2028\u2029]|[ \n\r\u0085\u2028\u2029]$/;
const SPACE_BEFORE_BREAK = / [\n\r\u0085\u2028\u2029]/;
const BREAK_BEFORE_SPACE = /[\n\r\u0085\u2028\u2029] /;
/** What libyaml escapes; it does so with everything beyond the basic plane. */
const UNPRINTABLE = /[^\n\t\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
const BLOCK_INDICATOR =
  /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-](?:[ \t]|$))|:(?:[ \t]|$)|[ \t\0\n\r\u0085\u2028\u2029]#/;
const FLOW_INDICATOR = /^\?|[,?[\]{}:]/;

function allowsPlain(text: string, { inFlow, isKey }: ScalarPlace): boolean {
  if (text === '') return !inFlow && !isKey;
  if (PADDED.test(text) || BREAK.test(text) || text.includes('\t') || UNPRINTABLE.test(text)) return false;
  return !BLOCK_INDICATOR.test(text) && !(inFlow && FLOW_INDICATOR.test(text));
}

function allowsSingleQuoted(text: string): boolean {
  return (
    !BREAK_BEFORE_SPACE.test(text) && !SPACE_BEFORE_BREAK.test(text) && !text.includes('\t') && !UNPRINTABLE.test(text)
  );
}

function allowsBlock(text: string, { inFlow, isKey }: ScalarPlace): boolean {
  const isSpecial = text === '' || text.endsWith(' ') || SPACE_BEFORE_BREAK.test(text) || UNPRINTABLE.test(text);
  return !isSpecial && !inFlow && !isKey;
}
