import { GoComplex } from './complex.ts';
import { GoInt, GoObject, type GoValue } from './value.ts';

/** Whether a value counts as true in `if`, `and` and the like: whether it is not the zero of its type. */
export function isTrue(value: GoValue): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'object') return Boolean(value) || Number.isNaN(value);
  if (value instanceof GoInt) return value.value !== 0n;
  if (value instanceof GoObject) return isTrueObject(value);
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length > 0;
  return value instanceof Map ? value.size > 0 : true;
}

function isTrueObject(value: GoObject): boolean {
  if (value instanceof GoComplex) return value.real !== 0 || value.imaginary !== 0;
  const integer = value.integer();
  if (integer !== undefined) return integer.value !== 0n;
  const items = value.container();
  return items === undefined || isTrue(items);
}
