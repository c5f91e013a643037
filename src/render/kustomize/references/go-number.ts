import { formatGoFloat } from '../../../yaml/go-float.ts';
import { KustomizeError } from '../kustomize-error.ts';

/** The canonical text of a decimal 64-bit integer. Go's strconv.Atoi. @throws {KustomizeError} if it is none */
export function parseGoInt(text: string): string {
  if (!/^[+-]?\d{1,100}$/.test(text)) throw new KustomizeError(`parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  if (BigInt.asIntN(64, value) !== value) {
    throw new KustomizeError(`parsing ${JSON.stringify(text)}: value out of range`);
  }
  return value.toString();
}

/** A decimal float or one of Go's names for infinity. Go's strconv.ParseFloat. @throws {KustomizeError} if it is none */
export function parseGoFloat(text: string): number {
  const word = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (word !== null) return word[1] === '-' ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) {
    throw new KustomizeError(`parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const value = Number(text);
  if (!Number.isFinite(value)) throw new KustomizeError(`parsing ${JSON.stringify(text)}: value out of range`);
  return value;
}

/** Go's strconv.ParseBool. @throws {KustomizeError} if it is none */
export function parseGoBool(text: string): boolean {
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  throw new KustomizeError(`parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** A float without exponent. Go's strconv.FormatFloat with 'f' and -1. */
export function formatGoDecimal(value: number): string {
  if (!Number.isFinite(value)) return formatGoFloat(value, 64);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '0', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const point = Number(exponentText) + 1;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);
