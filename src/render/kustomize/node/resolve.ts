import { isTimestamp } from '../../../yaml/timestamp.ts';
import { TAG } from './node.ts';
import { parseTimestamp } from './timestamp.ts';

/** What a scalar can mean in JSON's terms; a timestamp is a string. */
export type ResolvedValue = string | number | bigint | boolean | null;

/** The type of a plain scalar, as a short tag, and its value. */
export interface Resolved {
  readonly tag: string;
  readonly value: ResolvedValue;
}

/** The text of a scalar is not of the type that its tag says. */
export const MISMATCH: unique symbol = Symbol('mismatch');

/**
 * What Go's yaml.v3 takes a plain scalar for: `yes` is a string, `0777`, `0o777`, `0x1ff` and `0b1` are integers, dates
 * are timestamps. Integers keep 64 bits.
 * @see go.yaml.in/yaml/v3 v3.0.5 resolve.go
 */
export function resolvePlain(text: string): Resolved {
  const first = text.charCodeAt(0);
  if (isNumberStart(first)) return WORDS.get(text) ?? resolveNumber(text) ?? asString(text);
  if (first === DOT) return WORDS.get(text) ?? asFloat(resolveDotFloat(text)) ?? asString(text);
  if (text.length > MAX_WORD) return asString(text);
  return WORDS.get(text) ?? asString(text);
}

/** The tag alone of what {@link resolvePlain} says. */
export function resolveTag(text: string): string {
  const first = text.charCodeAt(0);
  const isWord = !isNumberStart(first) && first !== DOT;
  if (isWord && (text.length > MAX_WORD || !WORDS.has(text))) return TAG.string;
  return resolvePlain(text).tag;
}

/**
 * The value of a text that carries the short tag `tag`. Tags that Go does not know leave the text as a string.
 * @returns {@link MISMATCH} when the text is not of the tag's type
 */
export function resolveTagged(tag: string, text: string): Resolved | typeof MISMATCH {
  if (tag === TAG.none) return resolvePlain(text);
  if (tag === TAG.string || !CHECKED_TAGS.has(tag)) return { tag, value: text };
  // Only an untagged text or one that says so is a timestamp.
  const isDate = tag !== TAG.timestamp && isTimestamp(text);
  const found = isDate ? asString(text) : resolvePlain(text);
  if (found.tag === tag) return found;
  // Go converts what fits int64 alone.
  const fits = tag === TAG.float && found.tag === TAG.int && BigInt(found.value as number | bigint) <= MAX_INT64;
  return fits ? { tag, value: Number(found.value) } : MISMATCH;
}

/** The short form of a tag: `!!int` for `tag:yaml.org,2002:int`. */
export function shortTag(tag: string): string {
  return tag.startsWith(YAML_TAG) ? `!!${tag.slice(YAML_TAG.length)}` : tag;
}

/** The long form of a tag. */
export function longTag(tag: string): string {
  return tag.startsWith('!!') ? YAML_TAG + tag.slice(2) : tag;
}

const YAML_TAG = 'tag:yaml.org,2002:';
const CHECKED_TAGS: ReadonlySet<string> = new Set([TAG.bool, TAG.int, TAG.float, TAG.null, TAG.timestamp]);

const DOT = 0x2e;
const PLUS = 0x2b;
const MINUS = 0x2d;
const MAX_WORD = 5;

const WORDS: ReadonlyMap<string, Resolved> = new Map<string, Resolved>([
  ...words({ tag: TAG.bool, value: true }, 'true True TRUE'),
  ...words({ tag: TAG.bool, value: false }, 'false False FALSE'),
  ...words({ tag: TAG.null, value: null }, '~ null Null NULL'),
  ['', { tag: TAG.null, value: null }],
  ...words({ tag: TAG.float, value: Number.NaN }, '.nan .NaN .NAN'),
  ...words({ tag: TAG.float, value: Number.POSITIVE_INFINITY }, '.inf .Inf .INF +.inf +.Inf +.INF'),
  ...words({ tag: TAG.float, value: Number.NEGATIVE_INFINITY }, '-.inf -.Inf -.INF'),
]);

function words(meaning: Resolved, list: string): [string, Resolved][] {
  return list.split(' ').map((word) => [word, meaning]);
}

function isNumberStart(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === PLUS || code === MINUS;
}

function asString(text: string): Resolved {
  return { tag: TAG.string, value: text };
}

function asFloat(value: number | undefined): Resolved | undefined {
  // Adding 0 makes -0 plain 0.
  return value === undefined || !Number.isFinite(value) ? undefined : { tag: TAG.float, value: value + 0 };
}

function asInteger(value: bigint | undefined): Resolved | undefined {
  if (value === undefined) return undefined;
  const small = Number(value);
  return { tag: TAG.int, value: Number.isSafeInteger(small) ? small : value };
}

const SMALL_DECIMAL = /^-?(?:0|[1-9]\d{0,14})$/;

function resolveNumber(text: string): Resolved | undefined {
  if (SMALL_DECIMAL.test(text)) return { tag: TAG.int, value: Number(text) + 0 };
  if (isTimestamp(text)) return { tag: TAG.timestamp, value: parseTimestamp(text) };
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  return asInteger(readInteger(plain)) ?? resolveFloat(plain) ?? asInteger(readSignedInside(plain));
}

const DECIMAL = /^([-+]?)(0|[1-9]\d*)$/;
const RADIX = /^([-+]?)0([xX][0-9a-fA-F]+|[oO]?[0-7]+|[bB][01]+)$/;
/** `0b-1` and `0o-7` are read by what follows the prefix. */
const SIGNED_INSIDE = /^0([bo])([-+])(\d+)$/;
const FLOAT = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;
/** Go's own float syntax, where underscores may stand between digits. */
const DOT_FLOAT = /^\.\d+(_\d+)*([eE][-+]?\d+(_\d+)*)?$/;
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;
/** No integer of 64 bits is longer, and reading a longer one takes time in the square of its length. */
const MAX_DIGITS = 80;

/** An integer of 64 bits; with a sign, of 63. Undefined for what is none. */
function readInteger(plain: string): bigint | undefined {
  if (plain.length > MAX_DIGITS) return undefined;
  const [, sign = '', digits] = DECIMAL.exec(plain) ?? [];
  if (digits !== undefined) return inRange(sign, BigInt(digits));
  const [, radixSign = '', rest] = RADIX.exec(plain) ?? [];
  if (rest === undefined) return undefined;
  return inRange(radixSign, BigInt(/^[0-7]/.test(rest) ? `0o${rest}` : `0${rest}`));
}

function readSignedInside(plain: string): bigint | undefined {
  const [, radix = '', sign = '', digits = ''] = SIGNED_INSIDE.exec(plain) ?? [];
  if (radix === '' || digits.length > MAX_DIGITS) return undefined;
  const isValid = radix === 'b' ? /^[01]+$/.test(digits) : /^[0-7]+$/.test(digits);
  return isValid ? inRange(sign, BigInt(`0${radix}${digits}`)) : undefined;
}

function inRange(sign: string, size: bigint): bigint | undefined {
  if (sign === '-') return size > MAX_INT64 + 1n ? undefined : -size;
  return size > (sign === '' ? MAX_UINT64 : MAX_INT64) ? undefined : size;
}

function resolveFloat(plain: string): Resolved | undefined {
  return FLOAT.test(plain) ? asFloat(Number(plain)) : undefined;
}

function resolveDotFloat(text: string): number | undefined {
  return DOT_FLOAT.test(text) ? Number(text.replaceAll('_', '')) : undefined;
}
