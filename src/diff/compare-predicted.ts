import type { JsonValue, KubeObject } from '../object/kube-object.ts';
import { deepEqual } from './deep-equal.ts';
import { isObject, ownEntry, recordText } from './field-set.ts';

/** Metadata that every write changes by itself. */
const BOOKKEEPING = new Set(['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink']);

/**
 * Paths at which applying would change the live object, told by the answer of a dry-run: values, or the set of fields
 * that our record holds. Empty means in sync. Pure.
 */
export function comparePredicted(predicted: KubeObject, live: KubeObject, manager: string): readonly string[] {
  const paths: string[] = [];
  compareValue(predicted as unknown as JsonValue, live as unknown as JsonValue, '', paths);
  if (paths.length === 0 && recordText(ownEntry(predicted, manager)) !== recordText(ownEntry(live, manager))) {
    paths.push('metadata.managedFields');
  }
  return paths;
}

function compareValue(a: JsonValue | undefined, b: JsonValue | undefined, path: string, paths: string[]): void {
  if (!isObject(a) || !isObject(b)) {
    if (!deepEqual(a, b)) paths.push(path);
    return;
  }
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (path === 'metadata' && BOOKKEEPING.has(name)) continue;
    const next = path === '' ? name : `${path}.${name}`;
    compareValue(
      Object.hasOwn(a, name) ? a[name] : undefined,
      Object.hasOwn(b, name) ? b[name] : undefined,
      next,
      paths,
    );
  }
}
