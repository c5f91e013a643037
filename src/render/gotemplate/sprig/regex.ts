import { expandReplacement } from '../../../lib/expand-replacement.ts';
import {
  compileGoRegexp,
  type GoRegexp,
  GoRegexpError,
  type MatchPlaces,
  replaceMatches,
  splitAtMatches,
} from '../../../lib/go-regexp.ts';
import { type CallContext, define, type FunctionTable, GoFunctionError } from '../function-table.ts';
import { canBackquote, quoteString } from '../go-string.ts';
import { type GoValue, typedList } from '../value.ts';
import { intArgument, textArgument } from './arguments.ts';
import { nilList } from './nil-value.ts';

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
function compile(args: readonly GoValue[], context: CallContext, onWrong: OnWrong): GoRegexp | undefined {
  const pattern = textArgument(args[0]);
  const length = textArgument(args[1]).length;
  try {
    if (!pattern.isWellFormed()) throw new GoRegexpError(`error parsing regexp: invalid UTF-8: \`${pattern}\``);
    const regexp = compileGoRegexp(pattern);
    context.charge(pattern.length + length + Math.ceil((length * regexp.size) / STEPS_PER_CHARGE));
    return regexp;
  } catch (error) {
    if (error instanceof GoRegexpError) return onWrong(error, pattern);
    throw error;
  }
}

function isMatch(args: readonly GoValue[], context: CallContext, onWrong: OnWrong): boolean {
  return compile(args, context, onWrong)?.test(textArgument(args[1]).toWellFormed()) === true;
}

function findFirst(args: readonly GoValue[], context: CallContext, onWrong: OnWrong): string {
  const text = textArgument(args[1]);
  const [first] = compile(args, context, onWrong)?.matches(text).take(1) ?? [];
  return first === undefined ? '' : text.slice(first[0], first[1]);
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
  const regexp = compile(args, context, onWrong);
  const count = intArgument(args[2]);
  if (regexp === undefined) return [];
  const matches = regexp.matches(textArgument(args[1]));
  return [...(count < 0 ? matches : matches.take(count))];
}

function replaceAll(args: readonly GoValue[], context: CallContext, onWrong: OnWrong): string {
  const [, text = '', replacement = ''] = args.map(textArgument);
  if (!replacement.includes('$')) return replacePlain(args, context, onWrong);
  return replaceEach(args, context, onWrong, (match, { groupNames }) => {
    return expandReplacement(replacement, { match, text, groupNames });
  });
}

function replacePlain(args: readonly GoValue[], context: CallContext, onWrong: OnWrong): string {
  const replacement = textArgument(args[2]);
  return replaceEach(args, context, onWrong, () => replacement);
}

function replaceEach(
  args: readonly GoValue[],
  context: CallContext,
  onWrong: OnWrong,
  replace: (match: MatchPlaces, regexp: GoRegexp) => string,
): string {
  const regexp = compile(args, context, onWrong);
  if (regexp === undefined) return '';
  return replaceMatches(regexp, textArgument(args[1]), (match) => {
    const replaced = replace(match, regexp);
    context.charge(1 + replaced.length);
    return replaced;
  });
}

function split(args: readonly GoValue[], context: CallContext, onWrong: OnWrong): GoValue[] {
  const [pattern = '', text = ''] = args.map(textArgument);
  const count = intArgument(args[2]);
  const regexp = compile(args, context, onWrong);
  if (count === 0 || regexp === undefined) return nilList('[]string');
  if (pattern !== '' && text === '') return typedList([''], '[]string');
  return typedList(splitAtMatches(regexp, text, count), '[]string');
}
