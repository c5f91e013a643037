import { posix } from 'node:path';
import { HoldfastError } from '../../lib/errors.ts';
import type { SourceTree } from '../../source/tree.ts';
import { quietly } from './quietly.ts';

/**
 * The paths that a pattern stands for, relative to `folder` and sorted: `*` and `?` are characters of one name, `[a-z]`
 * and `[^a-z]` one of a class, `\\` takes the next character literally. Names that start with a dot are left out unless
 * the pattern's last name does so, too. A path without such characters stands for itself if anything is there.
 * @throws {HoldfastError} APPLICATION_INVALID if a class is malformed; RENDER_LIMIT if it leads to too many folders
 * @see https://pkg.go.dev/path/filepath#Glob
 * @see https://github.com/kubernetes-sigs/kustomize/blob/kyaml/v0.21.2/kyaml/filesys/fsondisk.go Glob
 */
export function matchPaths(tree: SourceTree, folder: string, pattern: string): string[] {
  const found = glob({ tree, folder, listed: 0 }, pattern);
  return isHidden(pattern) ? found : found.filter((path) => !isHidden(path));
}

interface Place {
  readonly tree: SourceTree;
  readonly folder: string;
  /** Folders that were looked into. */
  listed: number;
}

/** Over links a few stars can lead to more folders than there are atoms. */
const MAX_LISTED = 10_000;

const SPECIAL = /[*?[\\]/;

function glob(place: Place, pattern: string): string[] {
  if (!SPECIAL.test(pattern)) return isThere(place, pattern) ? [pattern] : [];
  const slash = pattern.lastIndexOf('/');
  const above = slash < 0 ? '.' : pattern.slice(0, slash) || '/';
  const folders = SPECIAL.test(above) ? glob(place, above) : [above];
  const matches = compileName(pattern.slice(slash + 1), { negations: '^', malformed: () => malformed(pattern) });
  return folders.flatMap((one) => {
    const names = namesIn(place, one).filter(matches);
    return names.sort().map((name) => posix.join(one, name));
  });
}

function isHidden(path: string): boolean {
  return posix.basename(path).startsWith('.');
}

function isThere({ tree, folder }: Place, path: string): boolean {
  return !path.startsWith('/') && quietly(() => tree.stat(posix.join(folder, path))) !== undefined;
}

function namesIn(place: Place, path: string): string[] {
  if (path.startsWith('/')) return [];
  const { tree, folder } = place;
  place.listed += 1;
  if (place.listed > MAX_LISTED) {
    const message = `Cannot use spec.source.kustomize: a pattern in components leads to more than ${MAX_LISTED} folders; name fewer`;
    throw new HoldfastError('RENDER_LIMIT', message, { retry: 'never' });
  }
  return (quietly(() => tree.list(posix.join(folder, path))) ?? []).map(({ name }) => name);
}

/** What differs between dialects of {@link compileName}. */
export interface NameSyntax {
  /** The characters that negate a class where they stand first in it. */
  readonly negations: string;
  /** What to throw for a class or an escape that is not complete. */
  readonly malformed: () => HoldfastError;
}

/** Whether a name is one that the pattern stands for: `*`, `?`, `[a-z]` and `\\` as {@link matchPaths} has them. */
export function compileName(pattern: string, syntax: NameSyntax): (name: string) => boolean {
  const tokens = parseName(pattern, syntax);
  return (name) => matchName(tokens, Array.from(name));
}

type Token = 'any' | ((character: string) => boolean);

function parseName(text: string, syntax: NameSyntax): Token[] {
  const characters = Array.from(text);
  const tokens: Token[] = [];
  for (let next = characters.shift(); next !== undefined; next = characters.shift()) {
    if (next === '*') tokens.push('any');
    else if (next === '?') tokens.push(() => true);
    else if (next === '[') tokens.push(parseClass(characters, syntax));
    else tokens.push(equalTo(next === '\\' ? takeLiteral(characters, syntax) : next));
  }
  return tokens;
}

function equalTo(wanted: string): (character: string) => boolean {
  return (character) => character === wanted;
}

function takeLiteral(characters: string[], syntax: NameSyntax): string {
  const character = characters.shift();
  if (character === undefined) throw syntax.malformed();
  return character;
}

/** What follows an opening bracket, which is taken off `characters` together with the closing one. */
function parseClass(characters: string[], syntax: NameSyntax): (character: string) => boolean {
  const [first] = characters;
  const isNegated = first !== undefined && syntax.negations.includes(first);
  if (isNegated) characters.shift();
  const ranges: (readonly [low: number, high: number])[] = [];
  while (characters[0] !== ']' || ranges.length === 0) {
    const low = takeBound(characters, syntax);
    const isRange = characters[0] === '-';
    if (isRange) characters.shift();
    ranges.push([low, isRange ? takeBound(characters, syntax) : low]);
  }
  characters.shift();
  return (character) => {
    const code = character.codePointAt(0) ?? 0;
    return ranges.some(([low, high]) => low <= code && code <= high) !== isNegated;
  };
}

function takeBound(characters: string[], syntax: NameSyntax): number {
  const [next] = characters;
  if (next === '-' || next === ']') throw syntax.malformed();
  const character = takeLiteral(characters, syntax);
  return (character === '\\' ? takeLiteral(characters, syntax) : character).codePointAt(0) ?? 0;
}

/** After a mismatch only the last `*` can take one character more: time is at most tokens × characters. */
function matchName(tokens: readonly Token[], characters: readonly string[]): boolean {
  let token = 0;
  let retry: { token: number; at: number } | undefined;
  for (let at = 0; at < characters.length || token < tokens.length; ) {
    const wanted = tokens[token];
    const character = characters[at];
    if (wanted === 'any') {
      retry = { token, at: at + 1 };
      token += 1;
    } else if (wanted !== undefined && character !== undefined && wanted(character)) {
      token += 1;
      at += 1;
    } else if (retry !== undefined && retry.at <= characters.length) {
      ({ token, at } = retry);
      // The star itself comes again, and sets the next place to go on from.
    } else {
      return false;
    }
  }
  return true;
}

function malformed(pattern: string): HoldfastError {
  const message = `Cannot use spec.source.kustomize: components has "${pattern}", whose [ ] or \\ is not complete; complete it`;
  return new HoldfastError('APPLICATION_INVALID', message, { retry: 'never' });
}
