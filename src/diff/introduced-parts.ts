import type { JsonObject, JsonValue, KubeObject, ManagedFieldsEntry } from '../object/kube-object.ts';
import { type FieldSet, findByKey, isObject, ownEntry } from './field-set.ts';
import type { StrayEntry } from './stray-entries.ts';

/**
 * Fields and entries of keyed lists that have come, since our last apply, beside those that we state: in the structs
 * and lists that our record of then goes into. Told by the values, so that it does not matter who is recorded as their
 * writer, or whether anybody is; what another applier or a subresource has written is not among them. Pure.
 * @param before the object as our last apply left it
 */
export function introducedParts(live: KubeObject, before: KubeObject, manager: string): readonly StrayEntry[] {
  const { 'f:metadata': _metadata, ...own } = ownEntry(before, manager)?.fieldsV1 ?? {};
  const paths: string[][] = [];
  walk(own, { live: asJson(live), before: asJson(before) }, [], paths);
  const theirs = (live.metadata.managedFields ?? []).filter((entry) => isDeclared(entry, manager));
  return paths.filter((path) => !theirs.some((entry) => holds(entry.fieldsV1, path))).map((path) => ({ path }));
}

function asJson(object: KubeObject): JsonValue {
  return object as unknown as JsonValue;
}

function isDeclared({ manager, operation, subresource = '' }: ManagedFieldsEntry, ours: string): boolean {
  return manager !== ours && (operation === 'Apply' || subresource !== '');
}

function holds(fields: FieldSet | undefined, path: readonly string[]): boolean {
  let node: JsonValue | undefined = fields;
  for (const key of path) node = isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined;
  return node !== undefined;
}

interface Pair {
  readonly live: JsonValue | undefined;
  readonly before: JsonValue | undefined;
}

function walk(node: FieldSet, pair: Pair, path: readonly string[], paths: string[][]): void {
  const keys = Object.keys(node).filter((key) => key !== '.');
  const sample = keys.find((key) => key.startsWith('k:'));
  if (sample !== undefined) walkEntries(node, pair, { path, paths, names: Object.keys(fieldsOf(sample)) });
  else if (keys.some((key) => key.startsWith('f:'))) walkFields(node, pair, path, paths);
}

function fieldsOf(key: string): JsonObject {
  return JSON.parse(key.slice(2)) as JsonObject;
}

function walkFields(node: FieldSet, { live, before }: Pair, path: readonly string[], paths: string[][]): void {
  if (!isObject(live) || !isObject(before)) return;
  for (const [name, value] of Object.entries(live)) {
    const key = `f:${name}`;
    const child = Object.hasOwn(node, key) ? node[key] : undefined;
    if (!Object.hasOwn(before, name)) {
      if (child === undefined) paths.push([...path, key]);
    } else if (isObject(child)) walk(child, { live: value, before: before[name] }, [...path, key], paths);
  }
}

interface EntriesAt {
  readonly path: readonly string[];
  readonly paths: string[][];
  /** The list's key fields, in the order in which records have them. */
  readonly names: readonly string[];
}

function walkEntries(node: FieldSet, { live, before }: Pair, { path, paths, names }: EntriesAt): void {
  if (!Array.isArray(live) || !Array.isArray(before)) return;
  for (const entry of live) {
    if (!isObject(entry)) continue;
    const fields = Object.fromEntries(
      names.flatMap((name) => (Object.hasOwn(entry, name) ? [[name, entry[name]]] : [])),
    );
    const key = `k:${JSON.stringify(fields)}`;
    const index = findByKey(before, fields as JsonObject);
    const child = Object.hasOwn(node, key) ? node[key] : undefined;
    if (index < 0) paths.push([...path, key]);
    else if (isObject(child)) walk(child, { live: entry, before: before[index] }, [...path, key], paths);
  }
}
