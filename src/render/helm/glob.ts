import { HelmError } from './helm-error.ts';

/**
 * Whether a whole path matches a pattern of Go's `filepath.Match`: `*` and `?` do not match `/`, `[a-z]` and `[^a]`
 * match a character, `\` takes the next one as it is. Takes time in proportion to the product of both lengths.
 * @throws {HelmError} `syntax error in pattern`, as Go only as far as it has to read the pattern
 */
export function matchGlob(pattern: string, path: string): boolean {
  const name = Array.from(path);
  let at = 0;
  for (let rest = Array.from(pattern); rest.length > 0; ) {
    const { isAfterStar, chunk, next } = scanChunk(rest);
    if (isAfterStar && chunk.length === 0) return !name.includes('/', at);
    const end = matchAnywhere(chunk, name, { at, isAfterStar, isLast: next.length === 0 });
    if (end === undefined) return false;
    at = end;
    rest = next;
  }
  return at === name.length;
}

interface Chunk {
  readonly isAfterStar: boolean;
  readonly chunk: string[];
  readonly next: string[];
}

/** The part of a pattern up to its next star, and whether stars come before it. */
function scanChunk(pattern: string[]): Chunk {
  const stars = pattern.findIndex((character) => character !== '*');
  const body = stars < 0 ? [] : pattern.slice(stars);
  let isInClass = false;
  for (let index = 0; index < body.length; index++) {
    const character = body[index];
    if (character === '\\') index += 1;
    else if (character === '[') isInClass = true;
    else if (character === ']') isInClass = false;
    else if (character === '*' && !isInClass) {
      return { isAfterStar: stars !== 0, chunk: body.slice(0, index), next: body.slice(index) };
    }
  }
  return { isAfterStar: stars !== 0, chunk: body, next: [] };
}

interface Start {
  readonly at: number;
  readonly isAfterStar: boolean;
  readonly isLast: boolean;
}

/** Where a chunk's first match ends: the chunk begins at `at`, or after a star at a later place before the next `/`. */
function matchAnywhere(chunk: string[], name: string[], { at, isAfterStar, isLast }: Start): number | undefined {
  for (let start = at; start <= name.length; start++) {
    const end = matchChunk(chunk, name, start);
    if (end !== undefined && (!isLast || end === name.length)) return end;
    if (!isAfterStar || name[start] === '/') return undefined;
  }
  return undefined;
}

/** Where the match of a chunk at a place ends. After a mismatch the chunk is read on, for its mistakes. */
function matchChunk(chunk: string[], name: string[], start: number): number | undefined {
  let end: number | undefined = start;
  for (let index = 0; index < chunk.length; ) {
    const item: Item = readItem(chunk, index);
    const isMatch: boolean = end !== undefined && end < name.length && item.matches(name[end] ?? '');
    end = isMatch && end !== undefined ? end + 1 : undefined;
    index = item.next;
  }
  return end;
}

interface Item {
  readonly next: number;
  readonly matches: (character: string) => boolean;
}

function readItem(chunk: string[], index: number): Item {
  const character = chunk[index] ?? '';
  if (character === '[') return readClass(chunk, index + 1);
  if (character === '?') return { next: index + 1, matches: (one) => one !== '/' };
  if (character !== '\\') return { next: index + 1, matches: (one) => one === character };
  const escaped = chunk[index + 1];
  if (escaped === undefined) throw badPattern();
  return { next: index + 2, matches: (one) => one === escaped };
}

function readClass(chunk: string[], start: number): Item {
  const isNegated = chunk[start] === '^';
  const ranges: { low: number; high: number }[] = [];
  let at = isNegated ? start + 1 : start;
  while (ranges.length === 0 || chunk[at] !== ']') {
    const low = readClassCharacter(chunk, at);
    const high = chunk[low.next] === '-' ? readClassCharacter(chunk, low.next + 1) : low;
    ranges.push({ low: low.code, high: high.code });
    at = high.next;
  }
  const has = (code: number): boolean => ranges.some(({ low, high }) => low <= code && code <= high);
  return { next: at + 1, matches: (one) => has(one.codePointAt(0) ?? 0) !== isNegated };
}

/** A character of a class, which may be escaped and never is the pattern's last. */
function readClassCharacter(chunk: string[], at: number): { code: number; next: number } {
  const first = chunk[at];
  if (first === undefined || first === '-' || first === ']') throw badPattern();
  const index = first === '\\' ? at + 1 : at;
  const character = chunk[index];
  if (character === undefined || index + 1 >= chunk.length) throw badPattern();
  return { code: character.codePointAt(0) ?? 0, next: index + 1 };
}

function badPattern(): HelmError {
  return new HelmError('syntax error in pattern');
}
