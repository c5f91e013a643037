import type { Resource } from '../resource/resource.ts';
import { applyJsonPatch } from './apply-json-patch.ts';
import type { PatchOperation } from './decode-json-patch.ts';

/**
 * Applies a JSON patch to a resource. What the build noted in its annotations outlives the patch.
 * @throws {KustomizeError} if an operation cannot be applied
 */
export function patchResource(resource: Resource, operations: readonly PatchOperation[]): void {
  const noted = [...resource.annotations()].filter(([name]) => isInternal(name));
  resource.node = applyJsonPatch(resource.root, operations);
  resource.setAnnotations(new Map([...resource.annotations(), ...noted]));
}

/** kyaml's GetInternalAnnotations. */
function isInternal(name: string): boolean {
  return name.startsWith('internal.config.kubernetes.io/') || LEGACY_ANNOTATIONS.has(name);
}

const LEGACY_ANNOTATIONS: ReadonlySet<string> = new Set([
  'config.kubernetes.io/path',
  'config.kubernetes.io/index',
  'config.k8s.io/id',
]);
