import { GoInt, type GoValue } from '../../gotemplate/value.ts';
import type { JsonType } from './schema-types.ts';

/** The JSON type of a value; integers are numbers. */
export function typeOfValue(value: GoValue): Exclude<JsonType, 'integer'> {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return 'string';
  if (Array.isArray(value)) return 'array';
  return value instanceof Map ? 'object' : 'number';
}

/** The number that a value is, or NaN. */
export function numberOf(value: GoValue): number {
  if (value instanceof GoInt) return Number(value.value);
  return typeof value === 'number' ? value : Number.NaN;
}

/** A text that two values share if JSON Schema calls them equal. */
export function canonicalText(value: GoValue): string {
  const type = typeOfValue(value);
  if (type === 'number') return value instanceof GoInt ? String(value.value) : canonicalNumber(numberOf(value));
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (value instanceof Map) {
    const fields = [...value.keys()].toSorted().map((key) => `${JSON.stringify(key)}:${canonicalText(value.get(key))}`);
    return `{${fields.join(',')}}`;
  }
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'boolean' ? String(value) : 'null';
}

function canonicalNumber(value: number): string {
  return Number.isInteger(value) ? String(BigInt(value)) : String(value);
}

/** Whether two values are equal: numbers by value, objects whatever their order. */
export function isEqual(a: GoValue, b: GoValue): boolean {
  if (typeOfValue(a) !== typeOfValue(b)) return false;
  return canonicalText(a) === canonicalText(b);
}

/** Whether `value` divided by `divisor` is whole, both taken as the decimals they print as. */
export function isMultiple(value: number, divisor: number): boolean {
  if (divisor === 0 || !Number.isFinite(value)) return false;
  const [digits, exponent] = decimal(value);
  const [otherDigits, otherExponent] = decimal(divisor);
  const least = Math.min(exponent, otherExponent);
  const scaled = digits * 10n ** BigInt(exponent - least);
  return scaled % (otherDigits * 10n ** BigInt(otherExponent - least)) === 0n;
}

/** A number as digits times a power of ten. */
function decimal(value: number): [digits: bigint, exponent: number] {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return [BigInt(whole + fraction), Number(exponent) - fraction.length];
}
