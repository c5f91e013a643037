import type { JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { formatGoFloat } from '../../../yaml/go-float.ts';
import { compareKeys } from '../../../yaml/key-order.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { newNode, STYLE, TAG, type YamlNode } from './node.ts';
import { resolveTag } from './resolve.ts';
import { type ScalarPlace, selectStyle } from './scalar-style.ts';

/**
 * The tree of a JSON value as kyaml's FromMap makes it: by writing the value as YAML and reading that, keys sorted. All
 * numbers are floats to it, as Go's JSON decoder has them, so that 1000000 becomes `1e+06`.
 * @throws {KustomizeError} on a text of several lines that starts with a tab, which yaml.v3 writes but does not read
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 yaml/rnode.go FromMap
 */
export function nodeFromJson(value: JsonValue): YamlNode {
  if (typeof value === 'string') return stringNode(value, VALUE);
  if (typeof value === 'number' || typeof value === 'bigint') return numberNode(Number(value));
  if (typeof value === 'boolean') return newNode('scalar', TAG.bool, String(value));
  if (value === null) return newNode('scalar', TAG.null, 'null');
  return Array.isArray(value) ? sequenceFrom(value) : mappingFrom(value);
}

const VALUE: ScalarPlace = { inFlow: false, isKey: false };
const KEY: ScalarPlace = { inFlow: false, isKey: true };
/** A longer key stands on its own after `?`. */
const MAX_SIMPLE_KEY = 128;

/** What YAML 1.1 takes for a boolean, which yaml.v3 quotes when it writes. */
const OLD_BOOLEAN = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

function stringNode(value: string, place: ScalarPlace): YamlNode {
  const text = value.isWellFormed() ? value : value.toWellFormed();
  const style = selectStyle(text, wantedStyle(text), place);
  if (style === STYLE.literal && text.startsWith('\t')) {
    throw new KustomizeError('yaml: found a tab character where an indentation space is expected');
  }
  const tag = style === STYLE.plain && text === '<<' ? TAG.merge : TAG.string;
  return newNode('scalar', tag, text, style);
}

function wantedStyle(text: string): number {
  if (text.includes('\n')) return STYLE.literal;
  const isPlain = resolveTag(text) === TAG.string && !OLD_BOOLEAN.test(text) && !BASE_60.test(text);
  return isPlain ? STYLE.plain : STYLE.doubleQuoted;
}

function numberNode(value: number): YamlNode {
  const text = formatGoFloat(value, 64);
  return newNode('scalar', resolveTag(text), text);
}

function sequenceFrom(items: readonly JsonValue[]): YamlNode {
  const node = newNode('sequence', TAG.seq, '', items.length === 0 ? STYLE.flow : STYLE.plain);
  node.content = items.map(nodeFromJson);
  return node;
}

function mappingFrom(object: JsonObject): YamlNode {
  const keys = Object.keys(object).sort(compareFieldNames);
  const node = newNode('mapping', TAG.map, '', keys.length === 0 ? STYLE.flow : STYLE.plain);
  for (const key of keys) node.content.push(keyNode(key), nodeFromJson(object[key] ?? null));
  return node;
}

function keyNode(key: string): YamlNode {
  const isSimple = !/[\n\r\u0085\u2028\u2029]/.test(key) && Buffer.byteLength(key) <= MAX_SIMPLE_KEY;
  return stringNode(key, isSimple ? KEY : VALUE);
}

/** The order of yaml.v3, which differs from yaml.v2's in that a letter comes first behind a digit. */
function compareFieldNames(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  if (at > 0 && /\p{Nd}/u.test(a[at - 1] ?? '')) {
    const isLetter = /^\p{L}/u.test(a.slice(at));
    if (isLetter !== /^\p{L}/u.test(b.slice(at)) && at < a.length && at < b.length) return isLetter ? -1 : 1;
  }
  return compareKeys(a, b);
}
