import { HoldfastError } from '../lib/errors.ts';
import type { SourceTree, TreeEntry } from '../source/tree.ts';

/** A folder with all below it that was sent ahead, so that a render asks the controller for little else. */
export interface FolderContents {
  /** Entries of real folders by path. */
  readonly folders: ReadonlyMap<string, readonly TreeEntry[]>;
  /** Contents of real files by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A question that was put to the tree and answered from what was sent ahead. */
export type KnownQuestion = readonly [question: 'read' | 'list' | 'stat' | 'realPath', path: string];

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_ENTRIES = 20_000;

/**
 * Reads a folder with all below it. What is behind links, submodules and what goes beyond bounds of size is left out:
 * it can be asked for.
 */
export function readFolder(tree: SourceTree, path: string): FolderContents {
  const folders = new Map<string, readonly TreeEntry[]>();
  const files = new Map<string, Uint8Array>();
  let bytes = 0;
  let entries = 0;
  // Only then are the paths of what is below it those that links lead to.
  const pending = isRealFolder(tree, path) ? [path] : [];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const list = tree.list(folder) ?? [];
    entries += list.length;
    if (entries > MAX_ENTRIES) break;
    folders.set(folder, list);
    for (const { name, kind } of list) {
      const below = joinPath(folder, name);
      if (kind === 'directory') pending.push(below);
      const content = FILES.has(kind) && bytes <= MAX_BYTES ? tree.read(below) : undefined;
      if (content === undefined) continue;
      bytes += content.byteLength;
      files.set(below, content);
    }
  }
  return { folders, files };
}

const FILES: ReadonlySet<string> = new Set(['file', 'executable']);

/** A path that the tree refuses is refused again when it is asked for. */
function isRealFolder(tree: SourceTree, path: string): boolean {
  try {
    return tree.realPath(path) === path && tree.list(path) !== undefined;
  } catch (error) {
    if (error instanceof HoldfastError) return false;
    throw error;
  }
}

/** A tree that answers from what is known and asks `tree` for the rest. Tells `onKnown` what it answered by itself. */
export function knownTree(
  tree: SourceTree,
  { folders, files }: FolderContents,
  onKnown: (...question: KnownQuestion) => void,
): SourceTree {
  /** What is at the path, if that is certain: `null` when nothing is. */
  const entryAt = (path: string): TreeEntry | null | undefined => {
    if (!isPlainPath(path)) return undefined;
    const slash = path.lastIndexOf('/');
    const list = folders.get(slash < 0 ? '' : path.slice(0, slash));
    if (list === undefined) return undefined;
    return entryNamed(list, path.slice(slash + 1)) ?? null;
  };
  return {
    id: tree.id,
    read(path) {
      const content = files.get(path);
      if (content === undefined && !isWithout(entryAt(path), NO_FILE)) return tree.read(path);
      onKnown('read', path);
      return content;
    },
    list(path) {
      const list = folders.get(path);
      if (list === undefined && !isWithout(entryAt(path), NO_FOLDER)) return tree.list(path);
      onKnown('list', path);
      return list;
    },
    stat(path) {
      const entry = entryAt(path);
      if (entry === undefined) return tree.stat(path);
      onKnown('stat', path);
      return entry ?? undefined;
    },
    realPath(path) {
      const entry = entryAt(path);
      if (!folders.has(path) && (entry === undefined || entry?.kind === 'symlink')) return tree.realPath(path);
      onKnown('realPath', path);
      return folders.has(path) || entry !== null ? path : undefined;
    },
  };
}

const NO_FILE: ReadonlySet<string> = new Set(['directory', 'submodule']);
const NO_FOLDER: ReadonlySet<string> = new Set(['file', 'executable', 'submodule']);

/** Whether it is certain that there is nothing, or something of one of the kinds. */
function isWithout(entry: TreeEntry | null | undefined, kinds: ReadonlySet<string>): boolean {
  return entry === null || (entry !== undefined && kinds.has(entry.kind));
}

/** Without empty names, `.` and `..`, and without what no tree takes. */
function isPlainPath(path: string): boolean {
  return !/(?:^|\/)\.{0,2}(?:\/|$)/.test(path) && !path.includes('\0');
}

const byName = new WeakMap<readonly TreeEntry[], ReadonlyMap<string, TreeEntry>>();

function entryNamed(list: readonly TreeEntry[], name: string): TreeEntry | undefined {
  const known = byName.get(list) ?? new Map(list.map((entry) => [entry.name, entry]));
  byName.set(list, known);
  return known.get(name);
}

function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
