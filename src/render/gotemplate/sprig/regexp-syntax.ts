import { compileGoRegexp, GoRegexpError } from '../../../lib/go-regexp.ts';
import { type AtomSyntax, type ClassFlags, translateAtom, translateLiteral } from './regexp-class.ts';

/**
 * A pattern with what finding needs beyond matching: groups, and which repetitions take as little as they can.
 * `source` is JavaScript's, with the flag `u`; of a `char` it takes one code point, of an `assert` none.
 */
export type PatternSyntax =
  | AtomSyntax
  | { readonly type: 'concat'; readonly items: readonly PatternSyntax[] }
  | { readonly type: 'alternate'; readonly items: readonly PatternSyntax[] }
  | { readonly type: 'group'; readonly index: number; readonly item: PatternSyntax }
  | PatternRepeat;

/** A repetition. */
export interface PatternRepeat {
  readonly type: 'repeat';
  readonly item: PatternSyntax;
  readonly min: number;
  /** Infinity where there is no limit. */
  readonly max: number;
  readonly isLazy: boolean;
}

/** A parsed pattern and its groups; the whole match, group 0, is not among them. */
export interface Pattern {
  readonly syntax: PatternSyntax;
  /** Names by number, `''` for groups without one. */
  readonly groupNames: readonly string[];
}

/**
 * Parses a pattern of Go's package regexp for finding.
 * @throws {GoRegexpError} with Go's message
 */
export function parsePattern(pattern: string): Pattern {
  checkPattern(pattern);
  const reader = new PatternReader(pattern);
  const syntax = reader.alternation();
  return { syntax, groupNames: reader.groupNames };
}

/** Whether a part of a pattern matches where there is nothing. */
export function mayBeEmpty(syntax: PatternSyntax): boolean {
  if (syntax.type === 'char') return false;
  if (syntax.type === 'group') return mayBeEmpty(syntax.item);
  if (syntax.type === 'repeat') return syntax.min === 0 || mayBeEmpty(syntax.item);
  if (syntax.type === 'alternate') return syntax.items.some(mayBeEmpty);
  return !('items' in syntax) || syntax.items.every(mayBeEmpty);
}

/** Refuses what Go refuses; what is left to read here is known to be well formed. */
function checkPattern(pattern: string): void {
  const reason = findFault(pattern);
  if (reason === undefined) return;
  if (!reason.includes('duplicate capture group name')) throw new GoRegexpError(reason);
  // Go lets groups share a name; whatever else is wrong is found once each has its own.
  const renamed = pattern.replaceAll(/(\(\?P?<\w+)>/g, (_, head: string, at: number) => `${head}_${at}>`);
  const other = findFault(renamed);
  if (other !== undefined) throw new GoRegexpError(other.replace(`\`${renamed}\``, () => `\`${pattern}\``));
}

function findFault(pattern: string): string | undefined {
  try {
    compileGoRegexp(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof GoRegexpError) return error.message;
    throw error;
  }
}

/** A character class: brackets around escapes, named classes and characters, the first of which may be `]`. */
const CLASS = /\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]/uy;
const ESCAPE = /\\(?:[pP]\{[^}]*\}|[pP].|x\{[^}]*\}|x..|0[0-7]{0,2}|[1-7][0-7]{1,2}|[^])/uy;
const QUOTED = /\\Q([^]*?)(?:\\E|$)/uy;
const GROUP = /\((?:\?P?<(\w+)>|\?([imsU]*)(-[imsU]*)?([:)]))?/uy;
const REPETITION = /(?:([*+?])|\{(\d+)(,(\d*))?\})(\??)/uy;
const RANGES: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['*', [0, Number.POSITIVE_INFINITY]],
  ['+', [1, Number.POSITIVE_INFINITY]],
  ['?', [0, 1]],
]);

class PatternReader {
  readonly groupNames: string[] = [];
  private at = 0;
  private flags = '';
  private readonly pattern: string;

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  alternation(): PatternSyntax {
    const items = [this.concatenation()];
    while (this.pattern[this.at] === '|') {
      this.at += 1;
      items.push(this.concatenation());
    }
    return items.length === 1 && items[0] !== undefined ? items[0] : { type: 'alternate', items };
  }

  private concatenation(): PatternSyntax {
    const items: PatternSyntax[] = [];
    while (this.at < this.pattern.length && !'|)'.includes(this.pattern[this.at] ?? '')) {
      items.push(...(this.quoted() ?? this.group() ?? this.atom()));
      // Of what came last, even if flags are between.
      const last = items.pop();
      if (last !== undefined) items.push(this.repeated(last));
    }
    return { type: 'concat', items };
  }

  private take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    const match = expression.exec(this.pattern) ?? undefined;
    this.at += match?.[0].length ?? 0;
    return match;
  }

  private quoted(): PatternSyntax[] | undefined {
    const match = this.take(QUOTED);
    return match === undefined
      ? undefined
      : Array.from(match[1] ?? '', (character) => translateLiteral(character, this.classFlags));
  }

  private group(): PatternSyntax[] | undefined {
    const match = this.take(GROUP);
    if (match === undefined) return undefined;
    const [, name, set, cleared = '', end] = match;
    const outer = this.flags;
    if (end !== undefined) this.flags = changeFlags(outer, set ?? '', cleared);
    if (end === ')') return [];
    const index = end === undefined ? this.groupNames.push(name ?? '') : 0;
    const item = this.alternation();
    this.at += 1;
    this.flags = outer;
    return [index === 0 ? item : { type: 'group', index, item }];
  }

  private atom(): PatternSyntax[] {
    const [text] = this.take(ESCAPE) ?? this.take(CLASS) ?? this.take(/[^]/uy) ?? [''];
    return [translateAtom(text, this.classFlags)];
  }

  private get classFlags(): ClassFlags {
    const { flags } = this;
    return { ignoresCase: flags.includes('i'), isMultiLine: flags.includes('m'), takesNewLine: flags.includes('s') };
  }

  private repeated(item: PatternSyntax): PatternSyntax {
    const match = this.take(REPETITION);
    if (match === undefined) return item;
    const [, operator = '', low, comma, high = '', lazy] = match;
    const max = comma === undefined ? Number(low) : high === '' ? Number.POSITIVE_INFINITY : Number(high);
    const [least, most] = RANGES.get(operator) ?? [Number(low), max];
    return { type: 'repeat', item, min: least, max: most, isLazy: (lazy === '?') !== this.flags.includes('U') };
  }
}

function changeFlags(flags: string, set: string, cleared: string): string {
  const kept = Array.from(flags + set).filter((flag) => !cleared.includes(flag));
  return [...new Set(kept)].join('');
}
