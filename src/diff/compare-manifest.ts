import type { JsonObject, JsonValue, KubeObject } from '../object/kube-object.ts';
import { deepEqual } from './deep-equal.ts';
import { childPath, type FieldSet, findByKey, fitsKey, isLeaf, isObject, ownEntry } from './field-set.ts';

/**
 * Compares a manifest with a live object of which nothing is remembered, by our managed-fields record alone.
 * Returns the paths in doubt: empty means certainly in sync; anything else may be drift or only what the API server
 * made of the manifest (a default, a quantity's canonical form), which a dry-run tells apart. Pure.
 */
export function compareManifest(desired: KubeObject, live: KubeObject, manager: string): readonly string[] {
  const own = ownEntry(live, manager);
  if (own === undefined) return statesNothing(desired) ? [] : ['metadata.managedFields'];
  if (own.apiVersion !== desired.apiVersion) return ['apiVersion'];
  const doubts: string[] = [];
  compareNode(own.fieldsV1 ?? {}, stated(desired), live as unknown as JsonValue, { path: '', doubts });
  return doubts;
}

/** The server keeps no record of an apply that stated nothing but a name. */
function statesNothing(desired: KubeObject): boolean {
  const { metadata, ...rest } = stated(desired) as Record<string, JsonValue>;
  return Object.keys(rest).length === 0 && (!isObject(metadata) || Object.keys(metadata).length === 0);
}

/** The parts of a manifest that managed fields record: not what identifies the object. */
function stated(desired: KubeObject): JsonValue {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = desired as unknown as JsonObject;
  const { name: _name, namespace: _namespace, ...meta } = isObject(metadata) ? metadata : {};
  return Object.keys(meta).length === 0 ? rest : { ...rest, metadata: meta };
}

interface At {
  readonly path: string;
  readonly doubts: string[];
}

function compareNode(node: FieldSet, desired: JsonValue | undefined, live: JsonValue | undefined, at: At): void {
  if (isLeaf(node)) {
    if (!sameLeaf(node, desired, live)) at.doubts.push(at.path);
    return;
  }
  const keys = Object.keys(node).filter((key) => key !== '.');
  const compare = COMPARE_BY_PREFIX[keys[0]?.slice(0, 2) ?? ''];
  if (compare === undefined) at.doubts.push(at.path);
  else compare(node, keys, { desired, live }, at);
}

/** `{".":{}}` owns an entry and states nothing in it; `{}` owns the whole value. */
function sameLeaf(node: FieldSet, desired: JsonValue | undefined, live: JsonValue | undefined): boolean {
  const isEntry = Object.hasOwn(node, '.') && isObject(desired) && Object.keys(desired).length === 0;
  return isEntry ? live !== undefined : deepEqual(desired, live);
}

type Compare = (node: FieldSet, keys: readonly string[], pair: Pair, at: At) => void;

const COMPARE_BY_PREFIX: Readonly<Record<string, Compare>> = {
  'f:': compareFields,
  'k:': compareItems,
  'v:': (_node, keys, pair, at) => compareValues(keys, pair, at),
};

interface Pair {
  readonly desired: JsonValue | undefined;
  readonly live: JsonValue | undefined;
}

function compareFields(node: FieldSet, keys: readonly string[], pair: Pair, at: At): void {
  const { desired, live } = pair;
  if (!isObject(desired) || !isObject(live)) {
    at.doubts.push(at.path);
    return;
  }
  for (const name of Object.keys(desired)) {
    if (!Object.hasOwn(node, `f:${name}`)) at.doubts.push(childPath(at.path, `f:${name}`));
  }
  for (const key of keys) {
    const name = key.slice(2);
    const child = node[key];
    const next = { path: childPath(at.path, key), doubts: at.doubts };
    if (!Object.hasOwn(desired, name) || !Object.hasOwn(live, name) || !isObject(child)) at.doubts.push(next.path);
    else compareNode(child, desired[name], live[name], next);
  }
}

function compareItems(node: FieldSet, keys: readonly string[], pair: Pair, at: At): void {
  const { desired, live } = pair;
  const pairs = Array.isArray(desired) && desired.length === keys.length ? assign(keys, desired) : undefined;
  if (pairs === undefined || !inLiveOrder(pairs, live)) {
    at.doubts.push(at.path);
    return;
  }
  for (const { key, item } of pairs) {
    const child = node[key];
    const liveItem = Array.isArray(live) ? live[findByKey(live, keyFields(key))] : undefined;
    if (isObject(child)) compareNode(child, item, liveItem, { path: childPath(at.path, key), doubts: at.doubts });
  }
}

interface Assigned {
  readonly key: string;
  readonly item: JsonValue;
}

function keyFields(key: string): JsonObject {
  return JSON.parse(key.slice(2)) as JsonObject;
}

/**
 * Pairs each item of the manifest with the one record key that fits it, in the manifest's order. Keys in the record
 * are complete though the manifest may leave defaulted ones out. `undefined` when anything is ambiguous.
 */
function assign(keys: readonly string[], items: readonly JsonValue[]): readonly Assigned[] | undefined {
  const pairs: Assigned[] = [];
  for (const item of items) {
    const fitting = keys.filter((key) => fitsKey(keyFields(key), item));
    const [key] = fitting;
    if (key === undefined || fitting.length > 1 || pairs.some((pair) => pair.key === key)) return undefined;
    pairs.push({ key, item });
  }
  return pairs;
}

function inLiveOrder(pairs: readonly Assigned[], live: JsonValue | undefined): boolean {
  let last = -1;
  for (const { key } of pairs) {
    const index = findByKey(live, keyFields(key));
    if (index <= last) return false;
    last = index;
  }
  return true;
}

function compareValues(keys: readonly string[], pair: Pair, at: At): void {
  const { desired, live } = pair;
  const stands = (list: JsonValue | undefined, value: unknown): boolean =>
    Array.isArray(list) && list.some((item) => deepEqual(item, value));
  const values = keys.map((key) => JSON.parse(key.slice(2)) as unknown);
  const same = Array.isArray(desired) && desired.length === values.length;
  if (!same || !values.every((value) => stands(desired, value) && stands(live, value))) at.doubts.push(at.path);
}
