import { HoldfastError } from '../../../lib/errors.ts';
import type { JsonObject } from '../../../object/kube-object.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import { decodeDocument } from './decode-document.ts';
import { decodeStrictly } from './go-type.ts';
import type { Kustomization } from './kustomization.ts';
import { KUSTOMIZATION } from './kustomization-type.ts';
import { migrateKustomization } from './migrate-kustomization.ts';

/** A kustomization file and what is to be said about it. */
export interface ParsedKustomization {
  readonly kustomization: Kustomization;
  /** As the real tool writes them to stderr. */
  readonly warnings: readonly string[];
}

/** The names that a kustomization file may have; a folder holds one of them. */
export const KUSTOMIZATION_FILES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** `kind` of a kustomization that changes what another one has gathered. */
export const COMPONENT_KIND = 'Component';

/**
 * Reads a kustomization file. Field names match in any case; unknown ones and wrong types are errors.
 * @param folder for messages
 * @throws {KustomizeError} if it is no YAML, no kustomization, or an empty one
 */
export function parseKustomization(text: string, folder: string): ParsedKustomization {
  const fields = decodeFields(text, `the kustomization file of ${folder === '' ? '.' : folder}`);
  const warnings = DEPRECATIONS.filter(([field]) => fields[field] !== undefined).map(([, warning]) => warning);
  const kustomization = migrateKustomization(fields);
  if (Object.keys(kustomization).every((field) => field === 'kind' || field === 'apiVersion')) {
    throw new KustomizeError('kustomization.yaml is empty');
  }
  requireVersion(kustomization, folder);
  return { kustomization, warnings };
}

/**
 * Reads a kustomization file that is about to be changed: as `parseKustomization`, but it may be empty and of any kind.
 * @throws {KustomizeError} if it is no YAML, or has fields that no kustomization has
 */
export function readKustomization(text: string): Kustomization {
  return migrateKustomization(decodeFields(text, 'the kustomization file'));
}

function decodeFields(text: string, file: string): JsonObject {
  try {
    return decodeStrictly(decodeDocument(text, file), KUSTOMIZATION);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'RENDER_YAML') {
      throw new KustomizeError(`invalid Kustomization: ${error.message}`, { cause: error });
    }
    throw error instanceof KustomizeError ? wrapError(error, 'invalid Kustomization') : error;
  }
}

function requireVersion({ kind, apiVersion }: Kustomization, folder: string): void {
  const problems: string[] = [];
  if (kind !== 'Kustomization' && kind !== COMPONENT_KIND) problems.push('kind should be Kustomization or Component');
  const version = `kustomize.config.k8s.io/${kind === COMPONENT_KIND ? 'v1alpha1' : 'v1beta1'}`;
  if (apiVersion !== version) problems.push(`apiVersion for ${kind} should be ${version}`);
  if (problems.length === 0) return;
  throw new KustomizeError(`Failed to read kustomization file under ${folder}:\n${problems.join('\n')}`);
}

/** Warnings that name a field and its successor, in the order in which they are given. */
const DEPRECATIONS: readonly (readonly [field: string, warning: string])[] = [
  deprecation('bases', 'resources'),
  deprecation('commonLabels', 'labels'),
  deprecation('imageTags', 'images'),
  deprecation('patchesJson6902', 'patches'),
  deprecation('patchesStrategicMerge', 'patches'),
  deprecation('vars', 'replacements', '[EXPERIMENTAL] '),
];

function deprecation(field: string, successor: string, note = ''): readonly [field: string, warning: string] {
  const advice = `${note}Run 'kustomize edit fix' to update your Kustomization automatically.`;
  return [field, `# Warning: '${field}' is deprecated. Please use '${successor}' instead. ${advice}`];
}
