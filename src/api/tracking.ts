import { parseApiVersion } from '../object/kube-object.ts';
import { ANNOTATIONS } from './annotations.ts';

/** Which application owns an object and which object it means: `app:group/Kind:namespace/name`. */
export interface TrackingId {
  /** See {@link instanceName}. */
  readonly application: string;
  /** `''` for the core group. */
  readonly group: string;
  readonly kind: string;
  /** For cluster-scoped objects the destination namespace of the application, as Argo CD writes it. */
  readonly namespace: string;
  readonly name: string;
}

/** What tracking needs to know of an object. */
export interface TrackedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/**
 * The name by which an application's objects know it: its own, or `namespace_name` when it lives outside the
 * control namespace.
 * @see https://github.com/argoproj/argo-cd/blob/37ee0097cf851bc2dd7665fc081bbce61a7e836e/pkg/apis/application/v1alpha1/types.go#L4137
 */
export function instanceName(
  application: { readonly name: string; readonly namespace?: string },
  controlNamespace: string,
): string {
  const { name, namespace = '' } = application;
  return namespace === '' || namespace === controlNamespace ? name : `${namespace}_${name}`;
}

/**
 * The value of the tracking annotation for `object`. Where the object has no namespace, because it is
 * cluster-scoped or because it will get the destination's, the destination namespace stands in the id: Argo CD
 * writes it before it knows the scope.
 * @param destinationNamespace `spec.destination.namespace` of the application, `''` if absent
 * @see https://github.com/argoproj/argo-cd/blob/37ee0097cf851bc2dd7665fc081bbce61a7e836e/util/argo/resource_tracking.go
 */
export function trackingId(application: string, object: TrackedObject, destinationNamespace: string): string {
  const { name, namespace = '' } = object.metadata;
  return formatTrackingId({
    application,
    group: parseApiVersion(object.apiVersion).group,
    kind: object.kind,
    namespace: namespace === '' ? destinationNamespace : namespace,
    name,
  });
}

/** The text of an id. */
export function formatTrackingId(id: TrackingId): string {
  return `${id.application}:${id.group}/${id.kind}:${id.namespace}/${id.name}`;
}

/** The inverse of {@link formatTrackingId}; `undefined` for anything else. Names may hold colons (RBAC), never slashes. */
export function parseTrackingId(text: string): TrackingId | undefined {
  const firstColon = text.indexOf(':');
  const secondColon = text.indexOf(':', firstColon + 1);
  if (firstColon < 0 || secondColon < 0) return undefined;
  const kindParts = text.slice(firstColon + 1, secondColon).split('/');
  const nameParts = text.slice(secondColon + 1).split('/');
  const [group, kind] = kindParts;
  const [namespace, name] = nameParts;
  if (kindParts.length !== 2 || nameParts.length !== 2) return undefined;
  if (group === undefined || kind === undefined || namespace === undefined || name === undefined) return undefined;
  return { application: text.slice(0, firstColon), group, kind, namespace, name };
}

/** The tracking id that an object carries; `undefined` when it carries none that can be read. */
export function trackingIdOf(object: TrackedObject): TrackingId | undefined {
  const text = object.metadata.annotations?.[ANNOTATIONS.trackingId];
  return typeof text === 'string' ? parseTrackingId(text) : undefined;
}

/**
 * Whether the id names this very object. An annotation is copied easily (Service to EndpointSlice, `kubectl get |
 * apply` under another name), and an object with a copied id belongs to nobody. Cluster-scoped objects match
 * whatever namespace the id holds.
 * @see https://github.com/argoproj/argo-cd/blob/37ee0097cf851bc2dd7665fc081bbce61a7e836e/controller/state.go#L1392
 */
export function trackingIdNames(id: TrackingId, object: TrackedObject): boolean {
  const { name, namespace = '' } = object.metadata;
  return (
    (namespace === '' || namespace === id.namespace) &&
    name === id.name &&
    object.kind === id.kind &&
    parseApiVersion(object.apiVersion).group === id.group
  );
}

/** Whether `object` belongs to `application` (an {@link instanceName}): its id names both. */
export function isTrackedBy(application: string, object: TrackedObject): boolean {
  const id = trackingIdOf(object);
  return id !== undefined && id.application === application && trackingIdNames(id, object);
}
