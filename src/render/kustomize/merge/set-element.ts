import { fieldValue, requireKind } from '../node/fields.ts';
import { isEmptyMap, isTaggedNull, valueOf, type YamlNode } from '../node/node.ts';

/**
 * Puts `element` in the place of the items whose `keys` have `values`, or at the end where there is none; undefined
 * takes the items away. An empty value matches any, the empty key a scalar itself. Null and empty items go as well.
 *
 * Keys without a value count as found where the last one was; without any value all items go.
 *
 * @throws {KustomizeError} if an item to be compared is of the wrong kind
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 yaml/fns.go, ElementSetter
 */
export function setElement(
  list: YamlNode,
  keys: readonly string[],
  values: readonly string[],
  element: YamlNode | undefined,
): void {
  requireKind(list, 'sequence');
  const isForMappings = Boolean(keys[0]) && Boolean(values[0]);
  const items = list.content.filter((item) => !isEmptyMap(item));
  const isMatch = items.map((item) => (item.kind === 'mapping' || !isForMappings) && matches(item, keys, values));
  const replaced = items.flatMap((item, index) => (isMatch[index] === true ? (element ?? []) : item));
  // Without values kustomize keeps nothing.
  list.content = values.length > 0 ? replaced : [];
  if (!isMatch.includes(true) && element !== undefined && !isTaggedNull(element)) list.content.push(element);
}

function matches(item: YamlNode, keys: readonly string[], values: readonly string[]): boolean {
  if (values.length === 0) return false;
  const count = Math.min(keys.length, values.length);
  for (let index = 0; index < count; index++)
    if (!matchesKey(item, keys[index] ?? '', values[index] ?? '')) return false;
  return true;
}

function matchesKey(item: YamlNode, key: string, value: string): boolean {
  if (key === '') {
    requireKind(item, 'scalar');
    return valueOf(item) === value;
  }
  requireKind(item, 'mapping');
  const field = fieldValue(item, key);
  return field !== undefined && (value === '' || field.value === value);
}

/** The first mapping of a list whose `keys` have just these `values`; with an empty key the first such scalar. */
export function findElement(
  list: YamlNode | undefined,
  keys: readonly string[],
  values: readonly string[],
): YamlNode | undefined {
  if (list?.kind !== 'sequence' || keys.length !== values.length) return undefined;
  const [key] = keys;
  if (!key) return list.content.find((item) => item.value === values[0]);
  if (keys.length === 1) return list.content.find((item) => hasValue(item, key, values[0]));
  return list.content.find((item) => keys.every((name, index) => hasValue(item, name, values[index])));
}

function hasValue(item: YamlNode, key: string, value: string | undefined): boolean {
  return !isTaggedNull(item) && fieldValue(item, key)?.value === value;
}
