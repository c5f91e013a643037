import type { JsonObject, JsonValue } from '../object/kube-object.ts';
import { formatGoFloat } from './go-float.ts';
import { toInteger } from './json.ts';
import { compareKeys } from './key-order.ts';
import { printString, writePlainText } from './print-scalar.ts';
import { YamlSink } from './yaml-sink.ts';

/**
 * The YAML text of a JSON value, byte for byte as Go's sigs.k8s.io/yaml marshals it, final line break included:
 * sorted keys, block style, lists not indented, lines wrapped after column 80. Helm's `toYaml` and Argo CD use it.
 *
 * Control characters that Go refuses to marshal (DEL and C1 but U+0085) are escaped.
 *
 * @see sigs.k8s.io/yaml v1.6.0 Marshal
 */
export function printYaml(value: JsonValue): string {
  const sink = new YamlSink();
  writeNode(sink, value, false);
  sink.writeIndent();
  return sink.text;
}

const INDENT = 2;
/** A longer key is written as `? key` (in bytes). */
const MAX_SIMPLE_KEY = 128;

function writeNode(sink: YamlSink, value: JsonValue, inMapping: boolean): void {
  if (Array.isArray(value)) writeSequence(sink, value, inMapping);
  else if (typeof value === 'object' && value !== null) writeMapping(sink, value);
  else if (typeof value === 'string') writeString(sink, value, false);
  else writePlainText(sink, printAtom(value));
}

function printAtom(value: number | bigint | boolean | null): string {
  if (typeof value !== 'number' && typeof value !== 'bigint') return String(value);
  const text = String(value);
  if (!/^-?\d+$/.test(text)) return formatGoFloat(Number(value), 64);
  // Beyond 64 bits Go reads its own JSON back as a float.
  const isInteger =
    Number.isSafeInteger(value) || typeof toInteger(text) === 'bigint' || Number.isSafeInteger(Number(text));
  return isInteger ? text : formatGoFloat(Number(value), 64);
}

/** Marshalling goes by way of JSON, read as YAML, which folds the line break U+0085 that JSON does not escape. */
function writeString(sink: YamlSink, value: string, isKey: boolean): void {
  const folded = value.includes('\u0085') ? value.replaceAll(/ *(?:\u0085 *)+/g, foldBreaks) : value;
  const outer = sink.indent;
  sink.indent = outer < 0 ? INDENT : outer + INDENT;
  printString(sink, folded.isWellFormed() ? folded : folded.toWellFormed(), isKey);
  sink.indent = outer;
}

function foldBreaks(gap: string): string {
  const count = gap.replaceAll(' ', '').length;
  return count === 1 ? ' ' : '\n'.repeat(count - 1);
}

function writeSequence(sink: YamlSink, items: readonly JsonValue[], inMapping: boolean): void {
  if (items.length === 0) {
    sink.writeIndicator('[]', true);
    return;
  }
  const outer = sink.indent;
  if (outer < 0) sink.indent = 0;
  else if (!inMapping || sink.indention) sink.indent += INDENT;
  for (const item of items) {
    sink.writeIndent();
    sink.writeIndicator('-', true, true);
    writeNode(sink, item, false);
  }
  sink.indent = outer;
}

function writeMapping(sink: YamlSink, object: JsonObject): void {
  const keys = Object.keys(object).toSorted(compareKeys);
  if (keys.length === 0) {
    sink.writeIndicator('{}', true);
    return;
  }
  const outer = sink.indent;
  sink.indent = outer < 0 ? 0 : outer + INDENT;
  for (const key of keys) {
    sink.writeIndent();
    writeKey(sink, key);
    writeNode(sink, object[key] ?? null, true);
  }
  sink.indent = outer;
}

function writeKey(sink: YamlSink, key: string): void {
  if (isSimpleKey(key)) {
    writeString(sink, key, true);
    sink.writeIndicator(':', false);
    return;
  }
  sink.writeIndicator('?', true, true);
  writeString(sink, key, false);
  sink.writeIndent();
  sink.writeIndicator(':', true, true);
}

function isSimpleKey(key: string): boolean {
  if (key.length * 3 <= MAX_SIMPLE_KEY) return !/[\r\n\u0085\u2028\u2029]/.test(key);
  return Buffer.byteLength(key) <= MAX_SIMPLE_KEY && !/[\r\n\u0085\u2028\u2029]/.test(key);
}
