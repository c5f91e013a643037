import { fieldValue } from '../node/fields.ts';
import { isNilOrEmpty, type YamlNode } from '../node/node.ts';

/** The text of an item's key; empty where it has none or it is no scalar. */
export function keyValue(item: YamlNode, key: string): string {
  const value = fieldValue(item, key);
  return value === undefined || isNilOrEmpty(value) ? '' : value.value;
}

/** Merge keys that count for an item, with its values of them. */
export interface NarrowedKeys {
  readonly keys: readonly string[];
  readonly values: readonly string[];
}

/**
 * Leaves out the keys that no item of `all` has a value of; all of them stay where none has any.
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 yaml/walk/associative_sequence.go, validateKeys
 */
export function narrowKeys(
  all: readonly (readonly string[])[],
  values: readonly string[],
  keys: readonly string[],
): NarrowedKeys {
  const isUsed = keys.map((_, index) => all.some((itemValues) => (itemValues[index] ?? '') !== ''));
  if (!isUsed.includes(true)) return { keys, values };
  if (!isUsed.includes(false)) return { keys, values };
  const usedKeys = new Set(keys.filter((_, index) => isUsed[index]));
  return {
    keys: keys.filter((key) => usedKeys.has(key)),
    values: values.filter((value, index) => value !== '' || usedKeys.has(keys[index] ?? '')),
  };
}

/**
 * Takes values for the same where one item lacks a key that another with some equal value has: of
 * `[8080, ''], [8080, TCP]` both become `[8080, TCP]`. In pairs and in order, so that later ones see earlier matches.
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 yaml/walk/associative_sequence.go, mergeValues
 */
export function matchKeyValues(all: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const matched = [...all];
  for (let first = 0; first < matched.length; first++) {
    const current = matched[first] ?? [];
    for (let second = 0; second < matched.length; second++) {
      const values = matchValues(current, matched[second] ?? []);
      if (values === undefined) continue;
      matched[first] = values;
      matched[second] = values;
    }
  }
  return matched;
}

function matchValues(first: readonly string[], second: readonly string[]): readonly string[] | undefined {
  let hasCommon = false;
  const values: string[] = [];
  for (const [index, one] of first.entries()) {
    const other = second[index] ?? '';
    if (one === other) hasCommon = true;
    else if (one !== '' && other !== '') return undefined;
    values.push(one === '' ? other : one);
  }
  return hasCommon ? values : undefined;
}
