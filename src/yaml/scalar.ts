import { toInteger } from './json.ts';
import { isTimestamp } from './timestamp.ts';

/** What a plain scalar can mean. */
export type ScalarValue = string | number | bigint | boolean | null;

/** The text of a scalar cannot have the type that its tag says. */
export const UNRESOLVED: unique symbol = Symbol('unresolved');

/**
 * The value of a plain scalar as Go's yaml.v2 resolves it, which is neither YAML 1.1 nor 1.2: `yes` and `y` are
 * booleans, `0777` and `0o777` are 511, `08` and `1e3` are numbers, while dates and `1:30` stay strings.
 * Infinities and NaN come back as such; JSON has no word for them, so the caller must refuse them.
 *
 * @see go.yaml.in/yaml/v2 v2.4.2 resolve.go
 */
export function resolvePlain(text: string): ScalarValue {
  const first = text.charCodeAt(0);
  if (isNumberStart(first)) return resolveNumber(text) ?? wordOr(text);
  if (first === DOT) return resolveDotFloat(text) ?? wordOr(text);
  // The longest word has five letters; most strings are longer and need no look-up.
  if (text.length > 5) return text;
  return wordOr(text);
}

/**
 * The value of a scalar that carries a tag, given as its long form ("tag:yaml.org,2002:int"). Tags that Go's decoder
 * does not know leave the text as a string. Quotes make no difference, as in Go.
 *
 * @returns {@link UNRESOLVED} when the text is not of the tag's type
 */
export function resolveTagged(tag: string, text: string): ScalarValue | typeof UNRESOLVED {
  const check = tag.startsWith(YAML_TAG) ? TAG_CHECKS.get(tag.slice(YAML_TAG.length)) : undefined;
  return check === undefined ? text : check(text);
}

/** Whether `text`, which resolved to a number, is a float64 to Go and not an integer. */
export function isFloatText(text: string): boolean {
  const plain = text.replaceAll('_', '');
  if (DECIMAL.test(plain)) return typeof toInteger(plain) === 'number' && !Number.isSafeInteger(Number(plain));
  return !RADIX.test(plain) && !SIGNED_BINARY.test(plain);
}

const YAML_TAG = 'tag:yaml.org,2002:';
const DOT = 0x2e;
const PLUS = 0x2b;
const MINUS = 0x2d;

const WORDS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...words(true, 'y Y yes Yes YES true True TRUE on On ON'),
  ...words(false, 'n N no No NO false False FALSE off Off OFF'),
  ...words(null, '~ null Null NULL'),
  ['', null],
  ...words(Number.NaN, '.nan .NaN .NAN'),
  ...words(Number.POSITIVE_INFINITY, '.inf .Inf .INF +.inf +.Inf +.INF'),
  ...words(Number.NEGATIVE_INFINITY, '-.inf -.Inf -.INF'),
]);

const TAG_CHECKS: ReadonlyMap<string, (text: string) => ScalarValue | typeof UNRESOLVED> = new Map([
  ['str', (text: string) => text],
  ['bool', (text: string) => ofType('boolean', resolvePlain(text))],
  ['null', (text: string) => (resolvePlain(text) === null ? null : UNRESOLVED)],
  ['int', resolveInt],
  ['float', resolveFloat],
  ['timestamp', (text: string) => (isTimestamp(text) ? text : UNRESOLVED)],
  ['binary', resolveBinary],
]);

const STYLE_FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
/** Go's own float syntax, where underscores may stand between digits. */
const DOT_FLOAT = /^\.\d+(_\d+)*([eE][-+]?\d+(_\d+)*)?$/;
const DECIMAL = /^[-+]?(0|[1-9][0-9]*)$/;
const RADIX = /^([-+]?)0([xX][0-9a-fA-F]+|[oO]?[0-7]+|[bB][01]+)$/;
/** `0b-1` is -1 to Go, by way of a fallback that parses what follows the prefix. */
const SIGNED_BINARY = /^0b([-+])([01]+)$/;

function wordOr(text: string): ScalarValue {
  const word = WORDS.get(text);
  return word === undefined ? text : word;
}

function words(value: ScalarValue, list: string): [string, ScalarValue][] {
  return list.split(' ').map((word) => [word, value]);
}

function isNumberStart(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === PLUS || code === MINUS;
}

function resolveNumber(text: string): number | bigint | undefined {
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  if (DECIMAL.test(plain)) return resolveDecimal(plain);
  return resolveRadix(RADIX.exec(plain)) ?? resolveFloatStyle(plain) ?? resolveRadix(SIGNED_BINARY.exec(plain), 'b');
}

/** Go's unsigned parser, which covers the upper half of 64 bits, knows no sign: with one, that half is a float. */
function resolveDecimal(plain: string): number | bigint {
  const value = toInteger(plain);
  return typeof value === 'bigint' && value > MAX_INT64 && plain.startsWith('+') ? Number(plain) : value;
}

function resolveRadix(match: RegExpExecArray | null, letter = ''): number | bigint | undefined {
  const [, sign = '', digits = ''] = match ?? [];
  return match === null ? undefined : readRadix(sign, letter + digits);
}

function resolveFloatStyle(plain: string): number | undefined {
  return STYLE_FLOAT.test(plain) ? finite(Number(plain)) : undefined;
}

/** `digits` with its radix letter (none: octal); undefined beyond 64 bits, where Go gives up too. */
function readRadix(sign: string, digits: string): number | bigint | undefined {
  const prefixed = /^[0-7]/.test(digits) ? `0o${digits}` : `0${digits}`;
  const size = BigInt(prefixed);
  const limit = sign === '' ? MAX_UINT64 : sign === '-' ? MAX_INT64 + 1n : MAX_INT64;
  if (size > limit) return undefined;
  const value = sign === '-' ? -size : size;
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;

function resolveDotFloat(text: string): number | undefined {
  return DOT_FLOAT.test(text) ? finite(Number(text.replaceAll('_', ''))) : undefined;
}

/** Go's ParseFloat fails where the number is out of range, which leaves a string. Adding 0 makes -0 plain 0. */
function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value + 0 : undefined;
}

function ofType(type: 'boolean', value: ScalarValue): ScalarValue | typeof UNRESOLVED {
  return typeof value === type ? value : UNRESOLVED;
}

function resolveInt(text: string): ScalarValue | typeof UNRESOLVED {
  const value = resolvePlain(text);
  const isInteger = typeof value === 'bigint' || (typeof value === 'number' && !isFloatText(text));
  return isInteger ? value : UNRESOLVED;
}

function resolveFloat(text: string): ScalarValue | typeof UNRESOLVED {
  const value = resolvePlain(text);
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' ? value : UNRESOLVED;
}

function resolveBinary(text: string): string | typeof UNRESOLVED {
  const packed = text.replaceAll(/[\r\n]/g, '');
  const isBase64 = packed.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(packed);
  return isBase64 ? Buffer.from(packed, 'base64').toString('utf8') : UNRESOLVED;
}
