import { type CallContext, define, type FunctionTable, GoFunctionError } from '../function-table.ts';
import { byteLength, quoteString } from '../go-string.ts';
import { formatValue } from '../print-value.ts';
import { type GoMap, type GoValue, typedList, typedMap } from '../value.ts';
import { intArgument, textArgument } from './arguments.ts';
import { onBytes, toLatin1 } from './byte-string.ts';
import { pascalCase, swapCase, titleWords, untitleWords } from './change-case.ts';
import { abbreviate, abbreviateBoth, substring, truncate, wrapText } from './cut-text.ts';
import { lowerWords } from './lower-words.ts';
import { textOf, textsOf } from './text-value.ts';
import { isSpace, toLower, toUpper, trimSpace } from './unicode-case.ts';

/**
 * Sprig's functions of text. Lengths and places are bytes, as in Go.
 *
 * @see https://github.com/Masterminds/sprig/blob/v3.3.0/strings.go
 */
export const STRING_FUNCTIONS: FunctionTable = new Map([
  ['hello', define([], () => 'Hello!')],
  ['fail', define(['string'], ([message]) => fail(textArgument(message)))],

  ['trim', onText(trimSpace)],
  ['upper', onText(toUpper)],
  ['lower', onText(toLower)],
  ['title', onText(titleWords)],
  ['untitle', onText(untitleWords)],
  ['swapcase', onText(swapCase)],
  ['camelcase', onText(pascalCase)],
  ['snakecase', onText((text) => lowerWords(text, '_'))],
  ['kebabcase', onText((text) => lowerWords(text, '-'))],
  ['nospace', onText(removeSpace)],
  ['initials', onText(initialsOf)],

  ['trunc', withInt((text, count) => onBytes(text, (bytes) => truncate(bytes, count)))],
  ['abbrev', withInt((text, width) => onBytes(text, (bytes) => abbreviate(bytes, width)))],
  ['abbrevboth', withInts((text, left, width) => onBytes(text, (bytes) => abbreviateBoth(bytes, left, width)))],
  ['substr', withInts((text, start, end) => onBytes(text, (bytes) => substring(bytes, start, end)))],
  ['wrap', withInt((text, width) => onBytes(text, (bytes) => wrapText(bytes, { ...NEW_LINES, width })))],
  ['wrapWith', define(['int', 'string', 'string'], wrapWith)],

  ['contains', ofTwo((part, text) => text.includes(part))],
  ['hasPrefix', ofTwo((part, text) => text.startsWith(part))],
  ['hasSuffix', ofTwo((part, text) => text.endsWith(part))],
  ['trimAll', ofTwo(trimAll)],
  ['trimall', ofTwo(trimAll)],
  ['trimPrefix', ofTwo((part, text) => (text.startsWith(part) ? text.slice(part.length) : text))],
  ['trimSuffix', ofTwo((part, text) => (text.endsWith(part) ? text.slice(0, text.length - part.length) : text))],
  ['splitList', ofTwo((separator, text, context) => typedList(splitText(text, separator, context), '[]string'))],
  ['split', ofTwo((separator, text, context) => numberParts(splitText(text, separator, context)))],
  ['splitn', define(['string', 'int', 'string'], splitLimited)],

  ['quote', define(['...any'], (values, context) => joinPresent(values, quoteText, context))],
  ['squote', define(['...any'], (values, context) => joinPresent(values, quoteSingly, context))],
  ['cat', define(['...any'], (values, context) => joinPresent(values, formatValue, context))],
  ['indent', define(['int', 'string'], (args, context) => indent(args, context))],
  ['nindent', define(['int', 'string'], (args, context) => `\n${indent(args, context)}`)],
  [
    'repeat',
    define(['int', 'string'], ([count, text], context) => repeat(textArgument(text), intArgument(count), context)),
  ],
  ['replace', define(['string', 'string', 'string'], replace)],
  ['plural', define(['string', 'string', 'int'], ([one, many, count]) => (intArgument(count) === 1 ? one : many))],
  ['toString', define(['any'], ([value]) => (value === undefined || value === null ? '<nil>' : textOf(value)))],
  ['toStrings', define(['any'], ([value]) => textsOf(value))],
  ['join', define(['string', 'any'], join)],
]);

/** Cuts a text at a separator, at each character where that is empty, as strings.Split. */
export function splitText(text: string, separator: string, context: CallContext): string[] {
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  context.charge(parts.length);
  return parts;
}

const NEW_LINES = { newLine: '\n', breakWords: false };

/** Reading so many characters takes about as long as a step of a template. */
const CHARACTERS_PER_CHARGE = 16;

/** A text to be read from end to end, which is charged for. */
function readText(text: GoValue, context: CallContext): string {
  const read = textArgument(text);
  context.charge(read.length / CHARACTERS_PER_CHARGE);
  return read;
}

