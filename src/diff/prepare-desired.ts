import { createHash } from 'node:crypto';
import { ANNOTATIONS, HOLDFAST } from '../api/annotations.ts';
import { trackingId } from '../api/tracking.ts';
import {
  type GroupVersionKind,
  gvkOf,
  type JsonObject,
  type JsonValue,
  type KubeObject,
  keyOf,
  type ObjectKey,
} from '../object/kube-object.ts';
import { printJson } from '../yaml/json.ts';
import { isObject } from './field-set.ts';

/** A manifest as it will be applied. Frozen by convention: nobody changes it after this stage. */
export interface Desired {
  readonly key: ObjectKey;
  readonly gvk: GroupVersionKind;
  readonly namespace: string;
  readonly name: string;
  readonly object: KubeObject;
  /** JSON text of `object`, the body of an apply. */
  readonly body: string;
  /** SHA-256 of `body`. */
  readonly hash: string;
  /** Where the manifest came from, for messages: `file:line`. */
  readonly origin: string;
}

/** What a kind's scope does to a manifest. */
export interface KindScope {
  readonly namespaced: boolean;
  readonly statusSubresource: boolean;
}

/** The application that a manifest belongs to. */
export interface DesiredContext {
  /** Name in tracking ids. */
  readonly instanceName: string;
  readonly installationId: string;
  /** Namespace of manifests that name none; `''` when the application states none. */
  readonly destinationNamespace: string;
}

/**
 * Turns a rendered manifest into what is applied: namespace settled, marked as ours, and without what the server
 * resets anyway, so that equal intent has an equal hash. The input stays untouched.
 */
export function prepareDesired(
  manifest: KubeObject,
  scope: KindScope,
  context: DesiredContext,
  origin: string,
): Desired {
  const object = structuredCloneJson(manifest) as KubeObject;
  const id = trackingId(context.instanceName, object, context.destinationNamespace);
  settleNamespace(object, scope.namespaced, context.destinationNamespace);
  stripServerFields(object, scope.statusSubresource);
  if (object.apiVersion === 'v1' && object.kind === 'Secret') foldStringData(object);
  object.metadata.annotations = { ...object.metadata.annotations, [ANNOTATIONS.trackingId]: id };
  object.metadata.labels = { ...object.metadata.labels, [HOLDFAST.instanceLabel]: context.installationId };
  const body = printJson(object as unknown as JsonValue);
  return {
    key: keyOf(object),
    gvk: gvkOf(object),
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    object,
    body,
    hash: createHash('sha256').update(body).digest('base64'),
    origin,
  };
}

/** Deep copy that keeps bigint and treats every key as plain data. */
function structuredCloneJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCloneJson);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, structuredCloneJson(item)]));
}

function settleNamespace(object: KubeObject, namespaced: boolean, destination: string): void {
  if (!namespaced) delete object.metadata.namespace;
  else if ((object.metadata.namespace ?? '') === '') object.metadata.namespace = destination;
}

function stripServerFields(object: KubeObject, statusSubresource: boolean): void {
  const metadata = object.metadata as unknown as JsonObject;
  for (const field of ['creationTimestamp', 'resourceVersion', 'uid', 'generation', 'selfLink', 'managedFields']) {
    delete metadata[field];
  }
  // An apply of a kind whose status is a subresource ignores it; elsewhere status is a field like any other.
  if (statusSubresource) delete object['status'];
}

/** stringData is write-only: the server folds it into data, so a comparison must start from there. */
function foldStringData(secret: KubeObject): void {
  const { stringData } = secret;
  if (!isObject(stringData)) return;
  const folded: [string, string][] = [];
  for (const [name, text] of Object.entries(stringData)) {
    // Anything else than text is the server's to refuse.
    if (typeof text !== 'string') return;
    folded.push([name, Buffer.from(text, 'utf8').toString('base64')]);
  }
  secret['data'] = { ...(isObject(secret['data']) ? secret['data'] : {}), ...Object.fromEntries(folded) };
  delete secret['stringData'];
}
