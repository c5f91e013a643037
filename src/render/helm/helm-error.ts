/**
 * What stops the rendering of a chart. The message is for people and says what real Helm says: file, identifiers and
 * cause. The engine's edge turns it into a HoldfastError.
 */
export class HelmError extends Error {
  override readonly name: string = 'HelmError';
}

/** The same error with `prefix: ` before its message, as Go's `fmt.Errorf("…: %w")` builds it. */
export function wrapHelmError(error: unknown, prefix: string): HelmError {
  const message = error instanceof Error ? error.message : String(error);
  return new HelmError(`${prefix}: ${message}`, { cause: error });
}
