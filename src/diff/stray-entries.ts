import type { JsonObject, JsonValue, KubeObject, ManagedFieldsEntry } from '../object/kube-object.ts';
import { type FieldSet, findByKey, fitsKey, isObject, ownEntry, stepInto } from './field-set.ts';

/**
 * An entry that somebody else put into a keyed list of which the manifest states entries, too, or a field that somebody
 * else put beside stated ones.
 */
export interface StrayEntry {
  /** Keys of `fieldsV1` from the root on; the last is its own, `k:{"port":81,"protocol":"TCP"}` or `f:emptyDir`. */
  readonly path: readonly string[];
}

/**
 * Entries of live lists that the manifest does not state and that others wrote without applying them. Other appliers'
 * entries are not among them: those are part of somebody's declared state. An entry that an item of the manifest fits
 * only by leaving key fields to their defaults (port 80 UDP, where 80 is stated) is among them: to claim it in error
 * changes nothing, since the manifest then states it. Pure.
 */
export function strayEntries(desired: KubeObject, live: KubeObject): readonly StrayEntry[] {
  const found = new Map<string, StrayEntry>();
  for (const entry of live.metadata.managedFields ?? []) {
    if (!isStray(entry, desired.apiVersion)) continue;
    for (const path of strayPaths(entry.fieldsV1 ?? {}, desired as unknown as JsonValue, [])) {
      found.set(path.join('/'), { path });
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
    const fields = JSON.parse(key.slice(2)) as JsonObject;
    const fitting = desired.filter((item) => fitsKey(fields, item));
    const inside = fitting.length === 1 ? strayPaths(child, fitting[0], next) : [];
    return fitting.some((item) => statesKey(fields, item)) ? inside : [next, ...inside];
  });
}

function statesKey(fields: JsonObject, item: JsonValue): boolean {
  return isObject(item) && Object.keys(fields).every((name) => Object.hasOwn(item, name));
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
    if (own === undefined || !key.startsWith('k:') || indexIn(lists[1], key) >= 0) return false;
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

/**
 * Those of the strays with which an API server's message finds fault: entries of a list that it names
 * (`spec.ports[1].name: Duplicate value`), fields that it names, and fields beside one that it forbids
 * (`spec.volumes[0].configMap: Forbidden: may not specify more than 1 volume type`).
 */
export function blamedEntries(strays: readonly StrayEntry[], message: string): readonly StrayEntry[] {
  // Several complaints stand in brackets of their own, so that only the innermost ones are positions and keys.
  const said = message.replaceAll(/\[[^\][]*\]/g, '[]');
  const named = [...said.matchAll(/(\w[\w-]*(?:\.[\w-]+|\[\])*): (Forbidden)?/g)];
  const names = new Set(named.map(([, name = '']) => name));
  const beside = new Set(
    named.flatMap(([, name = '', forbidden]) => (forbidden === undefined ? [] : [parentOf(name)])),
  );
  return strays.filter(({ path }) => {
    if (path.at(-1)?.startsWith('k:') === true) return said.includes(`${blamePath(path.slice(0, -1))}[]`);
    return names.has(blamePath(path)) || beside.has(blamePath(path.slice(0, -1)));
  });
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

/** `spec.template.spec.containers[].ports` */
function blamePath(path: readonly string[]): string {
  return path
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
    // Of an entry that nobody is recorded for it is enough to have the entry itself.
    putIn(claimed, path, path.at(-1)?.startsWith('k:') === true ? { '.': {} } : {});
    for (const taken of takeFromAll(entries, path, live.apiVersion)) putIn(claimed, path, taken);
  }
  const kept = entries.filter(({ fieldsV1 = {} }) => Object.keys(fieldsV1).length > 0);
  if (own !== undefined) return kept;
  const ours = { manager, operation: 'Apply', apiVersion: live.apiVersion, fieldsType: 'FieldsV1', fieldsV1: claimed };
  return [...kept, ours as ManagedFieldsEntry];
}

function takeFromAll(entries: readonly ManagedFieldsEntry[], path: readonly string[], version: string): JsonObject[] {
  return entries.flatMap((entry) => {
    const taken = isStray(entry, version) && entry.fieldsV1 !== undefined ? takeOut(entry.fieldsV1, path) : undefined;
    return taken === undefined ? [] : [taken];
  });
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
