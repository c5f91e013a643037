import { HoldfastError } from '../lib/errors.ts';
import { objectId } from './git/object.ts';
import { encodeName } from './name-codec.ts';
import type { EntryKind, SourceTree, TreeEntry } from './tree.ts';
import { walkedTree } from './walked-tree.ts';

/** One file of a {@link memoryTree}: text or bytes, an executable, or a link with its target. */
export type MemoryFile =
  | string
  | Uint8Array
  | { readonly content: string | Uint8Array; readonly executable?: boolean }
  | { readonly link: string };

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: Map<string, { kind: EntryKind; content: Uint8Array }>;
}

interface BuiltFolder {
  readonly entries: readonly TreeEntry[];
  readonly byName: ReadonlyMap<string, TreeEntry>;
}

/**
 * A tree from a map of paths: for tests, chart archives and other sources that come as a whole. Its ids are those that
 * Git gives the same files. A path that ends in a slash makes an empty folder (its content is ignored).
 * @throws {HoldfastError} TREE_ESCAPE for a path that is empty, absolute, holds NUL, `.`, `..` or an empty name, or
 *   that is both a file and a folder
 */
export function memoryTree(files: Readonly<Record<string, MemoryFile>> | ReadonlyMap<string, MemoryFile>): SourceTree {
  const root = newFolder();
  const pairs = files instanceof Map ? files : Object.entries(files);
  for (const [path, file] of pairs as Iterable<[string, MemoryFile]>) insert(root, path, file);
  const directories = new Map<string, BuiltFolder>();
  const contents = new Map<string, Uint8Array>();
  const rootOid = build(root, directories, contents);
  return walkedTree({
    rootOid,
    directory: (oid) => directories.get(oid) ?? { entries: [], byName: new Map() },
    file: (oid) => contents.get(oid) ?? new Uint8Array(),
  });
}

function newFolder(): Folder {
  return { folders: new Map(), files: new Map() };
}

function insert(root: Folder, path: string, file: MemoryFile): void {
  const names = path.split('/');
  // Empty after a slash at the end: then the path names a folder.
  const last = names.pop() ?? '';
  const isFolder = last === '' && names.length > 0;
  if (![...names, ...(isFolder ? [] : [last])].every(isPlainName)) throw badPath(path);
  let folder = root;
  for (const name of names) {
    if (folder.files.has(name)) throw badPath(path);
    const next = folder.folders.get(name) ?? newFolder();
    folder.folders.set(name, next);
    folder = next;
  }
  if (isFolder) return;
  if (folder.folders.has(last)) throw badPath(path);
  folder.files.set(last, fileOf(file));
}

function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('\0');
}

function fileOf(file: MemoryFile): { kind: EntryKind; content: Uint8Array } {
  if (typeof file === 'string') return { kind: 'file', content: Buffer.from(file) };
  if (file instanceof Uint8Array) return { kind: 'file', content: file };
  if ('link' in file) return { kind: 'symlink', content: encodeName(file.link) };
  const content = typeof file.content === 'string' ? Buffer.from(file.content) : file.content;
  return { kind: file.executable === true ? 'executable' : 'file', content };
}

const MODES: Readonly<Record<EntryKind, string>> = {
  file: '100644',
  executable: '100755',
  directory: '40000',
  symlink: '120000',
  submodule: '160000',
};

/** Registers a folder and all below it; returns its id, computed as Git does. */
function build(folder: Folder, directories: Map<string, BuiltFolder>, contents: Map<string, Uint8Array>): string {
  const rows: { entry: TreeEntry; key: Buffer; name: Buffer }[] = [];
  const addRow = (name: string, kind: EntryKind, oid: string) => {
    const bytes = encodeName(name);
    // Git sorts a folder as if its name ended in a slash.
    const key = kind === 'directory' ? Buffer.concat([bytes, Buffer.from('/')]) : bytes;
    rows.push({ entry: { name, kind, oid }, key, name: bytes });
  };
  for (const [name, child] of folder.folders) addRow(name, 'directory', build(child, directories, contents));
  for (const [name, { kind, content }] of folder.files) {
    const oid = objectId('blob', content);
    contents.set(oid, content);
    addRow(name, kind, oid);
  }
  rows.sort((a, b) => a.key.compare(b.key));
  const bytes = rows.map(({ entry, name }) =>
    Buffer.concat([Buffer.from(`${MODES[entry.kind]} `), name, Buffer.from([0]), Buffer.from(entry.oid, 'hex')]),
  );
  const oid = objectId('tree', Buffer.concat(bytes));
  const entries = rows.map(({ entry }) => entry);
  directories.set(oid, { entries, byName: new Map(entries.map((entry) => [entry.name, entry])) });
  return oid;
}

function badPath(path: string): HoldfastError {
  return new HoldfastError(
    'TREE_ESCAPE',
    `Cannot put a file at ${JSON.stringify(path)}: a path needs plain names between single slashes, and no folder can be a file as well`,
    { retry: 'never' },
  );
}
