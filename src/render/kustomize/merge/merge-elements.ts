import { fieldValue, getField, setField, setScalar } from '../node/fields.ts';
import { isEmptyMap, isTaggedNull, newNode, scalarNode, type YamlNode } from '../node/node.ts';
import { keyValue, matchKeyValues, narrowKeys } from './key-values.ts';
import { mergeDistinct } from './merge-distinct.ts';
import type { MergedLists } from './merged-lists.ts';
import { findElement, setElement } from './set-element.ts';

/**
 * The merged list: the patch's items first, each merged with the target's, then the target's others. Items that are
 * in the target end as its own nodes, the last of those with the same keys taking the place of the others.
 *
 * The order of steps is kustomize's, for where items lack a key the outcome comes from it and from nothing else.
 *
 * @throws {KustomizeError} if an item is of the wrong kind
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 yaml/walk/associative_sequence.go
 */
export function mergeElements(lists: MergedLists): YamlNode {
  return mergeDistinct(lists) ?? mergeStepwise(lists);
}

function mergeStepwise({ target, patch, keys: fields, mergeItem }: MergedLists): YamlNode {
  const lists = [patch, target];
  const keys = fields.length === 0 ? SCALAR_KEYS : fields;
  const valuesOfItems = fields.length === 0 ? scalarValues(lists) : keyValues(lists, keys);
  if (valuesOfItems.length === 0) return target;
  const merged = newNode('sequence');
  const all = keys.length > 1 ? matchKeyValues(valuesOfItems) : valuesOfItems;
  let lastKeys = keys;
  for (const itemValues of all) {
    const narrowed = narrowKeys(all, itemValues, keys);
    lastKeys = narrowed.keys;
    const { keys: ownKeys, values: ownValues } = narrowKeys([narrowed.values], narrowed.values, narrowed.keys);
    const item = mergeItem(findElement(target, ownKeys, ownValues), findElement(patch, ownKeys, ownValues));
    if (isEmptyMap(item)) {
      setElement(target, narrowed.keys, narrowed.values, undefined);
    } else if (item !== undefined) {
      addKeys(item, narrowed.keys, narrowed.values);
      setElement(merged, narrowed.keys, narrowed.values, item);
    }
  }
  appendItems(merged, target, lastKeys);
  return merged;
}

/** Stands for the item itself. */
const SCALAR_KEYS: readonly string[] = [''];

function scalarValues(lists: readonly (YamlNode | undefined)[]): string[][] {
  const values = new Set(lists.flatMap((list) => list?.content.map((item) => item.value) ?? []));
  return [...values].map((value) => [value]);
}

function keyValues(lists: readonly (YamlNode | undefined)[], keys: readonly string[]): string[][] {
  const seen = new Map<string, string[]>();
  for (const list of lists) {
    for (const item of list?.content ?? []) {
      const values = keys.map((key) => keyValue(item, key));
      const id = values.join('\0');
      if (!seen.has(id)) seen.set(id, values);
    }
  }
  return [...seen.values()];
}

/** Gives an item the keys that it was found by, where it does not have them. A scalar is written anew. */
function addKeys(item: YamlNode, keys: readonly string[], values: readonly string[]): void {
  for (const [index, key] of keys.entries()) {
    const value = values[index] ?? '';
    if (value === '' || fieldValue(item, key) !== undefined) continue;
    if (key === '') setScalar(item, scalarNode(value));
    else setField(item, key, scalarNode(value));
  }
}

/** Puts the items of `source` into `list`, in the place of those with the same keys or at the end. */
function appendItems(list: YamlNode, source: YamlNode, keys: readonly string[]): void {
  const isScalar = keys[0] === '';
  for (const item of source.content) {
    if (isScalar) {
      setElement(list, SCALAR_KEYS, [item.value], item);
      continue;
    }
    const values: string[] = [];
    for (const key of keys) {
      const value = isTaggedNull(item) ? undefined : getField(item, key);
      if (value === undefined) list.content.push(item);
      else values.push(value.value);
    }
    // With several keys the item may be in the list more than once.
    if (keys.length > 1) setElement(list, keys, values, undefined);
    setElement(list, keys, values, item);
  }
}
