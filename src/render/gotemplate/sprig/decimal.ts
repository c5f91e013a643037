import { GoFunctionError } from '../function-table.ts';

/** An exact decimal: `value` × 10^`exponent`. */
export interface Decimal {
  readonly value: bigint;
  readonly exponent: number;
}

/** Digits behind the point that a division keeps. */
const DIVISION_PRECISION = 16;

/**
 * The shortest decimal that reads back as the float.
 *
 * @throws {GoFunctionError} for NaN and the infinities
 * @see github.com/shopspring/decimal v1.4.0 NewFromFloat
 */
export function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) {
    const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
    throw new GoFunctionError(`Cannot create a Decimal from ${name}`);
  }
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { value: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

/** The float nearest to a decimal. */
export function floatOf({ value, exponent }: Decimal): number {
  return value === 0n ? 0 : Number(`${value}e${exponent}`);
}

/** The exact sum. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return { value: scaled(a, exponent) + scaled(b, exponent), exponent };
}

/** The exact difference. */
export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  return addDecimals(a, { value: -b.value, exponent: b.exponent });
}

/** The exact product. */
export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { value: a.value * b.value, exponent: a.exponent + b.exponent };
}

/**
 * The quotient, with 16 digits behind the point, halves away from zero.
 *
 * @throws {GoFunctionError} if `b` is zero
 */
export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  if (b.value === 0n) throw new GoFunctionError('decimal division by 0');
  const shift = a.exponent - b.exponent + DIVISION_PRECISION;
  const numerator = magnitude(a.value) * (shift > 0 ? 10n ** BigInt(shift) : 1n);
  const denominator = magnitude(b.value) * (shift < 0 ? 10n ** BigInt(-shift) : 1n);
  const rounded = (numerator * 2n + denominator) / (denominator * 2n);
  const isNegative = a.value < 0n !== b.value < 0n;
  return { value: isNegative ? -rounded : rounded, exponent: -DIVISION_PRECISION };
}

function scaled({ value, exponent }: Decimal, to: number): bigint {
  return value * 10n ** BigInt(exponent - to);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
