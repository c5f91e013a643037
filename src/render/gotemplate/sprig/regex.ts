import { GoRegexpError } from '../../../lib/go-regexp.ts';
import { type CallContext, define, type FunctionTable, GoFunctionError } from '../function-table.ts';
import { canBackquote, quoteString } from '../go-string.ts';
import { type GoValue, typedList } from '../value.ts';
import { intArgument, textArgument } from './arguments.ts';
import { expandReplacement } from './expand-replacement.ts';
import { compilePattern, findAll, type PatternFinder } from './find-pattern.ts';
import { nilList } from './nil-value.ts';
import type { MatchPlaces } from './regexp-program.ts';

/**
 * Sprig's functions of regular expressions. Those that begin with `must` return a wrong pattern as an error, the others
 * panic with it, `regexMatch` apart, which then says false.
 *
 * @see https://github.com/Masterminds/sprig/blob/v3.3.0/regex.go
 */
export const REGEX_FUNCTIONS: FunctionTable = new Map([
  ['regexMatch', define(['string', 'string'], (args, context) => isMatch(args, context, () => undefined))],
  ['mustRegexMatch', define(['string', 'string'], (args, context) => isMatch(args, context, refuse))],
  ['regexFind', define(['string', 'string'], (args, context) => findFirst(args, context, panic))],
  ['mustRegexFind', define(['string', 'string'], (args, context) => findFirst(args, context, refuse))],
  ['regexFindAll', define(['string', 'string', 'int'], (args, context) => findTexts(args, context, panic))],
  ['mustRegexFindAll', define(['string', 'string', 'int'], (args, context) => findTexts(args, context, refuse))],
  ['regexReplaceAll', define(['string', 'string', 'string'], (args, context) => replaceAll(args, context, panic))],
  ['mustRegexReplaceAll', define(['string', 'string', 'string'], (args, context) => replaceAll(args, context, refuse))],
  [
    'regexReplaceAllLiteral',
    define(['string', 'string', 'string'], (args, context) => replacePlain(args, context, panic)),
  ],
  [
    'mustRegexReplaceAllLiteral',
    define(['string', 'string', 'string'], (args, context) => replacePlain(args, context, refuse)),
  ],
  ['regexSplit', define(['string', 'string', 'int'], (args, context) => split(args, context, panic))],
  ['mustRegexSplit', define(['string', 'string', 'int'], (args, context) => split(args, context, refuse))],
  ['regexQuoteMeta', define(['string'], ([text]) => textArgument(text).replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&'))],
]);

/** What becomes of a pattern that is wrong. */
type OnWrong = (error: GoRegexpError, pattern: string) => undefined;

function refuse(error: GoRegexpError): never {
  throw new GoFunctionError(error.message);
}

function panic(error: GoRegexpError, pattern: string): never {
  const quoted = canBackquote(pattern) ? `\`${pattern}\`` : quoteString(pattern);
  throw new GoFunctionError(`regexp: Compile(${quoted}): ${error.message}`);
}

/** How many steps at one character are worth a unit of work. */
const STEPS_PER_CHARGE = 16;

/** Compiles the first argument; the second is the text to look at, which is charged for. */
function compile(args: readonly GoValue[], context: CallContext, onWrong: OnWrong): PatternFinder | undefined {
  const pattern = textArgument(args[0]);
  const length = textArgument(args[1]).length;
  try {
    const finder = compilePattern(pattern);
    context.charge(pattern.length + length + Math.ceil((length * finder.steps) / STEPS_PER_CHARGE));
    return finder;
  } catch (error) {
    if (error instanceof GoRegexpError) return onWrong(error, pattern);
    throw error;
  }
}

function isMatch(args: readonly GoValue[], context: CallContext, onWrong: OnWrong): boolean {
  return compile(args, context, onWrong)?.find(textArgument(args[1]), 0) !== undefined;
}

function findFirst(args: readonly GoValue[], context: CallContext, onWrong: OnWrong): string {
  const text = textArgument(args[1]);
  const [start, end] = compile(args, context, onWrong)?.find(text, 0) ?? [0, 0];
  return text.slice(start, end);
}

function findTexts(args: readonly GoValue[], context: CallContext, onWrong: OnWrong): GoValue[] {
  const text = textArgument(args[1]);
  const matches = takeMatches(args, context, onWrong);
  if (matches.length === 0) return nilList('[]string');
  return typedList(
    matches.map(([start, end]) => text.slice(start, end)),
    '[]string',
  );
}

/** As many matches as the third argument says; all when it is negative. */
function takeMatches(args: readonly GoValue[], context: CallContext, onWrong: OnWrong): MatchPlaces[] {
  const finder = compile(args, context, onWrong);
  const count = intArgument(args[2]);
  if (finder === undefined) return [];
  const matches = findAll(finder, textArgument(args[1]));
  return [...(count < 0 ? matches : matches.take(count))];
}

function replaceAll(args: readonly GoValue[], context: CallContext, onWrong: OnWrong): string {
  const finder = compile(args, context, onWrong);
  const [, text = '', replacement = ''] = args.map(textArgument);
  if (finder === undefined) return '';
  const isLiteral = !replacement.includes('$');
  return replaceMatches(finder, text, context, (match) => {
    return isLiteral ? replacement : expandReplacement(replacement, { match, text, groupNames: finder.groupNames });
  });
}

function replacePlain(args: readonly GoValue[], context: CallContext, onWrong: OnWrong): string {
  const finder = compile(args, context, onWrong);
  const [, text = '', replacement = ''] = args.map(textArgument);
  return finder === undefined ? '' : replaceMatches(finder, text, context, () => replacement);
}

function replaceMatches(
  finder: PatternFinder,
  text: string,
  context: CallContext,
  replace: (match: MatchPlaces) => string,
): string {
  let result = '';
  let done = 0;
  for (const match of findAll(finder, text)) {
    const [start = 0, end = 0] = match;
    const replaced = replace(match);
    context.charge(1 + replaced.length);
    result += text.slice(done, start) + replaced;
    done = end;
  }
  return result + text.slice(done);
}

/** Go's Regexp.Split: at most `count` parts, of which the last has the rest; all when it is negative. */
function split(args: readonly GoValue[], context: CallContext, onWrong: OnWrong): GoValue[] {
  const [pattern = '', text = ''] = args.map(textArgument);
  const count = intArgument(args[2]);
  const finder = compile(args, context, onWrong);
  if (count === 0 || finder === undefined) return nilList('[]string');
  if (pattern !== '' && text === '') return typedList([''], '[]string');
  return typedList(splitAt(text, findAll(finder, text), count), '[]string');
}

function splitAt(text: string, matches: Iterable<MatchPlaces>, count: number): string[] {
  const parts: string[] = [];
  let done = 0;
  let lastStart = 0;
  for (const [start = 0, end = 0] of matches) {
    if (count > 0 && parts.length === count - 1) break;
    lastStart = start;
    if (end > 0) parts.push(text.slice(done, start));
    done = end;
  }
  if (lastStart !== text.length) parts.push(text.slice(done));
  return parts;
}
