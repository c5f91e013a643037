import { type GoMap, type GoValue, typedList } from '../value.ts';

/**
 * Lists and maps that are nil in Go: empty ones that print as `[]` and `map[]` but encode as `null`, and into which
 * nothing can be set.
 */
const nils = new WeakSet<object>();

/** A nil slice of the type, `[]interface {}` unless told. */
export function nilList(goType: string = '[]interface {}'): GoValue[] {
  const list: GoValue[] = typedList([], goType);
  nils.add(list);
  return list;
}

/** A nil map[string]interface{}. */
export function nilMap(): GoMap {
  const map: GoMap = new Map();
  nils.add(map);
  return map;
}

/** A nil []byte. */
export function nilBytes(): Uint8Array {
  const bytes = new Uint8Array();
  nils.add(bytes);
  return bytes;
}

/** Whether a value is no value, a nil interface, or a nil slice, map or []byte. */
export function isNil(value: GoValue): boolean {
  return value === undefined || value === null || (typeof value === 'object' && nils.has(value));
}
