/** Verbs that strconv.FormatFloat knows. */
export type FloatVerb = 'e' | 'E' | 'f' | 'g' | 'G' | 'x' | 'X' | 'b';

/** Decimal digits without leading or trailing zeros, and how many of them (or zeros) stand before the point. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/**
 * Go's `strconv.FormatFloat(value, verb, precision, 64)`; a negative precision asks for the fewest digits that read
 * back the same. Rounds exactly, ties to even.
 */
export function formatFloat(value: number, verb: FloatVerb, precision: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (verb === 'b') return sign + formatBinary(size);
  if (verb === 'x' || verb === 'X') return sign + formatHex(size, verb, precision);
  return sign + formatDecimal(size, verb, precision);
}

function formatDecimal(size: number, verb: 'e' | 'E' | 'f' | 'g' | 'G', precision: number): string {
  const exact = precision < 0 ? shortest(size) : expand(size);
  if (verb === 'f') {
    const digits = precision < 0 ? exact : round(exact, exact.point + precision);
    return positional(digits, precision < 0 ? Math.max(digits.digits.length - digits.point, 0) : precision);
  }
  if (verb === 'e' || verb === 'E') {
    const digits = precision < 0 ? exact : round(exact, precision + 1);
    return scientific(digits, precision < 0 ? Math.max(digits.digits.length - 1, 0) : precision, verb);
  }
  return general(exact, verb, precision);
}

function general(exact: Decimal, verb: 'g' | 'G', precision: number): string {
  const wanted = precision < 0 ? exact.digits.length : Math.max(precision, 1);
  const decimal = precision < 0 ? exact : round(exact, wanted);
  const count = decimal.digits.length;
  const exponent = decimal.digits === '' ? -1 : decimal.point - 1;
  if (exponent < -4 || exponent >= largestExponent(decimal, precision)) {
    return scientific(decimal, Math.max(Math.min(wanted, count) - 1, 0), verb === 'g' ? 'e' : 'E');
  }
  return positional(decimal, Math.max(count - decimal.point, 0));
}

/** The exponent from which on `%g` writes one. */
function largestExponent({ digits, point }: Decimal, precision: number): number {
  if (precision < 0) return 6;
  const wanted = Math.max(precision, 1);
  return wanted > digits.length && digits.length >= point ? digits.length : wanted;
}

function shortest(size: number): Decimal {
  if (size === 0) return ZERO;
  const [mantissa = '0', exponent = '0'] = size.toExponential().split('e');
  return trim(mantissa.replace('.', ''), Number(exponent) + 1);
}

const ZERO: Decimal = { digits: '', point: 0 };

/** All digits of a float; there are at most some 770. */
function expand(size: number): Decimal {
  if (size === 0) return ZERO;
  const { mantissa, exponent } = decompose(size);
  if (exponent >= 0) {
    const digits = (mantissa << BigInt(exponent)).toString();
    return trim(digits, digits.length);
  }
  const digits = (mantissa * 5n ** BigInt(-exponent)).toString();
  return trim(digits, digits.length + exponent);
}

function trim(digits: string, point: number): Decimal {
  return { digits: digits.replace(/0+$/, ''), point };
}

function decompose(size: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, size);
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function round(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count >= digits.length) return decimal;
  if (count < 0) return ZERO;
  const next = digits.charCodeAt(count) - 48;
  const isTie = next === 5 && count + 1 === digits.length;
  const isUp = isTie ? count > 0 && digits.charCodeAt(count - 1) % 2 === 1 : next >= 5;
  if (!isUp) return count === 0 ? ZERO : trim(digits.slice(0, count), point);
  const raised = (BigInt(`0${digits.slice(0, count)}`) + 1n).toString();
  return trim(raised, point + raised.length - count);
}

function scientific({ digits, point }: Decimal, precision: number, letter: 'e' | 'E'): string {
  const exponent = digits === '' ? 0 : point - 1;
  const padded = digits.padEnd(precision + 1, '0');
  const fraction = precision > 0 ? `.${padded.slice(1, precision + 1)}` : '';
  return `${padded.slice(0, 1)}${fraction}${letter}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function positional({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (precision <= 0) return whole;
  const fraction = point >= 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, precision)) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`;
}

function formatBinary(size: number): string {
  const { mantissa, exponent } = decompose(size);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

function formatHex(size: number, verb: 'x' | 'X', precision: number): string {
  const { mantissa, exponent } = normalizeHex(size, precision);
  const digits = mantissa.toString(16);
  const rest = digits.slice(1);
  const wanted = precision < 0 ? rest.replace(/0+$/, '') : rest.slice(0, precision).padEnd(precision, '0');
  const fraction = wanted === '' ? '' : `.${wanted}`;
  const sign = exponent < 0 ? '-' : '+';
  const text = `0x${digits.slice(0, 1)}${fraction}p${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  return verb === 'x' ? text : text.toUpperCase();
}

/** The mantissa with 52 bits behind the point (a whole number of hex digits), rounded to `precision` of these. */
function normalizeHex(size: number, precision: number): { mantissa: bigint; exponent: number } {
  if (size === 0) return { mantissa: 0n, exponent: 0 };
  let { mantissa, exponent } = decompose(size);
  const missing = 53 - mantissa.toString(2).length;
  mantissa <<= BigInt(missing);
  exponent += 52 - missing;
  if (precision >= 0 && precision < 13) {
    const dropped = BigInt((13 - precision) * 4);
    const half = 1n << (dropped - 1n);
    const rest = mantissa & ((1n << dropped) - 1n);
    let kept = mantissa >> dropped;
    if (rest > half || (rest === half && kept % 2n === 1n)) kept += 1n;
    mantissa = kept << dropped;
  }
  return mantissa >= 1n << 53n ? { mantissa: mantissa >> 1n, exponent: exponent + 1 } : { mantissa, exponent };
}
