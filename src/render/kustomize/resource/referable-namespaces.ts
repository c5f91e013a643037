import { KustomizeError } from '../kustomize-error.ts';
import { fieldValue } from '../node/fields.ts';
import { isString } from '../node/node.ts';
import { formatResId } from './res-id.ts';
import type { Resource } from './resource.ts';

/**
 * Namespaces of the service accounts that a RoleBinding names; none for other kinds.
 * @throws {KustomizeError} if the namespace of such a subject is no text
 */
export function referableNamespaces(resource: Resource): ReadonlySet<string> {
  const namespaces = new Set<string>();
  if (resource.kind !== 'RoleBinding') return namespaces;
  const subjects = fieldValue(resource.node, 'subjects');
  if (subjects?.kind !== 'sequence') return namespaces;
  for (const subject of subjects.content) {
    const namespace = fieldValue(subject, 'namespace');
    if (namespace === undefined || fieldValue(subject, 'kind')?.value !== 'ServiceAccount') continue;
    if (!isString(namespace)) {
      const id = JSON.stringify(formatResId(resource.curId()));
      throw new KustomizeError(`Invalid Input: namespace is blank for resource ${id}\n`);
    }
    namespaces.add(namespace.value);
  }
  return namespaces;
}
