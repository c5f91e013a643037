import type { JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import { decodeNode } from '../node/decode-node.ts';
import type { Resource } from '../resource/resource.ts';
import { describeObject } from './describe-object.ts';

/**
 * The object of a resource as plain JSON.
 * @throws {KustomizeError} if it is something that kustomize cannot print: it has keys that are no strings, or texts with
 *   control characters
 */
export function toManifest({ root }: Resource): JsonObject {
  try {
    const manifest = decodeNode(root) as JsonObject;
    if (holdsControls(manifest)) throw new KustomizeError('yaml: control characters are not allowed');
    return manifest;
  } catch (error) {
    throw wrapError(error, describeObject(root));
  }
}

/** DEL, C1 controls but NEL, and non-characters, which Go's encoder of JSON passes on and its reader of YAML refuses. */
const CONTROL = /[\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

function holdsControls(value: JsonValue): boolean {
  if (typeof value === 'string') return CONTROL.test(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsControls);
  for (const key of Object.keys(value)) if (CONTROL.test(key) || holdsControls(value[key] ?? null)) return true;
  return false;
}
