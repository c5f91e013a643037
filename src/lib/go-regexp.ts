import { RE2JS } from 're2js';

/** A compiled pattern. */
export interface GoRegexp {
  /** Whether the text holds a match, wherever. Takes time in proportion to the text, as in Go. */
  test(text: string): boolean;
}

/** A pattern that is no regular expression of Go; the message is Go's: `error parsing regexp: …`. */
export class GoRegexpError extends Error {
  override readonly name = 'GoRegexpError';
}

/**
 * Compiles a regular expression of Go's package regexp: no look-around and no back references, `$` is the very end,
 * `\w`, `\d`, `\s` and `\b` are ASCII. No pattern takes more than linear time.
 * @throws {GoRegexpError} with Go's message
 */
export function compileGoRegexp(pattern: string): GoRegexp {
  const known = recent.get(pattern);
  if (known !== undefined) return known;
  const compiled = compile(pattern);
  if (recent.size >= MAX_RECENT) recent.clear();
  recent.set(pattern, compiled);
  return compiled;
}

/** Builds compile the same few patterns for each object. */
const recent = new Map<string, GoRegexp>();
const MAX_RECENT = 500;

function compile(pattern: string): GoRegexp {
  // A word with nothing but anchors around it means the same to JavaScript, and most patterns are one.
  if (/^\^?[\w/-]*\$?$/.test(pattern)) {
    const expression = new RegExp(pattern);
    return { test: (text) => expression.test(text) };
  }
  try {
    const expression = RE2JS.compile(pattern);
    return { test: (text) => expression.matcher(text).find() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Go quotes the rest of the pattern even where there is none.
    throw new GoRegexpError(message.replace(/at end of expression$/, '$&: ``'), { cause: error });
  }
}
