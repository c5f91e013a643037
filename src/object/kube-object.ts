/** JSON as it comes from YAML or the API server. */
export type JsonValue = string | number | bigint | boolean | null | JsonValue[] | { [key: string]: JsonValue };
/** A JSON object. Keys may be anything, `__proto__` included: build with `Object.create(null)`-safe code only. */
export type JsonObject = { [key: string]: JsonValue };

/** One entry of `metadata.managedFields`. */
export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: 'Apply' | 'Update';
  readonly apiVersion?: string;
  readonly time?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: JsonObject;
  readonly subresource?: string;
}

/** The parts of `metadata` that Holdfast reads. Everything else is carried along untouched. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  generateName?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
  managedFields?: ManagedFieldsEntry[];
}

/** A Kubernetes object as plain JSON, known only to have a kind and metadata. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** Group, version and kind; `group` is `''` for the core group. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Splits `apiVersion` ("v1", "apps/v1") into group and version. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The group, version and kind of an object. */
export function gvkOf(object: { apiVersion: string; kind: string }): GroupVersionKind {
  return { ...parseApiVersion(object.apiVersion), kind: object.kind };
}

/** Identifies an object in a cluster whatever version it is written in: `group/Kind/namespace/name`. */
export type ObjectKey = string & { readonly brand: 'ObjectKey' };

/** The parts of an {@link ObjectKey}; `namespace` is `''` for cluster-scoped objects. */
export interface ObjectKeyParts {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Builds the key of an object. No part can hold a slash: the API server refuses such names. */
export function objectKey(parts: ObjectKeyParts): ObjectKey {
  return `${parts.group}/${parts.kind}/${parts.namespace}/${parts.name}` as ObjectKey;
}

/** The key of an object that already carries its namespace. */
export function keyOf(object: KubeObject): ObjectKey {
  const { group } = parseApiVersion(object.apiVersion);
  return objectKey({
    group,
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
  });
}

/** The inverse of {@link objectKey}. */
export function parseObjectKey(key: ObjectKey): ObjectKeyParts {
  const [group = '', kind = '', namespace = '', ...name] = key.split('/');
  return { group, kind, namespace, name: name.join('/') };
}

/** `Deployment "web/api"`, as error messages name an object. */
export function describeKey(key: ObjectKey): string {
  const { kind, namespace, name } = parseObjectKey(key);
  return `${kind} "${namespace === '' ? name : `${namespace}/${name}`}"`;
}
