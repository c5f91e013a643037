import type { JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { GoComplex } from '../complex.ts';
import { GoFunctionError } from '../function-table.ts';
import { GoFunctionValue, GoInt, type GoMap, GoObject, type GoValue, goTypeOf } from '../value.ts';
import { wholeNumberOf } from './cast.ts';
import { GoTime } from './go-time.ts';
import { isNil } from './nil-value.ts';

/**
 * What a value is once it has been through Go's encoding/json: nil lists are null, bytes base64, times RFC 3339.
 *
 * @throws {GoFunctionError} in Go's words for what is no JSON: NaN, the infinities, functions
 */
export function jsonTreeOf(value: GoValue): JsonValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return floatOf(value);
  if (value === undefined || value === null || isNil(value)) return null;
  if (value instanceof GoInt) return wholeOf(value.value);
  if (Array.isArray(value)) return value.map(jsonTreeOf);
  return value instanceof Map ? objectOf(value) : specialOf(value);
}

function floatOf(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new GoFunctionError(`json: unsupported value: ${nameOfInfinite(value)}`);
}

/** NaN or an infinity, as Go prints it. */
export function nameOfInfinite(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

function wholeOf(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Without a prototype, so that a key may be called anything. */
function objectOf(map: GoMap): JsonObject {
  const object = Object.create(null) as JsonObject;
  for (const [key, item] of map) object[key] = jsonTreeOf(item);
  return object;
}

function specialOf(value: Uint8Array | GoObject | GoFunctionValue): JsonValue {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof GoFunctionValue) throw new GoFunctionError(`json: unsupported type: ${goTypeOf(value)}`);
  if (value instanceof GoComplex) throw new GoFunctionError('json: unsupported type: complex128');
  const number = wholeNumberOf(value);
  if (number !== undefined) return wholeOf(number);
  const fields = value.jsonFields();
  if (fields !== undefined) return objectOf(new Map(fields));
  return value instanceof GoTime ? value.toRfc3339() : jsonTreeOf(value.container() ?? value.toGoString());
}