function onText(change: (text: string) => string) {
  return define(['string'], ([text], context) => change(readText(text, context)));
}

function withInt(change: (text: string, count: number) => string) {
  return define(['int', 'string'], ([count, text], context) => change(readText(text, context), intArgument(count)));
}

function withInts(change: (text: string, first: number, second: number) => string) {
  return define(['int', 'int', 'string'], ([first, second, text], context) => {
    return change(readText(text, context), intArgument(first), intArgument(second));
  });
}

function ofTwo(run: (first: string, second: string, context: CallContext) => GoValue) {
  return define(['string', 'string'], ([first, second], context) => {
    return run(textArgument(first), readText(second, context), context);
  });
}

function fail(message: string): never {
  throw new GoFunctionError(message);
}

/** goutils takes each byte for a character, so that other letters come apart as soon as there is a space. */
function removeSpace(text: string): string {
  const bytes = toLatin1(text);
  const kept = Array.from(bytes).filter((byte) => !isSpace(byte));
  return kept.length === bytes.length ? text : kept.join('');
}

/** By bytes too. */
function initialsOf(text: string): string {
  const bytes = Array.from(toLatin1(text));
  return bytes.filter((byte, at) => !isSpace(byte) && isSpace(bytes[at - 1] ?? ' ')).join('');
}

function trimAll(cutset: string, text: string): string {
  const cut = new Set(cutset);
  const characters = Array.from(text);
  const start = characters.findIndex((character) => !cut.has(character));
  if (start < 0) return '';
  const end = characters.findLastIndex((character) => !cut.has(character));
  return characters.slice(start, end + 1).join('');
}

function wrapWith([width, newLine, text]: readonly GoValue[], context: CallContext): string {
  const separator = textArgument(newLine) || '\n';
  const columns = Math.max(intArgument(width), 1);
  // A separator for each column is the most there can be.
  context.charge(Math.ceil(textArgument(text).length / columns) * separator.length);
  const options = { width: columns, newLine: toLatin1(separator), breakWords: true };
  return onBytes(textArgument(text), (bytes) => wrapText(bytes, options));
}

function numberParts(parts: readonly string[]): GoMap {
  const entries = parts.map((part, index): [string, GoValue] => [`_${index}`, part]);
  return typedMap(new Map(entries), 'map[string]string');
}

/** strings.SplitN: at most `count` parts, of which the last has the rest; all when negative, none for 0. */
function splitLimited([separator, count, text]: readonly GoValue[], context: CallContext): GoMap {
  const limit = intArgument(count);
  const parts = limit === 0 ? [] : splitText(textArgument(text), textArgument(separator), context);
  if (limit <= 0 || parts.length <= limit) return numberParts(parts);
  const rest = parts.slice(limit - 1).join(textArgument(separator));
  return numberParts([...parts.slice(0, limit - 1), rest]);
}

function joinPresent(values: readonly GoValue[], print: (value: GoValue) => string, context: CallContext): string {
  const present = values.filter((value) => value !== undefined && value !== null);
  return readText(present.map(print).join(' '), context);
}

function quoteText(value: GoValue): string {
  return quoteString(textOf(value));
}

function quoteSingly(value: GoValue): string {
  return `'${formatValue(value)}'`;
}

function indent([spaces, text]: readonly GoValue[], context: CallContext): string {
  const pad = repeat(' ', intArgument(spaces), context);
  const lines = textArgument(text).split('\n');
  context.charge(lines.length * pad.length);
  return pad + lines.join(`\n${pad}`);
}

function repeat(text: string, count: number, context: CallContext): string {
  if (count < 0) throw new GoFunctionError('strings: negative Repeat count');
  const size = byteLength(text) * count;
  if (size > Number.MAX_SAFE_INTEGER) throw new GoFunctionError('strings: Repeat output length overflow');
  context.charge(size);
  if (size > MAX_TEXT) throw new GoFunctionError(`repeat: ${size} bytes are more than a text may have (${MAX_TEXT})`);
  return size === 0 ? '' : text.repeat(count);
}

/** Whatever the limits of a render are, one text has no more. */
const MAX_TEXT = 2 ** 28;

function replace([old, replacement, source]: readonly GoValue[], context: CallContext): string {
  const [from, to, text] = [textArgument(old), textArgument(replacement), readText(source, context)];
  const parts = from === '' ? ['', ...Array.from(text), ''] : text.split(from);
  context.charge((parts.length - 1) * to.length);
  return parts.join(to);
}

function join([separator, list]: readonly GoValue[], context: CallContext): string {
  const texts = textsOf(list);
  context.charge(Math.max(texts.length - 1, 0) * textArgument(separator).length);
  return texts.join(textArgument(separator));
}
