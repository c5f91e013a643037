import type { KubeObject } from '../object/kube-object.ts';

/**
 * Reads a live object that may be of any shape: every reader gives a default for what is absent or of the wrong
 * type, as decoding into Go's types leaves zero values, so that no health check can fail.
 */
export type Fields = Readonly<Record<string, unknown>>;

/** The mapping at `field`; empty when there is none. */
export function mappingAt(object: Fields, field: string): Fields {
  return asMapping(object[field]);
}

/** The list of mappings at `field`; what is no mapping in it is left out. */
export function mappingsAt(object: Fields, field: string): readonly Fields[] {
  return listAt(object, field).filter((item): item is Fields => isMapping(item));
}

/** The list at `field`; empty when there is none. */
export function listAt(object: Fields, field: string): readonly unknown[] {
  const value = object[field];
  return Array.isArray(value) ? value : [];
}

/** The texts in the list at `field`; what is no text in it is left out. */
export function textsAt(object: Fields, field: string): readonly string[] {
  return listAt(object, field).filter((item) => typeof item === 'string');
}

/** The text at `field`; empty when there is none. */
export function textAt(object: Fields, field: string): string {
  const value = object[field];
  return typeof value === 'string' ? value : '';
}

/** The number at `field`; undefined when there is none. */
export function optionalNumberAt(object: Fields, field: string): number | undefined {
  const value = object[field];
  return typeof value === 'number' ? value : undefined;
}

/** The number at `field`, or in the text there; undefined when there is none. */
export function countAt(object: Fields, field: string): number | undefined {
  const value = object[field];
  if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  return optionalNumberAt(object, field);
}

/** The number at `field`; 0 when there is none. */
export function numberAt(object: Fields, field: string): number {
  return optionalNumberAt(object, field) ?? 0;
}

/**
 * The value at a path of field names with dots between (`status.scale.replicas`); undefined when there is none, or null.
 */
export function valueAt(object: Fields, path: string): unknown {
  let value: unknown = object;
  for (const field of path.split('.')) {
    if (!isMapping(value) || !Object.hasOwn(value, field)) return undefined;
    value = value[field];
  }
  return value ?? undefined;
}

/** The object's metadata as plain fields. */
export function metadataOf(object: KubeObject): Fields {
  return asMapping(object.metadata);
}

/** The entries of `status.conditions`. */
export function conditionsOf(object: KubeObject): readonly Fields[] {
  return mappingsAt(mappingAt(object, 'status'), 'conditions');
}

/** The first condition of the given type. */
export function conditionOf(object: KubeObject, type: string): Fields | undefined {
  return conditionsOf(object).find((condition) => condition['type'] === type);
}

function asMapping(value: unknown): Fields {
  return isMapping(value) ? value : {};
}

function isMapping(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
