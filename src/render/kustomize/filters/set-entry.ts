import { fieldValue, setField, setScalar } from '../node/fields.ts';
import { isNilOrEmpty, newNode, TAG, valueOf, type YamlNode } from '../node/node.ts';
import type { SetNode } from './apply-field-specs.ts';

/**
 * Sets a scalar to `value`, or with a `name` that entry of a mapping.
 *
 * All the entries that one such function makes are one and the same node, as in kustomize: a later transformer that
 * sets one of them sets all.
 */
export function setEntry(name: string, value: string, tag: string = TAG.none): SetNode {
  const node = newNode('scalar', tag, value);
  return name === '' ? (field) => setScalar(field, node) : (field) => void setField(field, name, node);
}

/** As {@link setEntry}, where there is no value, or an empty one, so far. */
export function setEntryIfEmpty(name: string, value: string, tag: string = TAG.none): SetNode {
  const set = setEntry(name, value, tag);
  return (field) => {
    if (!hasValue(field, name)) set(field);
  };
}

function hasValue(node: YamlNode, name: string): boolean {
  if (isNilOrEmpty(node)) return false;
  return valueOf(node.kind === 'scalar' ? node : fieldValue(node, name)) !== '';
}
