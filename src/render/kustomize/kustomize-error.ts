/**
 * What stops a build. The message is for people and says what real kustomize says: file, identifiers and cause.
 * `buildKustomization` turns it into a HoldfastError at the engine's edge.
 */
export class KustomizeError extends Error {
  override readonly name: string = 'KustomizeError';
}

/** A file that is no YAML, or no Kubernetes object: real kustomize treats it unlike other failures of a resource. */
export class MalformedYamlError extends KustomizeError {
  override readonly name: string = 'MalformedYamlError';
}

/** The same error with `prefix: ` before its message, of the same class. */
export function wrapError(error: unknown, prefix: string): Error {
  if (!(error instanceof KustomizeError)) return error instanceof Error ? error : new Error(String(error));
  const Class = error instanceof MalformedYamlError ? MalformedYamlError : KustomizeError;
  return new Class(`${prefix}: ${error.message}`, { cause: error });
}
