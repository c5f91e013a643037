import { type JsonObject, parseApiVersion } from '../../../object/kube-object.ts';
import { readGvk } from '../config/field-spec.ts';
import { StructReader } from '../config/struct-reader.ts';
import { formatGvk, makeResId, type ResId } from '../resource/res-id.ts';

/** A variable of a kustomization: `$(NAME)` stands for the value of a field of a resource. */
export interface Var {
  readonly name: string;
  /** The resource, by its original name; an empty namespace stands for any. */
  readonly objref: ResId;
  /** As {@link splitBracketedPath} reads it, `.` between names. */
  readonly fieldPath: string;
}

/** The field that a var takes its value from, and a replacement too, unless it says otherwise. */
export const DEFAULT_FIELD_PATH = 'metadata.name';

/**
 * A var of an entry of `vars:`.
 * @throws {KustomizeError} if a field has the wrong type
 * @see sigs.k8s.io/kustomize/api v0.21.2 types/var.go
 */
export function readVar(config: JsonObject): Var {
  const fields = new StructReader(config, 'Var');
  const objref = fields.struct('objref', 'types.Target', (target) => {
    const apiVersion = target.text('apiVersion');
    const gvk = withApiVersion(readGvk(target), apiVersion);
    return makeResId({ ...gvk, name: target.text('name'), namespace: target.text('namespace') });
  });
  const fieldPath = fields.struct('fieldref', 'types.FieldSelector', (selector) => selector.text('fieldPath'));
  return { name: fields.text('name'), objref, fieldPath };
}

/** The var as messages of kustomize name it. */
export function describeVar({ name, objref, fieldPath }: Var): string {
  return `{${name} ${formatGvk(objref)} {${fieldPath}}}`;
}

function withApiVersion<T extends { group: string; version: string }>(gvk: T, apiVersion: string): T {
  const parts = apiVersion.split('/').length;
  if (apiVersion === '' || parts > 2) return gvk;
  const { group, version } = parseApiVersion(apiVersion);
  return { ...gvk, group: parts === 2 ? group : gvk.group, version };
}
