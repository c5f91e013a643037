import { GoInt, GoObject, type GoValue } from '../value.ts';
import { wholeNumberOf } from './cast.ts';

/**
 * Whether a value is what Sprig takes for not set: nil, false, zero, or without length. Structs are always set.
 *
 * @see github.com/Masterminds/sprig v3.3.0 defaults.go empty
 */
export function isEmpty(value: GoValue): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  if (typeof value !== 'object') return value === 0;
  return isEmptyComposite(value);
}

function isEmptyComposite(value: object): boolean {
  if (value instanceof GoInt) return value.value === 0n;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Map) return value.size === 0;
  if (!(value instanceof GoObject)) return false;
  const items = value.container();
  return items === undefined ? wholeNumberOf(value) === 0n : isEmptyComposite(items);
}
