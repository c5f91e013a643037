import { RE2JS } from 're2js';

/**
 * Where a match and its groups are in a text: start and end of group 0, which is all of it, then of the others; -1 for
 * a group that is not in the match.
 */
export type MatchPlaces = readonly number[];

/** A compiled pattern. All that it does takes time in proportion to the text, as in Go. */
export interface GoRegexp {
  /** Whether the text holds a match, wherever. */
  test(text: string): boolean;
  /**
   * All matches from the left, none of them overlapping, as Go's FindAll finds them: an empty one right after another
   * does not count. Each is looked for when it is asked for.
   */
  matches(text: string): Generator<MatchPlaces>;
  /** Names of groups 1 and up, `''` for those without one. */
  readonly groupNames: readonly string[];
  /** How many instructions it has, by which the time for a character is bound. */
  readonly size: number;
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

/** Go's Regexp.ReplaceAll, with what `replace` gives for each match. */
export function replaceMatches(regexp: GoRegexp, text: string, replace: (match: MatchPlaces) => string): string {
  let result = '';
  let done = 0;
  for (const match of regexp.matches(text)) {
    const [start = 0, end = 0] = match;
    result += text.slice(done, start) + replace(match);
    done = end;
  }
  return result + text.slice(done);
}

/** Go's Regexp.Split: at most `count` parts, of which the last has the rest; all when it is negative, none when it is 0. */
export function splitAtMatches(regexp: GoRegexp, text: string, count: number): string[] {
  if (count === 0) return [];
  const parts: string[] = [];
  let done = 0;
  let lastStart = 0;
  for (const [start = 0, end = 0] of regexp.matches(text)) {
    if (count > 0 && parts.length === count - 1) break;
    lastStart = start;
    if (end > 0) parts.push(text.slice(done, start));
    done = end;
  }
  if (lastStart !== text.length) parts.push(text.slice(done));
  return parts;
}

/** Builds and charts use the same few patterns over and over. */
const recent = new Map<string, GoRegexp>();
const MAX_RECENT = 500;

function compile(pattern: string): GoRegexp {
  // A word with nothing but anchors around it means the same to JavaScript, and most patterns are one.
  if (/^\^?[\w/-]*\$?$/.test(pattern)) return plainRegexp(pattern);
  const { expression, groupNames } = compileRe2(pattern);
  const groups = expression.groupCount();
  return {
    test: (text) => expression.matcher(text).find(),
    matches(text) {
      // Go reads what is no character as U+FFFD.
      const matcher = expression.matcher(text.toWellFormed());
      return allMatches(text, (from) => (matcher.find(from) ? placesOf(matcher, groups) : undefined));
    },
    groupNames,
    size: expression.programSize(),
  };
}

function plainRegexp(pattern: string): GoRegexp {
  const expression = new RegExp(pattern);
  return {
    test: (text) => expression.test(text),
    matches(text) {
      const finder = new RegExp(pattern, 'g');
      return allMatches(text, (from) => {
        finder.lastIndex = from;
        const match = finder.exec(text);
        return match === null ? undefined : [match.index, match.index + match[0].length];
      });
    },
    groupNames: [],
    size: pattern.length,
  };
}

function* allMatches(text: string, find: (from: number) => MatchPlaces | undefined): Generator<MatchPlaces> {
  let previousEnd = -1;
  for (let at = 0; at <= text.length; ) {
    const match = find(at);
    if (match === undefined) return;
    const [start = 0, end = 0] = match;
    const isEmpty = start === end;
    if (!isEmpty || start !== previousEnd) yield match;
    previousEnd = end;
    at = isEmpty ? end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1) : end;
  }
}

function placesOf(matcher: ReturnType<RE2JS['matcher']>, groups: number): MatchPlaces {
  const places: number[] = [];
  for (let group = 0; group <= groups; group++) places.push(matcher.start(group), matcher.end(group));
  return places;
}

interface Compiled {
  readonly expression: RE2JS;
  readonly groupNames: readonly string[];
}

function compileRe2(pattern: string): Compiled {
  try {
    return withNames(RE2JS.compile(pattern), (name) => name);
  } catch (error) {
    const message = messageOf(error);
    if (!message.includes('duplicate capture group name')) throw new GoRegexpError(message, { cause: error });
    return compileRenamed(pattern);
  }
}

/** Go lets groups share a name; whatever else is wrong is found once each has its own. */
function compileRenamed(pattern: string): Compiled {
  const renamed = pattern.replaceAll(/(\(\?P?<\w+)>/g, (_, head: string, at: number) => `${head}_${at}>`);
  try {
    return withNames(RE2JS.compile(renamed), (name) => name.slice(0, name.lastIndexOf('_')));
  } catch (error) {
    const message = messageOf(error).replace(`\`${renamed}\``, () => `\`${pattern}\``);
    throw new GoRegexpError(message, { cause: error });
  }
}

/** Go quotes the rest of the pattern even where there is none. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/at end of expression$/, '$&: ``');
}

function withNames(expression: RE2JS, toName: (name: string) => string): Compiled {
  const groupNames = Array.from({ length: expression.groupCount() }, () => '');
  for (const [name, group] of Object.entries(expression.namedGroups())) groupNames[group - 1] = toName(name);
  return { expression, groupNames };
}
