/**
 * A float as Go's `strconv.FormatFloat(value, 'g', -1, bits)` writes it: the fewest digits that read back the same,
 * with an exponent (of at least two digits) below 1e-4 and from 1e6 up.
 */
export function formatGoFloat(value: number, bits: 32 | 64): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const { digits, exponent } = shortest(Math.abs(value), bits);
  const isScientific = exponent < -4 || exponent >= 6;
  return sign + (isScientific ? scientific(digits, exponent) : positional(digits, exponent));
}

function shortest(value: number, bits: 32 | 64): { digits: string; exponent: number } {
  const text = bits === 64 ? value.toExponential() : shortestFloat32(value);
  const [mantissa = '0', exponent = '0'] = text.split('e');
  return { digits: mantissa.replace('.', ''), exponent: Number(exponent) };
}

function shortestFloat32(value: number): string {
  const rounded = Math.fround(value);
  for (let digits = 0; digits < 9; digits++) {
    const text = rounded.toExponential(digits);
    if (Math.fround(Number(text)) === rounded) return text;
  }
  return rounded.toExponential();
}

function scientific(digits: string, exponent: number): string {
  const mantissa = digits.length > 1 ? `${digits.slice(0, 1)}.${digits.slice(1)}` : digits;
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function positional(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const point = exponent + 1;
  if (digits.length <= point) return digits.padEnd(point, '0');
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}
