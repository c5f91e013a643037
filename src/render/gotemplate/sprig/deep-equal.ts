import { NamedMap } from '../named-map.ts';
import { GoInt, type GoMap, GoObject, type GoValue, goTypeOf } from '../value.ts';
import { isNil } from './nil-value.ts';

/**
 * Whether two values are equal as reflect.DeepEqual has it: of the same type, all the way down. NaN equals nothing,
 * and a nil list is not an empty one.
 */
export function deepEqual(a: GoValue, b: GoValue): boolean {
  const one = a ?? null;
  const other = b ?? null;
  if (!isReference(one) || !isReference(other)) return one === other;
  if (goTypeOf(one) !== goTypeOf(other)) return false;
  return one === other || (isNil(one) === isNil(other) && equalContents(one, other));
}

type Reference = Extract<GoValue, object>;

function isReference(value: GoValue): value is Reference {
  return typeof value === 'object' && value !== null;
}

function equalContents(one: Reference, other: Reference): boolean {
  if (Array.isArray(one)) return Array.isArray(other) && equalLists(one, other);
  if (one instanceof Map) return other instanceof Map && equalMaps(one, other);
  if (one instanceof NamedMap) return other instanceof NamedMap && equalMaps(one.container(), other.container());
  return equalAtoms(one, other);
}

function equalAtoms(one: Reference, other: Reference): boolean {
  if (one instanceof GoInt) return other instanceof GoInt && one.value === other.value;
  if (one instanceof Uint8Array) return other instanceof Uint8Array && Buffer.compare(one, other) === 0;
  return one instanceof GoObject && other instanceof GoObject && one.toGoString() === other.toGoString();
}

function equalLists(one: readonly GoValue[], other: readonly GoValue[]): boolean {
  return one.length === other.length && one.every((item, at) => deepEqual(item, other[at]));
}

function equalMaps(one: GoMap, other: GoMap): boolean {
  if (one.size !== other.size) return false;
  for (const [key, value] of one) {
    if (!other.has(key) || !deepEqual(value, other.get(key))) return false;
  }
  return true;
}
