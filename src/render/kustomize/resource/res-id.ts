import { type GroupVersionKind, parseApiVersion } from '../../../object/kube-object.ts';

/** Group, version and kind; in a selector an empty part matches anything. */
export type Gvk = GroupVersionKind;

/**
 * Names an object. kyaml's resid.ResId.
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 resid/resid.go
 */
export interface ResId extends Gvk {
  readonly name: string;
  /** As written; empty where the object has none. */
  readonly namespace: string;
  /** Whether the schema of the build knows the kind to be outside of namespaces; false for what was made of texts. */
  readonly isClusterScoped: boolean;
}

/** The effective namespace of what is outside of namespaces. */
export const NO_NAMESPACE = '_non_namespaceable_';

/** The effective namespace of what does not say one. */
export const DEFAULT_NAMESPACE = 'default';

/** An id of its parts; missing ones are empty. */
export function makeResId(parts: Partial<ResId>): ResId {
  const { group = '', version = '', kind = '', name = '', namespace = '', isClusterScoped = false } = parts;
  return { group, version, kind, name, namespace, isClusterScoped };
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(gvk: Gvk): string {
  return gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`;
}

/** Group and version of `apiVersion` with `kind`. */
export function makeGvk(apiVersion: string, kind: string): Gvk {
  return { ...parseApiVersion(apiVersion), kind };
}

/** `Deployment.v1.apps`; empty parts as `[noKind]`, `[noVer]` and `[noGrp]`. kyaml's Gvk.String. */
export function formatGvk({ group, version, kind }: Gvk): string {
  return `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}`;
}

/** `Deployment.v1.apps/web.prod`; empty parts as in {@link formatGvk}, `[noName]` and `[noNs]`. kyaml's ResId.String. */
export function formatResId(id: ResId): string {
  return `${formatGvk(id)}/${id.name || '[noName]'}.${id.namespace || '[noNs]'}`;
}

/** An id as Go's `%#v` prints it, which some messages of kustomize do. */
export function formatGoResId(id: ResId): string {
  const { group, version, kind, name, namespace, isClusterScoped } = id;
  const gvk = `Group:${quote(group)}, Version:${quote(version)}, Kind:${quote(kind)}, isClusterScoped:${isClusterScoped}`;
  return `resid.ResId{Gvk:resid.Gvk{${gvk}}, Name:${quote(name)}, Namespace:${quote(namespace)}}`;
}

/** The inverse of {@link formatResId}. kyaml's resid.FromString. */
export function parseResId(text: string): ResId {
  const [gvkText = '', nameText = ''] = text.split('/');
  const dot = nameText.lastIndexOf('.');
  const namespace = unless(nameText.slice(dot + 1), '[noNs]');
  return makeResId({ ...parseGvk(gvkText), name: unless(nameText.slice(0, Math.max(dot, 0)), '[noName]'), namespace });
}

/** The inverse of {@link formatGvk}. */
export function parseGvk(text: string): Gvk {
  const [kind, version, ...group] = text.split('.');
  if (kind === undefined || version === undefined || group.length === 0) {
    return { group: '[noGrp]', version: '[noVer]', kind: '[noKind]' };
  }
  return {
    group: unless(group.join('.'), '[noGrp]'),
    version: unless(version, '[noVer]'),
    kind: unless(kind, '[noKind]'),
  };
}

/** Never empty: {@link NO_NAMESPACE}, {@link DEFAULT_NAMESPACE} or the namespace. */
export function effectiveNamespace(id: ResId): string {
  if (id.isClusterScoped) return NO_NAMESPACE;
  return id.namespace === '' ? DEFAULT_NAMESPACE : id.namespace;
}

/** Same effective namespace. */
export function isNamespaceEqual(a: ResId, b: ResId): boolean {
  return effectiveNamespace(a) === effectiveNamespace(b);
}

/** Same group, version and kind. */
export function isGvkEqual(a: Gvk, b: Gvk): boolean {
  return a.kind === b.kind && a.group === b.group && a.version === b.version;
}

/** Same group, version, kind and name. */
export function isGvknEqual(a: ResId, b: ResId): boolean {
  return a.name === b.name && isGvkEqual(a, b);
}

/** Same group, version, kind, name and effective namespace. kyaml's ResId.Equals. */
export function isResIdEqual(a: ResId, b: ResId): boolean {
  return isGvknEqual(a, b) && isNamespaceEqual(a, b);
}

/** A text that two ids share exactly when {@link isResIdEqual} says that they are equal. */
export function resIdKey(id: ResId): string {
  return `${id.group}\0${id.version}\0${id.kind}\0${id.name}\0${effectiveNamespace(id)}`;
}

/** Whether each part of `selector` is empty or equal. kyaml's Gvk.IsSelected. */
export function isGvkSelected(gvk: Gvk, selector: Gvk): boolean {
  return (
    (selector.kind === '' || selector.kind === gvk.kind) &&
    (selector.group === '' || selector.group === gvk.group) &&
    (selector.version === '' || selector.version === gvk.version)
  );
}

/** Whether each part of `selector` is empty or equal, of namespaces the effective ones. kyaml's ResId.IsSelectedBy. */
export function isResIdSelected(id: ResId, selector: ResId): boolean {
  return (
    (selector.name === '' || selector.name === id.name) &&
    (selector.namespace === '' || isNamespaceEqual(selector, id)) &&
    isGvkSelected(id, selector)
  );
}

/** Whether no part of the id says anything. */
export function isResIdEmpty(id: ResId): boolean {
  return id.group + id.version + id.kind + id.name + id.namespace === '';
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function unless(text: string, placeholder: string): string {
  return text === placeholder ? '' : text;
}
