import type { JsonValue } from '../../object/kube-object.ts';
import type { GoMap, GoValue } from './value.ts';

/** The template value of a JSON value: numbers are float64, also those that come as `bigint`, as Go decodes them. */
export function fromJson(value: JsonValue): GoValue {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const map: GoMap = new Map();
  for (const key of Object.keys(value)) map.set(key, fromJson(value[key] ?? null));
  return map;
}
