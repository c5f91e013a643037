import { formatGoFloat } from '../../../yaml/go-float.ts';
import { compareKeys } from '../../../yaml/key-order.ts';
import { writtenScalar } from '../../kustomize/node/encode-node.ts';
import { newNode, TAG, type YamlNode } from '../../kustomize/node/node.ts';
import { printScalar } from '../../kustomize/node/print-scalar.ts';
import { GoComplex } from '../complex.ts';
import { GoFunctionError } from '../function-table.ts';
import { toBytes } from '../go-string.ts';
import { GoFunctionValue, GoInt, type GoMap, GoObject, type GoValue, goTypeOf } from '../value.ts';
import { itemsOf } from './arguments.ts';
import { GoTime } from './go-time.ts';
import { nameOfInfinite } from './json-tree.ts';
import { GoNamedInt } from './named-int.ts';
import { isNil } from './nil-value.ts';

/**
 * A value as yaml.v3 encodes it with an indentation of two, lists in maps indented: no detour by way of JSON, so
 * that floats stay floats. It ends with a line break.
 *
 * @throws {GoFunctionError} for functions
 * @see go.yaml.in/yaml/v3 v3.0.5 encode.go
 */
export function printYamlPretty(value: GoValue): string {
  return `${write(value, 0).replace(/^[ \n]/, '')}\n`;
}

const INDENT = 2;

/**
 * A node as it stands after `:` or `-`: with the space or the line break before it.
 *
 * @param indent column of its lines, if it has several
 */
function write(value: GoValue, indent: number): string {
  const items = itemsOf(value);
  if (items !== undefined && !(value instanceof Uint8Array)) {
    return items.length === 0 ? ' []' : items.map((item) => `\n${pad(indent)}-${inItem(item, indent)}`).join('');
  }
  const container = value instanceof GoObject ? value.container() : undefined;
  if (container !== undefined) return write(container, indent);
  if (value instanceof Map) return isNil(value) || value.size === 0 ? ' {}' : writeMap(value, indent);
  return ` ${writeScalar(value, indent, false)}`;
}

/** The first line of a collection in a list follows its dash. */
function inItem(item: GoValue, indent: number): string {
  const text = write(item, indent + INDENT);
  return text.startsWith('\n') ? ` ${text.trimStart()}` : text;
}

function writeMap(map: GoMap, indent: number): string {
  const keys = [...map.keys()].toSorted(comparePrettyKeys);
  return keys.map((key) => `\n${pad(indent)}${writeEntry(key, map.get(key), indent)}`).join('');
}

/** As yaml.v3 differs from yaml.v2 in it: after a digit, a letter comes before what is no letter. */
function comparePrettyKeys(a: string, b: string): number {
  const left = Array.from(a);
  const right = Array.from(b);
  const at = left.findIndex((character, index) => character !== right[index]);
  const isAfterDigit = at > 0 && at < right.length && /\p{Nd}/u.test(left[at - 1] ?? '');
  const isLetter = /\p{L}/u.test(left[at] ?? '');
  const isOneLetter = isLetter !== /\p{L}/u.test(right[at] ?? '');
  if (isAfterDigit && isOneLetter) return isLetter ? -1 : 1;
  return compareKeys(a, b);
}

/** A longer key, in bytes, is written as `? key`. */
const MAX_SIMPLE_KEY = 128;

function writeEntry(key: string, value: GoValue, indent: number): string {
  const isSimple = Buffer.byteLength(key) <= MAX_SIMPLE_KEY && !/[\n\r\u0085\u2028\u2029]/.test(key);
  if (isSimple) return `${writeScalar(key, indent, true)}:${write(value, indent + INDENT)}`;
  // Such a value begins on the line of its colon, as an item does on that of its dash.
  return `? ${writeScalar(key, indent + INDENT, false)}\n${pad(indent)}:${inItem(value, indent)}`;
}

function pad(indent: number): string {
  return ' '.repeat(indent);
}

function writeScalar(value: GoValue, indent: number, isKey: boolean): string {
  if (typeof value === 'string') return writeText(value, indent, isKey);
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'number') return writeFloat(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof GoInt || value instanceof GoNamedInt) return value.value.toString();
  if (value instanceof GoFunctionValue || value instanceof GoComplex)
    throw new GoFunctionError(`cannot marshal type: ${goTypeOf(value)}`);
  return writeSpecial(value as Uint8Array | GoObject, indent);
}

function writeFloat(value: number): string {
  if (Number.isFinite(value)) return formatGoFloat(value, 64);
  return nameOfInfinite(value)
    .replace('NaN', '.nan')
    .replace(/\+?Inf/, '.inf');
}

function writeSpecial(value: Uint8Array | GoObject, indent: number): string {
  if (value instanceof Uint8Array) return writeText(Buffer.from(value).toString('utf8'), indent, false);
  return value instanceof GoTime ? value.toRfc3339() : writeText(value.toGoString(), indent, false);
}

/** Besides what reads as another type, quotes are put around what was a boolean or a number in YAML 1.1. */
function writeText(text: string, indent: number, isKey: boolean): string {
  if (!text.isWellFormed()) return `!!binary ${Buffer.from(toBytes(text)).toString('base64')}`;
  const wanted = !text.includes('\n') && (OLD_BOOL.test(text) || BASE_60.test(text)) ? DOUBLE_QUOTED : 0;
  const node: YamlNode = newNode('scalar', TAG.string, text, wanted);
  const { style } = writtenScalar(node, { inFlow: false, isKey });
  // The line break after a block scalar's last line is the one before whatever comes next.
  return printScalar(text, style, Math.max(indent, INDENT)).replace(/\n$/, '');
}

const DOUBLE_QUOTED = 2;
const OLD_BOOL = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
