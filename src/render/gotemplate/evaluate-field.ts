import type { Frame } from './frame.ts';
import { quoteString } from './go-string.ts';
import { nilBytes } from './sprig/nil-value.ts';
import { elementTypeOf, type GoMap, GoObject, type GoValue, goInt, goTypeOf, typedList, typedMap } from './value.ts';

/**
 * The field or key `name` of a value.
 *
 * @param type the static type of the value where that is not its own, for messages; empty otherwise
 */
export function evaluateField(frame: Frame, receiver: GoValue, name: string, type: string): GoValue {
  if (receiver instanceof Map) return lookUp(frame, receiver, name);
  if (receiver === undefined) return evaluateNoValue(frame, name);
  if (receiver === null) return frame.fail(`nil pointer evaluating ${type === '' ? 'interface {}' : type}.${name}`);
  if (receiver instanceof GoObject) return evaluateObject(frame, receiver, name, type);
  return noField(frame, receiver, name, type);
}

function lookUp(frame: Frame, map: GoMap, name: string): GoValue {
  const value = map.get(name);
  if (value !== undefined) return value;
  if (map.has(name)) return null;
  const { missingKey } = frame.execution;
  if (missingKey === 'error') return frame.fail(`map has no entry for key ${quoteString(name)}`);
  return missingKey === 'zero' ? zeroOf(elementTypeOf(map)) : undefined;
}

/** The zero value of a type: what a map gives for a key that it does not have. */
export function zeroOf(type: string): GoValue {
  if (type === '[]uint8') return nilBytes();
  if (type.startsWith('[]')) return typedList([], type);
  if (type.startsWith('map[')) return typedMap(new Map(), type);
  return ZEROS.get(type) ?? null;
}

const ZEROS: ReadonlyMap<string, GoValue> = new Map<string, GoValue>([
  ['string', ''],
  ['bool', false],
  ['float64', 0],
  ['int', goInt(0)],
  ['int64', goInt(0, 'int64')],
]);

function evaluateNoValue(frame: Frame, name: string): GoValue {
  if (frame.execution.missingKey !== 'error') return undefined;
  return frame.fail(`nil data; no entry for key ${quoteString(name)}`);
}

function evaluateObject(frame: Frame, receiver: GoObject, name: string, type: string): GoValue {
  const value = receiver.get(name);
  if (value !== undefined) return value;
  const items = receiver.container();
  return items instanceof Map ? lookUp(frame, items, name) : noField(frame, receiver, name, type);
}

function noField(frame: Frame, receiver: GoValue, name: string, type: string): never {
  return frame.fail(`can't evaluate field ${name} in type ${type === '' ? goTypeOf(receiver) : type}`);
}

/** The static type of what {@link evaluateField} found in `receiver`, as it takes it; empty for the value's own. */
export function fieldTypeIn(receiver: GoValue): string {
  if (receiver instanceof GoObject) {
    const items = receiver.container();
    return items === undefined ? '' : fieldTypeIn(items);
  }
  return receiver instanceof Map || Array.isArray(receiver) ? elementTypeOf(receiver) : '';
}
