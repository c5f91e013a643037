import type { JsonObject, JsonValue, KubeObject } from '../object/kube-object.ts';
import { deepEqual } from './deep-equal.ts';
import { childPath, type FieldSet, findByKey, isLeaf, isObject, ownEntry, recordText, stepInto } from './field-set.ts';

/** What the API server made of a manifest when we applied it: the reference for every later comparison. */
export interface Settled {
  /** Hash of the manifest that was applied. */
  readonly desiredHash: string;
  readonly uid: string;
  /** {@link recordText} of our entry. */
  readonly record: string | undefined;
  /** The object as it stood after the apply. */
  readonly object: KubeObject;
}

/** Remembers the answer to an apply (or to a dry-run that changed nothing). */
export function settle(desiredHash: string, answer: KubeObject, manager: string): Settled {
  return {
    desiredHash,
    uid: answer.metadata.uid ?? '',
    record: recordText(ownEntry(answer, manager)),
    object: answer,
  };
}

/**
 * Paths at which a live object no longer is what our last apply left: values that changed in fields we own, fields
 * taken from us, owned entries of keyed lists out of order. Empty means in sync. Pure; needs neither schema nor
 * request, because the server wrote both sides.
 */
export function compareSettled(live: KubeObject, settled: Settled, manager: string): readonly string[] {
  const own = ownEntry(live, manager);
  const paths: string[] = [];
  const before = ownEntry(settled.object, manager)?.fieldsV1;
  if (before !== undefined) {
    compareNode(
      before,
      { live: live as unknown as JsonValue, settled: settled.object as unknown as JsonValue },
      '',
      paths,
    );
  }
  if (paths.length === 0 && recordText(own) !== settled.record) paths.push('metadata.managedFields');
  return paths;
}

interface Pair {
  readonly live: JsonValue | undefined;
  readonly settled: JsonValue | undefined;
}

function compareNode(node: FieldSet, pair: Pair, path: string, paths: string[]): void {
  if (pair.live === undefined && pair.settled !== undefined) {
    paths.push(path);
    return;
  }
  if (isLeaf(node) && !isContainer(node)) {
    if (!deepEqual(pair.live, pair.settled)) paths.push(path);
    return;
  }
  for (const key of Object.keys(node)) {
    const child = node[key];
    if (key !== '.' && isObject(child)) compareChild(key, child, { pair, path, paths });
  }
  if (keysOutOfOrder(node, pair)) paths.push(path);
}

/** `{".":{}}` owns a map or list entry as such but nothing in it. */
function isContainer(node: FieldSet): boolean {
  return Object.hasOwn(node, '.');
}

function compareChild(key: string, child: JsonObject, at: { pair: Pair; path: string; paths: string[] }): void {
  const { pair, path, paths } = at;
  if (key.startsWith('v:')) {
    if (!includesValue(pair.live, key) && includesValue(pair.settled, key)) paths.push(childPath(path, key));
    return;
  }
  const next = { live: stepInto(pair.live, key), settled: stepInto(pair.settled, key) };
  if (next.settled === undefined && next.live === undefined) return;
  compareNode(child, next, childPath(path, key), paths);
}

function includesValue(list: JsonValue | undefined, key: string): boolean {
  const wanted: unknown = JSON.parse(key.slice(2));
  return Array.isArray(list) && list.some((item) => deepEqual(item, wanted));
}

/** Ownership is a set: a reorder by hand changes neither the record nor a value, but it can change what a Pod does. */
function keysOutOfOrder(node: FieldSet, pair: Pair): boolean {
  const keys = Object.keys(node).filter((key) => key.startsWith('k:'));
  if (keys.length < 2) return false;
  const order = (list: JsonValue | undefined): string[] =>
    keys
      .map((key) => ({ key, index: findByKey(list, JSON.parse(key.slice(2)) as JsonObject) }))
      .filter((entry) => entry.index >= 0)
      .sort((a, b) => a.index - b.index)
      .map((entry) => entry.key);
  const [live, settled] = [order(pair.live), order(pair.settled)];
  return live.length === settled.length && live.some((key, index) => key !== settled[index]);
}
