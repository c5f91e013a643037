import { constants, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { HoldfastError } from '../lib/errors.ts';
import { decodeName, encodeName } from './name-codec.ts';
import type { EntryKind, SourceTree, TreeEntry } from './tree.ts';
import { walkedTree } from './walked-tree.ts';

interface ReadFolder {
  readonly entries: readonly TreeEntry[];
  readonly byName: ReadonlyMap<string, TreeEntry>;
}

/** Makes the ids of each tree its own: two looks at one folder may see different content. */
let treeCount = 0;

/**
 * A tree over a folder on disk, for the command line and for tests. Everything is read when it is first asked for and
 * then kept, so that one tree answers the same all the time. Links stay inside `root`; an absolute link that leads below
 * `root` is followed. Ids are valid within this tree alone. Sockets, devices and the like are left out.
 *
 * @param root path of the folder; `/` makes everything readable
 * @throws {HoldfastError} RENDER_PATH if `root` is no folder
 */
export function folderTree(root: string): SourceTree {
  const top = path.resolve(root);
  requireFolder(top);
  const prefix = `folder-${++treeCount}:`;
  const folders = new Map<string, ReadFolder>();
  const files = new Map<string, Uint8Array>();
  const absolute = (oid: string) => path.join(top, oid.slice(prefix.length));
  return walkedTree({
    rootOid: prefix,
    directory: (oid) => remembered(folders, oid, () => readFolder(absolute(oid), oid)),
    file: (oid) => remembered(files, oid, () => readContent(absolute(oid), top)),
  });
}

function requireFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new HoldfastError('RENDER_PATH', `Cannot read ${JSON.stringify(folder)}: there is no folder of that name`, {
    retry: 'never',
  });
}

function remembered<T>(known: Map<string, T>, oid: string, read: () => T): T {
  let value = known.get(oid);
  if (value === undefined) {
    value = read();
    known.set(oid, value);
  }
  return value;
}

function readFolder(folder: string, oid: string): ReadFolder {
  const rows = readdirSync(encodeName(folder), { withFileTypes: true, encoding: 'buffer' });
  const entries: TreeEntry[] = [];
  for (const row of rows.sort((a, b) => a.name.compare(b.name))) {
    const name = decodeName(row.name);
    const kind = kindOf(row);
    if (kind !== undefined) entries.push({ name, kind, oid: `${oid}/${name}` });
  }
  return { entries, byName: new Map(entries.map((entry) => [entry.name, entry])) };
}

function kindOf(row: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): EntryKind | undefined {
  if (row.isFile()) return 'file';
  if (row.isDirectory()) return 'directory';
  return row.isSymbolicLink() ? 'symlink' : undefined;
}

/** Content of a file, or the target of a link. */
function readContent(file: string, top: string): Uint8Array {
  const name = encodeName(file);
  try {
    // Asking of every file whether it is a link would take as long as reading it.
    return readFileSync(name, { flag: constants.O_RDONLY | constants.O_NOFOLLOW });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ELOOP')) throw error;
    return linkTarget(file, decodeName(readlinkSync(name, { encoding: 'buffer' })), top);
  }
}

function linkTarget(file: string, target: string, top: string): Uint8Array {
  if (!path.isAbsolute(target)) return encodeName(target);
  const below = path.relative(top, target);
  // What lies outside stays absolute, which the walk refuses.
  return encodeName(isBelow(below) ? path.relative(path.dirname(file), target) || '.' : target);
}

function isBelow(relative: string): boolean {
  return relative !== '..' && !relative.startsWith('../');
}
