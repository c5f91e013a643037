import { analyzeScalar } from './analyze-scalar.ts';
import { isBreak, isPrintable, isSpace } from './character.ts';
import { resolvePlain } from './scalar.ts';
import { isTimestamp } from './timestamp.ts';
import type { YamlSink } from './yaml-sink.ts';

/**
 * Writes a string in the style that Go's yaml.v2 chooses: literal if it has line breaks, plain if it can only be
 * read as a string, else double-quoted, and wrapped after column 80 except in keys.
 *
 * @see go.yaml.in/yaml/v2 v2.4.2 encode.go stringv, emitterc.go yaml_emitter_select_scalar_style
 */
export function printString(sink: YamlSink, value: string, isKey: boolean): void {
  if (FAST_PLAIN.test(value) && value.length < 40 && isUnambiguous(value)) {
    writePlainText(sink, value);
    return;
  }
  const style = chooseStyle(value, isKey);
  if (style === 'literal') {
    writeLiteral(sink, value);
    return;
  }
  const text = ASCII_LINE.test(value) ? QUOTED[style](value) : undefined;
  const isShort = text !== undefined && (isKey || sink.column + text.length < BEST_WIDTH);
  if (isShort) writeUnwrapped(sink, text, style);
  else writeWrapped(sink, Array.from(value), { style, canWrap: !isKey });
}

/** Writes text that is known to be a plain scalar of no particular width. */
export function writePlainText(sink: YamlSink, text: string): void {
  if (!sink.whitespace) sink.put(' ');
  sink.put(text);
  sink.whitespace = false;
  sink.indention = false;
}

const BEST_WIDTH = 80;
/** Without spaces nothing is wrapped and without indicators nothing needs quotes, so most strings end here. */
const FAST_PLAIN = /^[A-Za-z_/][\w./-]*$/;
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

const ASCII_LINE = /^[\x20-\x7e]*$/;

type LineStyle = 'plain' | 'single' | 'double';
type Style = LineStyle | 'literal';

