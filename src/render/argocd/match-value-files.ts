import { HoldfastError } from '../../lib/errors.ts';
import type { SourceTree } from '../../source/tree.ts';
import { compareStrings } from '../gotemplate/go-string.ts';
import { compileName } from './match-paths.ts';
import { quietly } from './quietly.ts';

/**
 * The paths that a pattern of `valueFiles` stands for, in the order in which they are merged: `*`, `?`, `[a-z]`, `[!a]`
 * within one name, `{one,two}`, and `**` for any number of folders, of which each one's own names come before those
 * below it. Names that start with a dot count, and so do folders. Differs: `-` cannot stand last in a class.
 * @param pattern from the root of the tree, without `.` and `..`
 * @throws {HoldfastError} APPLICATION_INVALID if the pattern is malformed; RENDER_LIMIT if it leads to too many folders
 * @see https://pkg.go.dev/github.com/bmatcuk/doublestar/v4@v4.10.0#FilepathGlob
 */
export function matchValueFiles(tree: SourceTree, pattern: string): string[] {
  const malformed = (): HoldfastError => {
    const message = `Cannot use spec.source.helm: valueFiles has "${pattern}", whose [ ], { } or \\ is not complete; complete it`;
    return new HoldfastError('APPLICATION_INVALID', message, { retry: 'never' });
  };
  const place: Place = { tree, pattern, listed: 0 };
  const spread = SLASH_IN_BRACES.test(pattern) ? alternativesOf(pattern, malformed) : [pattern];
  const found = spread.flatMap((one) => walk(place, '', compileSegments(one, malformed)));
  const unique = [...new Set(found)];
  return spread.length === 1 ? unique : unique.sort(compareStrings);
}

/** Whether a path is a pattern, as Argo CD decides it: braces alone make none. */
export function isValueFilePattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/** Over links a few stars can lead to more folders than there are atoms. */
const MAX_LISTED = 10_000;
const MAX_ALTERNATIVES = 1_000;
const SLASH_IN_BRACES = /\{[^}]*\/[^}]*\}/;

interface Place {
  readonly tree: SourceTree;
  readonly pattern: string;
  /** Folders that were looked into. */
  listed: number;
}

/** `**`, a name that is stated, or a test of names. */
type Segment = '**' | { readonly name: string } | { readonly matches: (name: string) => boolean };

function compileSegments(pattern: string, malformed: () => HoldfastError): Segment[] {
  return pattern.split('/').map((text) => {
    if (text === '**') return text;
    if (!/[*?[{\\]/.test(text)) return { name: text };
    const tests = alternativesOf(text, malformed).map((one) => compileName(one, { negations: '^!', malformed }));
    return { matches: (name) => tests.some((test) => test(name)) };
  });
}

function walk(place: Place, folder: string, segments: readonly Segment[]): string[] {
  const [segment, ...rest] = segments;
  if (segment === undefined) return [];
  if (segment === '**') return walkBelow(place, folder, rest);
  const paths = pathsAt(place, folder, segment);
  return rest.length === 0 ? paths : paths.flatMap((path) => walk(place, path, rest));
}

function pathsAt(place: Place, folder: string, segment: Exclude<Segment, '**'>): string[] {
  if ('name' in segment) {
    const path = join(folder, segment.name);
    return quietly(() => place.tree.realPath(path)) === undefined ? [] : [path];
  }
  return (namesIn(place, folder) ?? []).filter(segment.matches).map((name) => join(folder, name));
}

/** `**`, then `rest`: in the folder itself first. */
function walkBelow(place: Place, folder: string, rest: readonly Segment[]): string[] {
  const names = namesIn(place, folder);
  if (names === undefined) return [];
  const own = rest.length === 0 ? [folder] : walk(place, folder, rest);
  return [...own, ...names.flatMap((name) => walkEntry(place, join(folder, name), rest))];
}

function walkEntry(place: Place, path: string, rest: readonly Segment[]): string[] {
  const isFolder = quietly(() => place.tree.list(path)) !== undefined;
  if (isFolder) return walkBelow(place, path, rest);
  return rest.length === 0 ? [path] : [];
}

/** Sorted; undefined for what is no folder. */
function namesIn(place: Place, folder: string): string[] | undefined {
  place.listed += 1;
  if (place.listed > MAX_LISTED) {
    const message = `Cannot use spec.source.helm: "${place.pattern}" in valueFiles leads to more than ${MAX_LISTED} folders; name fewer`;
    throw new HoldfastError('RENDER_LIMIT', message, { retry: 'never' });
  }
  const entries = quietly(() => place.tree.list(folder));
  return entries?.map(({ name }) => name).sort(compareStrings);
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The text with each choice of each pair of braces, first choices first. */
function alternativesOf(text: string, malformed: () => HoldfastError): string[] {
  const pending = [text];
  const done: string[] = [];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const braces = findBraces(next, malformed);
    if (braces === undefined) done.push(next);
    else pending.unshift(...braces);
    if (pending.length + done.length > MAX_ALTERNATIVES) throw malformed();
  }
  return done;
}

/** The text with each choice of its first braces; undefined if it has none. */
function findBraces(text: string, malformed: () => HoldfastError): string[] | undefined {
  const cuts: number[] = [];
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/\\[^]|[{},]/g)) {
    if (token === '{') depth += 1;
    if (depth === 1 && token.length === 1) cuts.push(index);
    if (token === '}' && depth > 0) depth -= 1;
    if (depth === 0 && cuts.length > 0) return choicesOf(text, cuts);
  }
  if (depth > 0) throw malformed();
  return undefined;
}

/** @param cuts the opening brace, the commas and the closing brace */
function choicesOf(text: string, cuts: readonly number[]): string[] {
  const before = text.slice(0, cuts[0]);
  const after = text.slice((cuts.at(-1) ?? 0) + 1);
  return cuts.slice(1).map((end, index) => `${before}${text.slice((cuts[index] ?? 0) + 1, end)}${after}`);
}
