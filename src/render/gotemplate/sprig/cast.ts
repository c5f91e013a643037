import { GoInt, GoObject, type GoValue } from '../value.ts';
import { GoDuration } from './go-duration.ts';
import { GoNamedInt } from './named-int.ts';
import { parseGoFloat, parseGoInt } from './parse-number.ts';

/**
 * A value as int64: floats lose their fraction, strings are read with Go's prefixes (`0x`, `0o`, `0b`, a leading `0`
 * for octal), and what is no number is 0.
 *
 * @see github.com/spf13/cast v1.7.0 ToInt64E
 */
export function castToInt64(value: GoValue): bigint {
  if (value instanceof GoInt) return BigInt.asIntN(64, value.value);
  if (typeof value === 'number') return truncateToInt64(value);
  if (typeof value === 'string') return parseGoInt(withoutZeroDecimals(value), 0).value ?? 0n;
  if (value instanceof GoNamedInt) return value.value;
  return value === true ? 1n : 0n;
}

/**
 * A value as float64; what is no number is 0.
 *
 * @see github.com/spf13/cast v1.7.0 ToFloat64E
 */
export function castToFloat64(value: GoValue): number {
  if (typeof value === 'number') return value;
  if (value instanceof GoInt || value instanceof GoNamedInt) return Number(value.value);
  if (typeof value === 'string') return parseGoFloat(value) ?? 0;
  return value === true ? 1 : 0;
}

/** A float as Go converts it on amd64: without its fraction, and the least int64 where it fits none. */
export function truncateToInt64(value: number): bigint {
  if (!(value > -MAX_FLOAT && value < MAX_FLOAT)) return MIN_INT64;
  return BigInt(Math.trunc(value));
}

const MAX_FLOAT = 2 ** 63;
const MIN_INT64 = -(2n ** 63n);

/** The number behind a value of a named integer type: a duration, a month. */
export function wholeNumberOf(value: GoObject): bigint | undefined {
  return value instanceof GoDuration || value instanceof GoNamedInt ? value.value : undefined;
}

/** Cuts `.0`, `.00` and so on off the end. */
function withoutZeroDecimals(text: string): string {
  return text.replace(/\.0+$/, '');
}
