import { GoComplex } from '../complex.ts';
import { type CallContext, GoFunctionError } from '../function-table.ts';
import { GoFunctionValue, GoInt, type GoMap, GoObject, type GoValue, goTypeOf } from '../value.ts';
import { wholeNumberOf } from './cast.ts';
import { GoTime } from './go-time.ts';
import { nameOfInfinite } from './json-tree.ts';
import { isNil } from './nil-value.ts';
import { sortedKeys } from './sorted-keys.ts';

/** How {@link encodeJson} writes. */
export interface JsonOptions {
  /** Escapes `<`, `>` and `&`, as Go does unless told otherwise. */
  readonly escapesHtml?: boolean;
  /** Starts a line for each item, indented by two spaces. */
  readonly isPretty?: boolean;
}

/**
 * A value as Go's encoding/json writes it: keys sorted, bytes in base64, U+2028 and U+2029 escaped.
 *
 * @throws {GoFunctionError} in Go's words for what is no JSON: NaN, the infinities, functions
 */
export function encodeJson(value: GoValue, context: CallContext, options: JsonOptions = {}): string {
  const { escapesHtml = true, isPretty = false } = options;
  const text = write(value, { unsafe: escapesHtml ? UNSAFE_IN_HTML : UNSAFE, isPretty, context }, '\n');
  context.charge(text.length);
  return text;
}

type Primitive = undefined | null | boolean | number | string;

interface Writer {
  readonly unsafe: RegExp;
  readonly isPretty: boolean;
  readonly context: CallContext;
}

function write(value: GoValue, writer: Writer, lineBreak: string): string {
  if (typeof value === 'string') return quoteText(value, writer.unsafe);
  if (typeof value === 'number') return writeFloat(value);
  if (typeof value === 'boolean') return String(value);
  if (value === undefined || value === null || isNil(value)) return 'null';
  return writeComposite(value, writer, lineBreak);
}

function writeComposite(value: Exclude<GoValue, Primitive>, writer: Writer, lineBreak: string): string {
  if (value instanceof GoInt) return value.value.toString();
  if (Array.isArray(value)) return writeList(value, writer, lineBreak);
  if (value instanceof Map) return writeMap(value, writer, lineBreak);
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`;
  if (value instanceof GoFunctionValue) throw new GoFunctionError(`json: unsupported type: ${goTypeOf(value)}`);
  return writeObject(value, writer, lineBreak);
}

function writeFloat(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (Number.isFinite(value)) return String(value);
  throw new GoFunctionError(`json: unsupported value: ${nameOfInfinite(value)}`);
}

function writeList(list: readonly GoValue[], writer: Writer, lineBreak: string): string {
  writer.context.charge(list.length);
  const inner = `${lineBreak}  `;
  const items = list.map((item) => write(item, writer, inner));
  return enclose('[]', items, writer.isPretty ? lineBreak : '');
}

function writeMap(map: GoMap, writer: Writer, lineBreak: string): string {
  writer.context.charge(map.size);
  const sorted = sortedKeys(map).map((key) => [key, map.get(key)] as const);
  return writeEntries(sorted, writer, lineBreak);
}

function writeEntries(named: readonly (readonly [string, GoValue])[], writer: Writer, lineBreak: string): string {
  const inner = `${lineBreak}  `;
  const colon = writer.isPretty ? ': ' : ':';
  const entries = named.map(([key, item]) => quoteText(key, writer.unsafe) + colon + write(item, writer, inner));
  return enclose('{}', entries, writer.isPretty ? lineBreak : '');
}

/** @param lineBreak what comes before the closing bracket; empty for all on one line */
function enclose(brackets: string, items: readonly string[], lineBreak: string): string {
  const [open = '', close = ''] = brackets;
  if (items.length === 0) return brackets;
  const inner = lineBreak === '' ? '' : `${lineBreak}  `;
  return open + inner + items.join(`,${inner}`) + lineBreak + close;
}

function writeObject(value: GoObject, writer: Writer, lineBreak: string): string {
  if (value instanceof GoComplex) throw new GoFunctionError('json: unsupported type: complex128');
  const number = wholeNumberOf(value);
  if (number !== undefined) return number.toString();
  if (value instanceof GoTime) return quoteText(value.toRfc3339(), writer.unsafe);
  const fields = value.jsonFields();
  if (fields !== undefined) return writeEntries(fields, writer, lineBreak);
  const container = value.container();
  if (container === undefined) return quoteText(value.toGoString(), writer.unsafe);
  return write(container, writer, lineBreak);
}

function quoteText(text: string, unsafe: RegExp): string {
  if (SAFE.test(text)) return `"${text}"`;
  return `"${text.replaceAll(unsafe, escapeCharacter)}"`;
}

const SAFE = /^[\w ./:@+=,;!?()[\]{}#$%*|~^-]*$/;
// oxlint-disable no-control-regex -- control characters are what is escaped
const UNSAFE = /["\\\u0000-\u001f\u2028\u2029]|[\ud800-\udfff]/gu;
const UNSAFE_IN_HTML = /["\\<>&\u0000-\u001f\u2028\u2029]|[\ud800-\udfff]/gu;
// oxlint-enable no-control-regex

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  // A byte that is part of no valid UTF-8, as go-string.ts keeps it.
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
  return NAMED.get(character) ?? `\\u${code.toString(16).padStart(4, '0')}`;
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);