/** How a text of ASCII is written between the quotes of a style. */
const QUOTED: Readonly<Record<LineStyle, (value: string) => string>> = {
  plain: (value) => value,
  single: (value) => value.replaceAll("'", "''"),
  double: (value) => value.replaceAll(/["\\]/g, '\\$&'),
};

function isUnambiguous(value: string): boolean {
  return typeof resolvePlain(value) === 'string' && !isTimestamp(value) && !BASE_60.test(value);
}

function chooseStyle(value: string, isKey: boolean): Style {
  const traits = analyzeScalar(value);
  if (isKey && traits.isMultiline) return 'double';
  if (value.includes('\n')) return traits.allowsLiteral && !isKey ? 'literal' : 'double';
  if (!isUnambiguous(value)) return 'double';
  if (traits.allowsPlain) return 'plain';
  return traits.allowsSingleQuoted ? 'single' : 'double';
}

/** Writes a text of ASCII for which there is room on the line, as it stands between quotes of its style. */
function writeUnwrapped(sink: YamlSink, text: string, style: LineStyle): void {
  if (style === 'plain') {
    writePlainText(sink, text);
    return;
  }
  const quote = style === 'single' ? "'" : '"';
  sink.writeIndicator(quote, true);
  sink.put(text);
  sink.writeIndicator(quote, false);
}

function writeWrapped(
  sink: YamlSink,
  characters: readonly string[],
  { style, canWrap }: { style: LineStyle; canWrap: boolean },
): void {
  if (style === 'plain') writePlain(sink, characters, canWrap);
  else if (style === 'single') writeSingleQuoted(sink, characters, canWrap);
  else writeDoubleQuoted(sink, characters, canWrap);
}

function writePlain(sink: YamlSink, characters: readonly string[], canWrap: boolean): void {
  if (!sink.whitespace) sink.put(' ');
  let afterSpace = false;
  for (const [at, character] of characters.entries()) {
    const isGap = isSpace(character);
    const wraps = isGap && canWrap && !afterSpace && sink.column > BEST_WIDTH && !isSpace(characters[at + 1]);
    if (wraps) sink.writeIndent();
    else sink.put(character, 1);
    if (!isGap) sink.indention = false;
    afterSpace = isGap;
  }
  sink.whitespace = false;
  sink.indention = false;
}

function writeSingleQuoted(sink: YamlSink, characters: readonly string[], canWrap: boolean): void {
  sink.writeIndicator("'", true);
  let before: string | undefined;
  for (const [at, character] of characters.entries()) {
    if (isSpace(character)) {
      const next = characters[at + 1];
      const isInside = before !== undefined && next !== undefined && !isSpace(before) && !isSpace(next);
      if (canWrap && isInside && sink.column > BEST_WIDTH) sink.writeIndent();
      else sink.put(character);
    } else {
      writeSingleQuotedCharacter(sink, character, isBreak(before));
    }
    before = character;
  }
  sink.writeIndicator("'", false);
}

function writeSingleQuotedCharacter(sink: YamlSink, character: string, afterBreak: boolean): void {
  if (isBreak(character)) {
    sink.putBreak(character);
    sink.indention = true;
    return;
  }
  if (afterBreak) sink.writeIndent();
  sink.put(character === "'" ? "''" : character, character === "'" ? 2 : 1);
  sink.indention = false;
}

function writeDoubleQuoted(sink: YamlSink, characters: readonly string[], canWrap: boolean): void {
  sink.writeIndicator('"', true);
  // Go's emitter looks for a byte order mark at the start of the text whichever character it is at.
  const escapesAll = characters[0] === '\ufeff';
  let before: string | undefined;
  for (const [at, character] of characters.entries()) {
    const next = characters[at + 1];
    if (escapesAll || needsEscape(character)) sink.put(escapeCharacter(character));
    else if (canWrap && sink.column > BEST_WIDTH && canBreakAt(before, character, next)) wrapDoubleQuoted(sink, next);
    else sink.put(character, 1);
    before = character;
  }
  sink.writeIndicator('"', false);
}

/** A line may end at the first of several spaces inside a text. */
function canBreakAt(before: string | undefined, character: string, next: string | undefined): boolean {
  return isSpace(character) && before !== undefined && next !== undefined && !isSpace(before);
}

/** A second space would be lost at the start of a line, if it were not escaped. */
function wrapDoubleQuoted(sink: YamlSink, next: string | undefined): void {
  sink.writeIndent();
  if (isSpace(next)) sink.put('\\');
}

function needsEscape(character: string): boolean {
  return character === '"' || character === '\\' || isBreak(character) || !isPrintable(character);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\0', '0'],
  ['\u0007', 'a'],
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\v', 'v'],
  ['\f', 'f'],
  ['\r', 'r'],
  ['\u001b', 'e'],
  ['"', '"'],
  ['\\', '\\'],
  ['\u0085', 'N'],
  ['\u00a0', '_'],
  ['\u2028', 'L'],
  ['\u2029', 'P'],
]);

/** A character as it is written between double quotes: by its short escape, or by its code. */
export function escapeCharacter(character: string): string {
  const short = ESCAPES.get(character);
  if (short !== undefined) return `\\${short}`;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function writeLiteral(sink: YamlSink, value: string): void {
  sink.writeIndicator('|', true);
  const first = value.at(0);
  if (isSpace(first) || isBreak(first)) sink.writeIndicator('2', false);
  const chomping = chompingOf(value);
  if (chomping !== '') sink.writeIndicator(chomping, false);
  sink.putBreak();
  sink.indention = true;
  sink.whitespace = true;
  let afterBreak = true;
  for (const [part] of value.matchAll(LINES_AND_BREAKS)) {
    if (isBreak(part)) {
      sink.putBreak(part);
      sink.indention = true;
      afterBreak = true;
    } else {
      if (afterBreak) sink.writeIndent();
      sink.put(part);
      sink.indention = false;
      afterBreak = false;
    }
  }
}

/** Lines without their breaks, and each break. */
const LINES_AND_BREAKS = /[^\r\n\u0085\u2028\u2029]+|[^]/g;

function chompingOf(value: string): '' | '-' | '+' {
  if (!isBreak(value.at(-1))) return '-';
  return value.length === 1 || isBreak(value.at(-2)) ? '+' : '';
}
