import { HoldfastError } from '../lib/errors.ts';
import { decodeName } from './name-codec.ts';
import type { SourceTree, TreeEntry } from './tree.ts';

/** Content-addressed folders and files, without any notion of paths. */
export interface TreeObjects {
  readonly rootOid: string;
  directory(oid: string): { readonly entries: readonly TreeEntry[]; readonly byName: ReadonlyMap<string, TreeEntry> };
  /** Content of a file or a link. */
  file(oid: string): Uint8Array;
}

/** As many as Linux follows before ELOOP. */
const MAX_LINK_HOPS = 40;
/** Targets longer than any file system allows (PATH_MAX) lead nowhere. */
const MAX_LINK_BYTES = 4096;

/**
 * A {@link SourceTree} over content-addressed objects: everything about paths and links is here, for all kinds of trees.
 * `..` in a path is resolved before anything is looked up; in a link's target it is resolved as a file system would,
 * relative to the folder that holds the link. Both end at the root with TREE_ESCAPE, never above it.
 */
export function walkedTree(objects: TreeObjects): SourceTree {
  const walk = (path: string, followLast: boolean) => findTrail(objects, path, followLast)?.at(-1);
  return {
    id: objects.rootOid,
    read(path) {
      const entry = walk(path, true);
      return entry?.kind === 'file' || entry?.kind === 'executable' ? objects.file(entry.oid) : undefined;
    },
    list(path) {
      const entry = walk(path, true);
      return entry?.kind === 'directory' ? objects.directory(entry.oid).entries : undefined;
    },
    realPath: (path) =>
      findTrail(objects, path, true)
        ?.slice(1)
        .map(({ name }) => name)
        .join('/'),
    stat: (path) => walk(path, false),
  };
}

/** A walk under way. */
interface Walk {
  readonly objects: TreeObjects;
  /** As asked for, for messages. */
  readonly path: string;
  readonly followLast: boolean;
  /** Names still to be looked up, the next one last. */
  readonly names: string[];
  /** The entries from below the root to where we are, each a real folder but the last. */
  readonly trail: TreeEntry[];
  hops: number;
}

/** What a path leads over, the root first and what it leads to last. */
function findTrail(objects: TreeObjects, path: string, followLast: boolean): readonly TreeEntry[] | undefined {
  const root: TreeEntry = { name: '', kind: 'directory', oid: objects.rootOid };
  const walk: Walk = { objects, path, followLast, names: normalizeNames(path).reverse(), trail: [], hops: 0 };
  for (let name = walk.names.pop(); name !== undefined; name = walk.names.pop()) {
    const folder = walk.trail.at(-1) ?? root;
    if (folder.kind !== 'directory' || !step(walk, folder, name)) return undefined;
  }
  return [root, ...walk.trail];
}

/** Goes to one name in `folder`; false when nothing is there. */
function step(walk: Walk, folder: TreeEntry, name: string): boolean {
  if (name === '..') {
    if (walk.trail.pop() === undefined) throw escapes(walk.path, 'a link on its way');
    return true;
  }
  const entry = walk.objects.directory(folder.oid).byName.get(name);
  if (entry === undefined) return false;
  if (entry.kind !== 'symlink' || (walk.names.length === 0 && !walk.followLast)) {
    walk.trail.push(entry);
    return true;
  }
  if (++walk.hops > MAX_LINK_HOPS) throw loops(walk.path);
  const target = linkNames(walk.path, walk.objects.file(entry.oid));
  if (target === undefined) return false;
  walk.names.push(...target.reverse());
  return true;
}

/** The names of a path, `.` and `..` resolved. */
function normalizeNames(path: string): string[] {
  if (path.startsWith('/')) throw escapes(path, 'it is absolute and');
  if (path.includes('\0')) throw escapes(path, 'it holds a NUL byte and');
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) throw escapes(path, 'it');
  }
  return names;
}

/** The names of a link's target with its `..`, or `undefined` when it can lead nowhere. */
function linkNames(path: string, target: Uint8Array): string[] | undefined {
  if (target.length === 0 || target.length > MAX_LINK_BYTES) return undefined;
  const text = decodeName(Buffer.from(target.buffer, target.byteOffset, target.byteLength));
  if (text.startsWith('/')) throw escapes(path, 'a link on its way is absolute and');
  if (text.includes('\0')) throw escapes(path, 'a link on its way holds a NUL byte and');
  return text.split('/').filter((name) => name !== '' && name !== '.');
}

function escapes(path: string, what: string): HoldfastError {
  return new HoldfastError(
    'TREE_ESCAPE',
    `Cannot use path ${JSON.stringify(path)}: ${what} leaves the source; only paths inside it can be read`,
    { retry: 'never' },
  );
}

function loops(path: string): HoldfastError {
  return new HoldfastError(
    'TREE_LOOP',
    `Cannot use path ${JSON.stringify(path)}: its links do not end after ${MAX_LINK_HOPS} hops`,
    { retry: 'never' },
  );
}
