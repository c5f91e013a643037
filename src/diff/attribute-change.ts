import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../object/kube-object.ts';
import { isLeaf, isObject } from './field-set.ts';

/** Who wrote to an object last, beside us. */
export interface ChangeAuthor {
  /** Field manager, which kubectl and most controllers derive from their program's name. */
  readonly manager: string;
  readonly operation: string;
  /** RFC 3339, whole seconds; when that manager last changed its set of fields. */
  readonly time: string | undefined;
}

/**
 * The manager that most likely made a change: the latest one other than us that owns a field on one of `paths`.
 * Removals and deletions leave no trace, so `undefined` is common.
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

/** List entries end the walk: whoever owns the list that far is taken for the author. */
function ownsPath(fields: JsonObject | undefined, path: string): boolean {
  const cut = path.indexOf('[');
  return fields !== undefined && ownsNames(fields, cut < 0 ? path : path.slice(0, cut));
}

/** Names may hold dots (annotations, files in a ConfigMap), so every owned name that `rest` begins with is tried. */
function ownsNames(node: JsonObject, rest: string): boolean {
  return Object.entries(node).some(([key, child]) => {
    const name = key.slice(2);
    if (!key.startsWith('f:') || !isObject(child)) return false;
    if (rest === name) return true;
    // A node without children owns all that is below it.
    return rest.startsWith(`${name}.`) && (isLeaf(child) || ownsNames(child, rest.slice(name.length + 1)));
  });
}
