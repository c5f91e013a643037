import { quoteString } from './go-string.ts';
import type { TemplateAstNode } from './nodes.ts';
import { locateNode, showNode } from './show-node.ts';

/** A template that cannot be parsed; the message is Go's: `template: NAME:LINE: …`. */
export class TemplateParseError extends Error {
  override readonly name = 'TemplateParseError';
}

/**
 * A template that failed while it ran; the message is Go's: `template: NAME:LINE:COLUMN: executing "NAME" at
 * <SOURCE>: …`. `cause` is the error that a function returned, as Go's errors.Unwrap finds it.
 */
export class TemplateExecError extends Error {
  override readonly name = 'TemplateExecError';
}

/** A render that went beyond its limits; not an error that a template can see. */
export class TemplateLimitError extends Error {
  override readonly name = 'TemplateLimitError';
  /** What there was too much of: steps and output, or templates within templates. */
  readonly limit: 'work' | 'depth';

  constructor(message: string, limit: 'work' | 'depth', cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.limit = limit;
  }
}

/** The error of a template `name` that is at `node`. */
export function execError(
  name: string,
  node: TemplateAstNode | undefined,
  message: string,
  cause?: unknown,
): TemplateExecError {
  const place = node === undefined ? name : placeOf(name, node);
  return new TemplateExecError(`template: ${place}: ${message}`, cause === undefined ? undefined : { cause });
}

/** Where a template is: `NAME:LINE:COLUMN: executing "NAME" at <SOURCE>`. */
export function placeOf(name: string, node: TemplateAstNode): string {
  return `${locateNode(node)}: executing ${quoteString(name)} at <${showNode(node)}>`;
}
