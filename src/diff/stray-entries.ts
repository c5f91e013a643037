import type { JsonObject, JsonValue, KubeObject, ManagedFieldsEntry } from '../object/kube-object.ts';
import { type FieldSet, findByKey, fitsKey, isObject, ownEntry, stepInto } from './field-set.ts';

/** An entry that somebody else put into a keyed list of which the manifest states entries, too. */
export interface StrayEntry {
  /** Keys of `fieldsV1` from the root on; the last is the entry's own, `k:{"port":81,"protocol":"TCP"}`. */
  readonly path: readonly string[];
  /** The list, without keys: `spec.ports`. */
  readonly list: string;
}

/**
 * Entries of live lists that the manifest does not state and that others wrote without applying them. Other appliers'
 * entries are not among them: those are part of somebody's declared state. Pure.
 */
export function strayEntries(desired: KubeObject, live: KubeObject): readonly StrayEntry[] {
  const found = new Map<string, StrayEntry>();
  for (const entry of live.metadata.managedFields ?? []) {
    if (!isStray(entry, desired.apiVersion)) continue;
    for (const path of strayPaths(entry.fieldsV1 ?? {}, desired as unknown as JsonValue, [])) {
      found.set(path.join('/'), { path, list: listName(path) });
    }
  }
  return [...found.values()];
}

/** Keys are those of one version of the API; of another one they may mean something else. */
function isStray({ operation, subresource = '', apiVersion }: ManagedFieldsEntry, version: string): boolean {
  return operation === 'Update' && subresource === '' && apiVersion === version;
}

function strayPaths(node: FieldSet, desired: JsonValue | undefined, path: readonly string[]): string[][] {
  return Object.entries(node).flatMap(([key, child]) => {
    if (key === '.' || !isObject(child)) return [];
    const next = [...path, key];
    if (!key.startsWith('k:')) {
      const value = stepInto(desired, key);
      return value === undefined ? [] : strayPaths(child, value, next);
    }
    if (!Array.isArray(desired)) return [];
    const fitting = desired.filter((item) => fitsKey(JSON.parse(key.slice(2)) as JsonObject, item));
    if (fitting.length === 0) return [next];
    return fitting.length === 1 ? strayPaths(child, fitting[0], next) : [];
  });
}

function listName(path: readonly string[]): string {
  const names = path.filter((key) => key.startsWith('f:')).map((key) => key.slice(2));
  return names.join('.');
}

/**
 * Those of the strays that stand where an entry of ours stood: somebody has edited the key of an entry. What others
 * merely add beside our entries is theirs.
 * @param before the object as our last apply left it
 */
export function displacingEntries(
  strays: readonly StrayEntry[],
  live: KubeObject,
  before: KubeObject,
  manager: string,
): readonly StrayEntry[] {
  const own = ownEntry(before, manager)?.fieldsV1;
  return strays.filter(({ path }) => {
    const lists = [live, before].map((object) => valueAt(object as unknown as JsonValue, path.slice(0, -1)));
    const key = path.at(-1) ?? '';
    if (own === undefined || indexIn(lists[1], key) >= 0) return false;
    const ours = Object.keys(nodeAt(own, path.slice(0, -1))).filter((name) => name.startsWith('k:'));
    return ours.some((name) => indexIn(lists[1], name) >= 0 && indexIn(lists[0], name) < 0);
  });
}

function indexIn(list: JsonValue | undefined, key: string): number {
  return findByKey(list, JSON.parse(key.slice(2)) as JsonObject);
}

function valueAt(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  return path.reduce(stepInto, value);
}

function nodeAt(node: FieldSet, path: readonly string[]): FieldSet {
  return path.reduce<FieldSet>((at, key) => {
    const child = at[key];
    return isObject(child) ? child : {};
  }, node);
}

/** Those of the strays in whose lists an API server's message finds fault: `spec.ports[1].name: Duplicate value`. */
export function blamedEntries(strays: readonly StrayEntry[], message: string): readonly StrayEntry[] {
  const named = message.replaceAll(/\[[^\]]*\]/g, '[]');
  return strays.filter(({ path }) => named.includes(`${blamePath(path)}[]`));
}

/** `spec.template.spec.containers[].ports` */
function blamePath(path: readonly string[]): string {
  return path
    .slice(0, -1)
    .map((key) => (key.startsWith('f:') ? `.${key.slice(2)}` : '[]'))
    .join('')
    .slice(1);
}

/**
 * The managed fields with the entries recorded as applied by `manager` alone, so that its next apply, which does not
 * state them, removes them. The input is untouched.
 */
export function claimEntries(
  live: KubeObject,
  strays: readonly StrayEntry[],
  manager: string,
): readonly ManagedFieldsEntry[] {
  const entries = structuredClone<ManagedFieldsEntry[]>(live.metadata.managedFields ?? []);
  const own = entries.find((entry) => ownEntry({ ...live, metadata: { name: '', managedFields: [entry] } }, manager));
  const claimed: JsonObject = own?.fieldsV1 ?? {};
  for (const { path } of strays) {
    for (const entry of entries) {
      if (!isStray(entry, live.apiVersion) || entry.fieldsV1 === undefined) continue;
      const taken = takeOut(entry.fieldsV1, path);
      if (taken !== undefined) putIn(claimed, path, taken);
    }
  }
  const kept = entries.filter(({ fieldsV1 = {} }) => Object.keys(fieldsV1).length > 0);
  if (own !== undefined) return kept;
  const ours = { manager, operation: 'Apply', apiVersion: live.apiVersion, fieldsType: 'FieldsV1', fieldsV1: claimed };
  return [...kept, ours as ManagedFieldsEntry];
}

/** An empty node would own everything below it, so that nodes that become empty go, too. */
function takeOut(node: FieldSet, [key = '', ...rest]: readonly string[]): JsonObject | undefined {
  const child = node[key];
  if (!isObject(child)) return undefined;
  const taken = rest.length === 0 ? child : takeOut(child, rest);
  if (taken === undefined) return undefined;
  if (rest.length === 0 || Object.keys(child).length === 0) delete node[key];
  return taken;
}

function putIn(node: FieldSet, [key = '', ...rest]: readonly string[], value: JsonObject): void {
  const there = node[key];
  const child = isObject(there) ? there : {};
  node[key] = child;
  if (rest.length === 0) mergeInto(child, value);
  else putIn(child, rest, value);
}

function mergeInto(node: FieldSet, other: JsonObject): void {
  for (const [key, value] of Object.entries(other)) {
    const there = node[key];
    if (isObject(there) && isObject(value)) mergeInto(there, value);
    else node[key] = value;
  }
}
