import type { JsonObject, JsonValue } from '../../object/kube-object.ts';
import { GoFunctionError } from './function-table.ts';
import { GoFunctionValue, GoInt, type GoMap, GoObject, type GoValue, goTypeOf } from './value.ts';

/** The template value of a JSON value: numbers are float64, also those that come as `bigint`, as Go decodes them. */
export function fromJson(value: JsonValue): GoValue {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const map: GoMap = new Map();
  for (const key of Object.keys(value)) map.set(key, fromJson(value[key] ?? null));
  return map;
}

/**
 * The JSON value of a template value; inverse of {@link fromJson}. Integers of any type come as number or, where that
 * would not be exact, as bigint; bytes in base64; objects as what they contain or print.
 *
 * @throws {GoFunctionError} with Go's text for what is no JSON: functions, NaN and infinities
 */
export function toJsonValue(value: GoValue): JsonValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return toJsonNumber(value);
  if (typeof value !== 'object') return value;
  if (value instanceof GoInt) return toJsonInteger(value.value);
  if (Array.isArray(value)) return value.map(toJsonValue);
  if (value instanceof Map) return toJsonObject(value);
  return toJsonSpecial(value);
}

function toJsonNumber(value: number): number {
  if (Number.isFinite(value)) return value;
  const shown = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  throw new GoFunctionError(`json: unsupported value: ${shown}`);
}

function toJsonInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function toJsonObject(map: GoMap): JsonObject {
  const object = Object.create(null) as JsonObject;
  for (const [key, item] of map) object[key] = toJsonValue(item);
  return object;
}

function toJsonSpecial(value: Uint8Array | GoObject | GoFunctionValue): JsonValue {
  if (value instanceof GoObject) return toJsonValue(value.container() ?? value.toGoString());
  if (value instanceof GoFunctionValue) throw new GoFunctionError(`json: unsupported type: ${goTypeOf(value)}`);
  return Buffer.from(value).toString('base64');
}
