/** What Go's strconv.ParseInt gives: the value, or only `clamped` where it does not fit, or neither. */
export interface ParsedInt {
  readonly value?: bigint;
  /** The nearest int64 of a number that is none. */
  readonly clamped?: bigint;
}

/**
 * Reads an integer as Go's strconv.ParseInt(text, base, 64) does.
 *
 * @param base 0 for what the prefix says, with underscores between digits
 */
export function parseGoInt(text: string, base: 0 | 8 | 10): ParsedInt {
  const match = /^([+-]?)(.+)$/s.exec(text);
  const digits = readDigits(match?.[2] ?? '', base);
  if (digits === undefined) return {};
  // Longer ones do not fit, and reading them exactly takes time in the square of their length.
  const magnitude = digits.length > MAX_DIGITS ? 2n ** 64n : BigInt(digits);
  const exact = match?.[1] === '-' ? -magnitude : magnitude;
  const clamped = exact > MAX_INT64 ? MAX_INT64 : exact < MIN_INT64 ? MIN_INT64 : exact;
  return exact === clamped ? { value: exact, clamped } : { clamped };
}

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
const MAX_DIGITS = 80;

/** The digits as JavaScript reads them, without leading zeros. */
function readDigits(text: string, base: 0 | 8 | 10): string | undefined {
  if (base === 10) return /^[0-9]+$/.test(text) ? withoutZeros(text) : undefined;
  if (base === 8) return /^[0-7]+$/.test(text) ? `0o${withoutZeros(text)}` : undefined;
  const lower = text.toLowerCase();
  for (const [pattern, prefix] of LITERALS) {
    const digits = pattern.exec(lower)?.[1];
    if (digits !== undefined) return prefix + withoutZeros(digits.replaceAll('_', ''));
  }
  return undefined;
}

const LITERALS: readonly (readonly [pattern: RegExp, prefix: string])[] = [
  [/^(0|[1-9](?:_?[0-9])*)$/, ''],
  [/^0x((?:_?[0-9a-f])+)$/, '0x'],
  [/^0b((?:_?[01])+)$/, '0b'],
  [/^0o?((?:_?[0-7])+)$/, '0o'],
];

function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=.)/, '');
}

/** Reads a float as Go's strconv.ParseFloat(text, 64) does; undefined if it is none or too large. */
export function parseGoFloat(text: string): number | undefined {
  if (DECIMAL.test(text)) return finite(Number(text.replaceAll('_', '')));
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special !== null) return parseSpecial(special[1] ?? '', special[2] ?? '');
  const hex = HEXADECIMAL.exec(text);
  return hex === null ? undefined : finite(parseHexFloat(hex));
}

const DIGITS = '[0-9](?:_?[0-9])*';
/** Underscores may stand between digits. */
const DECIMAL = new RegExp(String.raw`^[+-]?(?:${DIGITS}(?:\.(?:${DIGITS})?)?|\.${DIGITS})(?:[eE][+-]?${DIGITS})?$`);
const HEXADECIMAL =
  /^([+-]?)0[xX](_?[0-9a-fA-F](?:_?[0-9a-fA-F])*)?(?:\.([0-9a-fA-F](?:_?[0-9a-fA-F])*)?)?[pP]([+-]?[0-9]+)$/;

function parseSpecial(sign: string, name: string): number | undefined {
  if (/^nan$/i.test(name)) return sign === '' ? Number.NaN : undefined;
  return sign === '-' ? -Infinity : Infinity;
}

function parseHexFloat([, sign, whole = '', fraction = '', exponent = '0']: RegExpExecArray): number {
  const digits = (whole + fraction).replaceAll('_', '').replace(/^0+(?=.)/, '');
  if (digits === '') return Number.NaN;
  const shift = Number(exponent) - fraction.replaceAll('_', '').length * 4;
  // Fourteen digits are exact in a float; what they leave out only matters for how a tie is rounded.
  const kept = digits.slice(0, 14);
  const scale = shift + (digits.length - kept.length) * 4;
  const half = Math.trunc(scale / 2);
  const value = Number.parseInt(kept, 16) * 2 ** half * 2 ** (scale - half);
  return sign === '-' ? -value : value;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
