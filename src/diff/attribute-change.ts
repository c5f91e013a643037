import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../object/kube-object.ts';
import { isObject } from './field-set.ts';

/** Who wrote to an object last, beside us. */
export interface ChangeAuthor {
  /** Field manager, which kubectl and most controllers derive from their program's name. */
  readonly manager: string;
  readonly operation: string;
  /** RFC 3339, whole seconds; when that manager last changed its set of fields. */
  readonly time: string | undefined;
}

/**
 * The manager that most likely made a change: the latest one other than us that owns a field on one of `paths`, else
 * the latest one at all. Removals and deletions leave no trace, so `undefined` is common.
 */
export function attributeChange(live: KubeObject, paths: readonly string[], manager: string): ChangeAuthor | undefined {
  const others = (live.metadata.managedFields ?? []).filter(
    (entry) => entry.manager !== manager && entry.subresource !== 'status',
  );
  const owning = others.filter((entry) => paths.some((path) => ownsPath(entry.fieldsV1, path)));
  const [latest] = owning.sort((a, b) => (b.time ?? '').localeCompare(a.time ?? ''));
  return latest === undefined ? undefined : authorOf(latest);
}

function authorOf(entry: ManagedFieldsEntry): ChangeAuthor {
  return { manager: entry.manager ?? 'unknown', operation: entry.operation ?? 'Update', time: entry.time };
}

/** Follows the plain field names of a path as far as they lead; list entries end the walk in favour of the manager. */
function ownsPath(fields: JsonObject | undefined, path: string): boolean {
  let node: unknown = fields;
  const cut = path.indexOf('[');
  for (const name of (cut < 0 ? path : path.slice(0, cut)).split('.')) {
    if (!isObject(node)) return false;
    if (!Object.hasOwn(node, `f:${name}`)) return false;
    node = node[`f:${name}`];
  }
  return true;
}
