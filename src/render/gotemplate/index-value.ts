import { zeroOf } from './evaluate-field.ts';
import { GoFunctionError } from './function-table.ts';
import { byteLength, fromBytes, toBytes } from './go-string.ts';
import { elementTypeOf, GoInt, type GoMap, GoObject, type GoValue, goInt, goTypeOf, typedList } from './value.ts';

/**
 * Go's `index`: the item of a list, map or text (its byte), and of that the next, and so on.
 *
 * @throws {GoFunctionError} for what has no such item
 */
export function indexValue(item: GoValue, indexes: readonly GoValue[]): GoValue {
  if (item === undefined || item === null) throw new GoFunctionError('index of untyped nil');
  let value: GoValue = item;
  for (const index of indexes) {
    if (value === undefined || value === null) throw new GoFunctionError('index of nil pointer');
    value = itemAt(unwrap(value), index);
  }
  return value;
}

function unwrap(value: GoValue): GoValue {
  return value instanceof GoObject ? (value.container() ?? value) : value;
}

function itemAt(value: GoValue, index: GoValue): GoValue {
  if (value instanceof Map) return entryAt(value, index);
  if (Array.isArray(value)) {
    const at = checkIndex(index, value.length);
    if (at === value.length) throw new GoFunctionError('reflect: slice index out of range');
    return value[at] ?? null;
  }
  if (typeof value === 'string') return byteAt(toBytes(value), index, 'string');
  if (value instanceof Uint8Array) return byteAt(value, index, 'slice');
  throw new GoFunctionError(`can't index item of type ${pointedTo(value)}`);
}

function entryAt(map: GoMap, key: GoValue): GoValue {
  if (key === undefined || key === null) throw new GoFunctionError('value is nil; should be of type string');
  if (typeof key !== 'string') throw new GoFunctionError(`value has type ${goTypeOf(key)}; should be string`);
  return map.get(key) ?? (map.has(key) ? null : zeroOf(elementTypeOf(map)));
}

function byteAt(bytes: Uint8Array, index: GoValue, kind: 'string' | 'slice'): GoValue {
  const byte = bytes[checkIndex(index, bytes.length)];
  if (byte === undefined) throw new GoFunctionError(`reflect: ${kind} index out of range`);
  return goInt(byte, 'uint8');
}

/** An index as a number; the length itself passes, as it does in Go at first. */
function checkIndex(index: GoValue, length: number): number {
  if (index === undefined || index === null) throw new GoFunctionError('cannot index slice/array with nil');
  if (!(index instanceof GoInt)) throw new GoFunctionError(`cannot index slice/array with type ${goTypeOf(index)}`);
  const at = BigInt.asIntN(64, index.value);
  if (at < 0n || at > BigInt(length)) throw new GoFunctionError(`index out of range: ${at}`);
  return Number(at);
}

/**
 * Go's `slice`: a part of a list or of a text by its bytes.
 *
 * @throws {GoFunctionError} for indexes beyond it, and for what is neither
 */
export function sliceValue(given: GoValue, indexes: readonly GoValue[]): GoValue {
  const item = unwrap(given);
  if (item === undefined || item === null) throw new GoFunctionError('slice of untyped nil');
  if (indexes.length > 3) throw new GoFunctionError(`too many slice indexes: ${indexes.length}`);
  if (typeof item === 'string') {
    if (indexes.length === 3) throw new GoFunctionError('cannot 3-index slice a string');
    const bytes = toBytes(item);
    const [start, end] = sliceBounds(indexes, bytes.length);
    return fromBytes(bytes.subarray(start, end));
  }
  if (Array.isArray(item)) {
    const [start, end] = sliceBounds(indexes, item.length);
    return typedList(item.slice(start, end), goTypeOf(item));
  }
  if (item instanceof Uint8Array) return item.subarray(...sliceBounds(indexes, item.length));
  throw new GoFunctionError(`can't slice item of type ${goTypeOf(item)}`);
}

function sliceBounds(indexes: readonly GoValue[], length: number): [number, number] {
  const [start = 0, end = length, limit = length] = indexes.map((index) => checkIndex(index, length));
  if (start > end) throw new GoFunctionError(`invalid slice index: ${start} > ${end}`);
  if (end > limit) throw new GoFunctionError(`invalid slice index: ${end} > ${limit}`);
  return [start, end];
}

/**
 * Go's `len`.
 *
 * @throws {GoFunctionError} for what has no length
 */
export function lengthOf(given: GoValue): number {
  const item = unwrap(given);
  if (item === undefined) throw new GoFunctionError('reflect: call of reflect.Value.Type on zero Value');
  if (item === null) throw new GoFunctionError('len of nil pointer');
  if (typeof item === 'string') return byteLength(item);
  if (Array.isArray(item) || item instanceof Uint8Array) return item.length;
  if (item instanceof Map) return item.size;
  throw new GoFunctionError(`len of type ${pointedTo(item)}`);
}

function pointedTo(value: GoValue): string {
  return goTypeOf(value).replace(/^\*/, '');
}
