import type { JsonValue, KubeObject } from '../object/kube-object.ts';
import { deepEqual } from './deep-equal.ts';
import { isObject, ownEntry, recordText } from './field-set.ts';

/** Metadata that every write changes by itself. */
const BOOKKEEPING = new Set(['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink']);

/**
 * Paths at which applying would change the live object, told by the answer of a dry-run: values, or the set of fields
 * that our record holds. Empty means in sync. Pure.
 * @param statusSubresource the kind's status is none of an apply's business: it may differ, because the server's answer
 * is younger than what we hold
 */
export function comparePredicted(
  predicted: KubeObject,
  live: KubeObject,
  manager: string,
  statusSubresource = false,
): readonly string[] {
  const paths: string[] = [];
  const compared = ({ status, ...rest }: KubeObject): JsonValue =>
    ({ ...rest, ...(statusSubresource ? {} : { status }) }) as unknown as JsonValue;
  compareValue(compared(predicted), compared(live), '', paths);
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
