import { matchProgram } from './go-regexp-program.ts';
import { type GoSyntax, parseGoRegexp } from './go-regexp-syntax.ts';

export { GoRegexpError } from './go-regexp-syntax.ts';

/** A compiled pattern. */
export interface GoRegexp {
  /** Whether the text holds a match, wherever. Takes time in proportion to the text, as in Go. */
  test(text: string): boolean;
}

/**
 * Compiles a regular expression of Go's package regexp: no look-around and no back references, `$` is the very end,
 * `\w`, `\d`, `\s` and `\b` are ASCII.
 *
 * A pattern that JavaScript's backtracking could take long over is run another way, so that no pattern stalls a build.
 *
 * @throws {GoRegexpError} with Go's message
 */
export function compileGoRegexp(pattern: string): GoRegexp {
  const known = recent.get(pattern);
  if (known !== undefined) return known;
  const compiled = compile(parseGoRegexp(pattern));
  if (recent.size >= MAX_RECENT) recent.clear();
  recent.set(pattern, compiled);
  return compiled;
}

/** Builds compile the same few patterns for each object. */
const recent = new Map<string, GoRegexp>();
const MAX_RECENT = 500;

function compile(syntax: GoSyntax): GoRegexp {
  if (!isSafe(syntax)) return matchProgram(syntax);
  const expression = new RegExp(printSyntax(syntax), 'u');
  return { test: (text) => expression.test(text) };
}

/** Two repetitions take backtracking at most the cube of the text's length, in practice far less. */
const MAX_REPETITIONS = 2;
const MAX_SAFE_TIMES = 32;

function isSafe(syntax: GoSyntax): boolean {
  return countRepetitions(syntax, false) <= MAX_REPETITIONS;
}

/** Repetitions that may go on for long; one inside another counts as too many. */
function countRepetitions(syntax: GoSyntax, isInside: boolean): number {
  if (syntax.type === 'char' || syntax.type === 'assert') return 0;
  if (syntax.type !== 'repeat') return syntax.items.reduce((sum, item) => sum + countRepetitions(item, isInside), 0);
  const isShort = syntax.max <= 1 || (syntax.max <= MAX_SAFE_TIMES && syntax.item.type === 'char');
  if (isShort && !isInside) return countRepetitions(syntax.item, isInside);
  if (isInside || syntax.item.type === 'repeat') return Number.POSITIVE_INFINITY;
  return 1 + countRepetitions(syntax.item, true) + countChoices(syntax.item);
}

/** A choice that is repeated can be as bad as a repetition that is. */
function countChoices(syntax: GoSyntax): number {
  if (syntax.type === 'alternate') return Number.POSITIVE_INFINITY;
  return syntax.type === 'concat' ? syntax.items.reduce((sum, item) => sum + countChoices(item), 0) : 0;
}

function printSyntax(syntax: GoSyntax): string {
  if (syntax.type === 'repeat') return `(?:${printSyntax(syntax.item)})${printTimes(syntax.min, syntax.max)}`;
  if (syntax.type === 'alternate') return `(?:${syntax.items.map(printSyntax).join('|')})`;
  return syntax.type === 'concat' ? syntax.items.map(printSyntax).join('') : syntax.source;
}

function printTimes(min: number, max: number): string {
  return `{${min},${Number.isFinite(max) ? max : ''}}`;
}
