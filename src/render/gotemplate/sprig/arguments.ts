import { GoFunctionError } from '../function-table.ts';
import { GoInt, type GoMap, GoObject, type GoValue, goInt, goKindOf } from '../value.ts';

/** What Go's runtime says where a method is called on the type of nil, as reflect.TypeOf(nil).Kind() does. */
export const NIL_DEREFERENCE = 'runtime error: invalid memory address or nil pointer dereference';

/** The argument of a `string` parameter. */
export function textArgument(value: GoValue): string {
  return typeof value === 'string' ? value : '';
}

/** The argument of an `int` parameter. Integers beyond 2^53 lose precision, which no count or index can tell. */
export function intArgument(value: GoValue): number {
  return value instanceof GoInt ? Number(value.value) : 0;
}

/** The argument of a `dict` parameter; undefined for a nil map. */
export function mapArgument(value: GoValue): GoMap | undefined {
  return value instanceof Map ? value : undefined;
}

/** An argument of an `any` parameter as a list or map keeps it: no value becomes nil. */
export function itemArgument(value: GoValue): GoValue {
  return value ?? null;
}

/** The items of a list or of bytes; undefined for everything else. Not to be changed. */
export function itemsOf(value: GoValue): readonly GoValue[] | undefined {
  if (Array.isArray(value)) return value;
  if (value instanceof GoObject) return itemsIn(value.container());
  return value instanceof Uint8Array ? Array.from(value, (byte) => goInt(byte, 'uint8')) : undefined;
}

function itemsIn(container: GoMap | GoValue[] | undefined): readonly GoValue[] | undefined {
  return Array.isArray(container) ? container : undefined;
}

/**
 * The items of the list that a function of Sprig asks for.
 *
 * @param refusal what comes before the kind in the error: `Cannot push on type`
 * @throws {GoFunctionError} if the value is no list
 */
export function requireItems(value: GoValue, refusal: string): readonly GoValue[] {
  const items = itemsOf(value);
  if (items !== undefined) return items;
  throw new GoFunctionError(value === undefined || value === null ? NIL_DEREFERENCE : `${refusal} ${goKindOf(value)}`);
}
