import { compileSteps, type MatchPlaces, runSteps } from './regexp-program.ts';
import { mayBeEmpty, type Pattern, type PatternRepeat, type PatternSyntax, parsePattern } from './regexp-syntax.ts';

/** A pattern ready to find with. */
export interface PatternFinder {
  readonly groupNames: readonly string[];
  /** How many steps each character of a long text may take, at most. */
  readonly steps: number;
  /** The leftmost match that starts at a place or after it. */
  find(text: string, from: number): MatchPlaces | undefined;
}

/**
 * Compiles a pattern of Go's package regexp. Finding takes time in proportion to the text: where JavaScript's
 * backtracking could take longer, or has groups otherwise than Go, another machine is used.
 *
 * @throws {GoRegexpError} with Go's message
 */
export function compilePattern(pattern: string): PatternFinder {
  const known = recent.get(pattern);
  if (known !== undefined) return known;
  const compiled = makeFinder(parsePattern(pattern));
  if (recent.size >= MAX_RECENT) recent.clear();
  recent.set(pattern, compiled);
  return compiled;
}

/** All matches, none of them overlapping, as Go's FindAll: an empty one right after another does not count. */
export function* findAll(finder: PatternFinder, text: string): Generator<MatchPlaces> {
  let previousEnd = -1;
  for (let at = 0; at <= text.length; ) {
    const match = finder.find(text, at);
    if (match === undefined) return;
    const [start = 0, end = 0] = match;
    const isEmpty = start === end;
    if (!isEmpty || start !== previousEnd) yield match;
    previousEnd = end;
    at = end > at && !isEmpty ? end : end + characterLength(text, end);
  }
}

/** Templates use the same few patterns over and over. */
const recent = new Map<string, PatternFinder>();
const MAX_RECENT = 500;

function characterLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function makeFinder({ syntax, groupNames }: Pattern): PatternFinder {
  const steps = compileSteps(syntax);
  const find: PatternFinder['find'] = (text, from) => runSteps(steps, text, from);
  const maxLength = maxNativeLength(syntax);
  if (maxLength === 0) return { groupNames, steps: steps.length, find };
  const findNatively = nativeFinder(syntax);
  return {
    groupNames,
    steps: steps.length,
    find: (text, from) => (text.length <= maxLength ? findNatively(text, from) : find(text, from)),
  };
}

function nativeFinder(syntax: PatternSyntax): PatternFinder['find'] {
  // The flag d makes matching slow, so places of groups are asked for only where there are groups.
  const expression = new RegExp(printSyntax(syntax), hasGroups(syntax) ? 'dgu' : 'gu');
  return (text, from) => {
    expression.lastIndex = from;
    const match = expression.exec(text.isWellFormed() ? text : text.toWellFormed());
    if (match === null) return undefined;
    if (match.indices === undefined) return [match.index, match.index + match[0].length];
    return match.indices.flatMap((places: readonly [number, number] | undefined) => places ?? [-1, -1]);
  };
}

/**
 * Up to which length of a text JavaScript finds the same in good time, 0 for never. For each repetition without an end
 * a search may take the text's length once more; and groups that are repeated are forgotten at each turn, unlike in Go.
 */
function maxNativeLength(syntax: PatternSyntax): number {
  const endless = countEndless(syntax);
  return Number.isFinite(endless) ? Math.floor(MAX_NATIVE_WORK ** (1 / (1 + endless))) : 0;
}

/** A few milliseconds. */
const MAX_NATIVE_WORK = 2 ** 20;

const MAX_TIMES = 32;

function countEndless(syntax: PatternSyntax): number {
  if (syntax.type === 'repeat') return countRepeat(syntax);
  if (syntax.type === 'group') return countEndless(syntax.item);
  return 'items' in syntax ? syntax.items.reduce((sum, item) => sum + countEndless(item), 0) : 0;
}

function countRepeat({ item, max }: PatternRepeat): number {
  // JavaScript does not count a turn that takes nothing.
  if (mayBeEmpty(item)) return Number.POSITIVE_INFINITY;
  const isSimple = item.type === 'char' || (item.type === 'concat' && item.items.every(({ type }) => type === 'char'));
  if (!isSimple) {
    return max <= 1 && !hasGroups(item) ? 2 * countEndless(item) + choices(item) : Number.POSITIVE_INFINITY;
  }
  if (max <= 1) return 0;
  // Short ones are not much work yet.
  return max <= MAX_TIMES ? 1 / 2 : 1;
}

function choices(item: PatternSyntax): number {
  return item.type === 'alternate' ? 1 : 0;
}

function hasGroups(syntax: PatternSyntax): boolean {
  if (syntax.type === 'group') return true;
  if ('item' in syntax) return hasGroups(syntax.item);
  return 'items' in syntax && syntax.items.some(hasGroups);
}

function printSyntax(syntax: PatternSyntax): string {
  if (syntax.type === 'repeat') return printRepeat(syntax);
  if (syntax.type === 'group') return `(${printSyntax(syntax.item)})`;
  if (syntax.type === 'alternate') return `(?:${syntax.items.map(printSyntax).join('|')})`;
  return syntax.type === 'concat' ? syntax.items.map(printSyntax).join('') : syntax.source;
}

function printRepeat({ item, min, max, isLazy }: PatternRepeat): string {
  const times = `{${min},${Number.isFinite(max) ? max : ''}}`;
  return `(?:${printSyntax(item)})${times}${isLazy ? '?' : ''}`;
}
