/**
 * What stops the rendering of a chart. The message is for people and says what real Helm says: file, identifiers and
 * cause. The engine's edge turns it into a HoldfastError.
 */
export class HelmError extends Error {
  override readonly name: string = 'HelmError';
}

/**
 * What stops a render after the release was made: the chart does not fit the cluster, a template fails, or what one
 * printed is no YAML.
 */
export class ChartRenderError extends HelmError {
  override readonly name = 'ChartRenderError';
  /** What the templates printed, by template name, when all of them ran. */
  readonly files: ReadonlyMap<string, string>;

  constructor(message: string, options: { cause?: unknown; files?: ReadonlyMap<string, string> } = {}) {
    super(message, { cause: options.cause });
    this.files = options.files ?? new Map();
  }
}

/** The same error with `prefix: ` before its message, as Go's `fmt.Errorf("…: %w")` builds it. */
export function wrapHelmError(error: unknown, prefix: string): HelmError {
  const message = error instanceof Error ? error.message : String(error);
  return new HelmError(`${prefix}: ${message}`, { cause: error });
}
