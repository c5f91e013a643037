import { fieldValue } from '../node/fields.ts';
import { newNode, type YamlNode } from '../node/node.ts';
import { keyValue } from './key-values.ts';
import type { MergedLists } from './merged-lists.ts';

/**
 * What `mergeElements` makes of lists whose items all have values of the same keys, and no two in one list the same:
 * nearly all lists there are. Undefined for other ones.
 */
export function mergeDistinct(lists: MergedLists): YamlNode | undefined {
  const { target, patch } = lists;
  const keys = usedKeys(lists);
  const own = itemsById(target, keys);
  if (own === undefined) return undefined;
  if (patch === undefined) return settleItems(own, lists);
  const added = patch === target ? own : itemsById(patch, keys);
  return added === undefined ? undefined : mergeItems(own, added, lists);
}

type ItemsById = ReadonlyMap<string, YamlNode>;

function settleItems(own: ItemsById, { target, mergeItem }: MergedLists): YamlNode {
  for (const item of own.values()) mergeItem(item, undefined);
  return target;
}

function mergeItems(own: ItemsById, added: ItemsById, { mergeItem }: MergedLists): YamlNode {
  const merged = newNode('sequence');
  for (const [id, item] of added) {
    const old = own.get(id);
    const result = mergeItem(old, item);
    if (result !== undefined) merged.content.push(old ?? result);
  }
  for (const [id, item] of own) {
    if (added.has(id)) continue;
    mergeItem(item, undefined);
    merged.content.push(item);
  }
  return merged;
}

/** Keys that some item has a value of. */
function usedKeys({ target, patch, keys }: MergedLists): readonly string[] {
  return keys.filter((key) => hasValue(target, key) || (patch !== undefined && hasValue(patch, key)));
}

function hasValue(list: YamlNode, key: string): boolean {
  return list.content.some((item) => keyValue(item, key) !== '');
}

/** The items by their values of `keys`; undefined without keys, if one lacks a value or two have the same. */
function itemsById(list: YamlNode, keys: readonly string[]): ItemsById | undefined {
  if (keys.length === 0) return undefined;
  const items = new Map<string, YamlNode>();
  for (const item of list.content) {
    let id = '';
    for (const key of keys) {
      const value = fieldValue(item, key);
      if (value?.kind !== 'scalar' || value.value === '' || keyValue(item, key) === '') return undefined;
      id += `\0${value.value}`;
    }
    if (items.has(id)) return undefined;
    items.set(id, item);
  }
  return items;
}
