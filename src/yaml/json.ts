import type { JsonValue } from '../object/kube-object.ts';

/**
 * The value of a JSON text; integers that a JavaScript number cannot hold come as `bigint`.
 *
 * Integers outside the ranges of int64 and uint64 become floats, as Go's decoders make them. Of two equal keys the
 * last wins; `__proto__` is a key like any other.
 *
 * @throws {SyntaxError} if the text is not JSON. Its message may quote the text, so it must not be logged as it is.
 */
export function parseJson(text: string): JsonValue {
  // No integer of fewer than 16 digits is unsafe, so that nearly every text takes the engine's own fast path.
  if (!/\d{16}/.test(text)) return JSON.parse(text) as JsonValue;
  return parseWithSource(text, reviveInteger);
}

/**
 * The compact JSON text of `value`; a `bigint` is written as the integer it is.
 *
 * @throws {TypeError} if the value holds something that is no JSON
 */
export function printJson(value: JsonValue): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // The engine refuses a bigint; looking for one beforehand would cost more than this does.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, rawInteger);
  }
}

/**
 * The number for `digits` (a decimal integer with optional sign), as Go reads it: int64 or uint64 exactly, as a JS
 * number when that is exact and else as `bigint`; anything larger as a float.
 */
export function toInteger(digits: string): number | bigint {
  const rounded = Number(digits);
  // Adding 0 makes -0 plain 0.
  if (Number.isSafeInteger(rounded)) return rounded + 0;
  // Longer ones are beyond 64 bits, and reading them exactly takes time in the square of their length.
  if (digits.length > 20) return rounded;
  const exact = BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
  return exact >= MIN_INT64 && exact <= MAX_UINT64 ? exact : rounded;
}

const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n - 1n;

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

// TypeScript's library does not yet know the third argument of the reviver, nor `JSON.rawJSON`.
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => JsonValue;
const { rawJSON } = JSON as typeof JSON & { readonly rawJSON: (this: void, text: string) => unknown };

function reviveInteger(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context.source ?? '';
  return /^-?\d+$/.test(source) ? toInteger(source) : value;
}

function rawInteger(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJSON(value.toString()) : value;
}
