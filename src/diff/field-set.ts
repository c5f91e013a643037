import type { JsonObject, JsonValue, KubeObject, ManagedFieldsEntry } from '../object/kube-object.ts';

/**
 * A node of `managedFields[].fieldsV1`: keys are `f:<field>`, `k:<JSON of key fields>`, `v:<JSON of a value>`,
 * `i:<index>` and `.` (the node itself). An empty node is a leaf: the whole value is owned.
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/v6.3.0/fieldpath/serialize-pe.go
 */
export type FieldSet = JsonObject;

/** The record of what `manager` applied to the main resource; `undefined` when it never did. */
export function ownEntry(object: KubeObject, manager: string): ManagedFieldsEntry | undefined {
  return object.metadata.managedFields?.find(
    (entry) => entry.manager === manager && entry.operation === 'Apply' && (entry.subresource ?? '') === '',
  );
}

/** Canonical text of a record, for comparing two of them: the API server writes its keys sorted. */
export function recordText(entry: ManagedFieldsEntry | undefined): string | undefined {
  return entry?.fieldsV1 === undefined ? undefined : `${entry.apiVersion ?? ''} ${JSON.stringify(entry.fieldsV1)}`;
}

/** True for a node that owns its whole value. */
export function isLeaf(node: FieldSet): boolean {
  for (const key in node) if (key !== '.') return false;
  return true;
}

/** True for anything that has fields. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The item of a keyed list with exactly these key fields. */
export function findByKey(list: JsonValue | undefined, key: JsonObject): number {
  if (!Array.isArray(list)) return -1;
  return list.findIndex((item) => isObject(item) && Object.entries(key).every(([name, value]) => item[name] === value));
}

/** Whether an item of a manifest may be the one with these key fields: a manifest may leave defaulted ones out. */
export function fitsKey(key: JsonObject, item: JsonValue): boolean {
  return (
    isObject(item) && Object.entries(key).every(([name, value]) => !Object.hasOwn(item, name) || item[name] === value)
  );
}

/** What one fieldsV1 key leads to in a value: a field, or an entry of a list. */
export function stepInto(value: JsonValue | undefined, key: string): JsonValue | undefined {
  const rest = key.slice(2);
  if (key.startsWith('f:')) return isObject(value) && Object.hasOwn(value, rest) ? value[rest] : undefined;
  if (!Array.isArray(value)) return undefined;
  if (key.startsWith('i:')) return value[Number(rest)];
  return key.startsWith('k:') ? value[findByKey(value, JSON.parse(rest) as JsonObject)] : undefined;
}

/** `spec.ports[port=80,protocol="TCP"]` from a parent path and one fieldsV1 key. */
export function childPath(parent: string, key: string): string {
  const rest = key.slice(2);
  if (key.startsWith('f:')) return parent === '' ? rest : `${parent}.${rest}`;
  if (!key.startsWith('k:')) return `${parent}[${rest}]`;
  const fields = Object.entries(JSON.parse(rest) as JsonObject).map(
    ([name, value]) => `${name}=${JSON.stringify(value)}`,
  );
  return `${parent}[${fields.join(',')}]`;
}
