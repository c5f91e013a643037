/** What a tree entry is. A submodule has no content here. */
export type EntryKind = 'file' | 'executable' | 'directory' | 'symlink' | 'submodule';

/** One name in a directory. */
export interface TreeEntry {
  /** Bytes that are no valid UTF-8 are carried as lone surrogates U+DC80..U+DCFF (Python's `surrogateescape`). */
  readonly name: string;
  readonly kind: EntryKind;
  /** Content address: equal oids of one tree implementation mean equal content. */
  readonly oid: string;
}

/**
 * A content-addressed, read-only tree of files: a Git commit, an OCI layer, a chart archive or a folder.
 *
 * Paths are relative to the root, with `/` between names; `''` and `.` are the root itself. `.` and `..` are
 * resolved first; a path that leaves the root is refused. Symlinks, also in the middle of a path, resolve inside
 * the tree. All methods are synchronous, because renderers are pure.
 *
 * @throws {HoldfastError} TREE_ESCAPE if the path or a link on its way leaves the root or is absolute or holds NUL
 * @throws {HoldfastError} TREE_LOOP if links do not end (more than 40 hops)
 */
export interface SourceTree {
  /** Names the tree as a whole: for Git the oid of the root tree. */
  readonly id: string;
  /** Content of a file, links followed; `undefined` when there is no file there. The bytes must not be changed. */
  read(path: string): Uint8Array | undefined;
  /** Entries of a directory in the tree's own order, links to directories followed; `undefined` when there is none. */
  list(path: string): readonly TreeEntry[] | undefined;
  /** The path of what is at `path`, with all links followed; `''` for the root, `undefined` when nothing is there. */
  realPath(path: string): string | undefined;
  /** What is at `path` itself, without following a link in its last name; `undefined` when nothing is there. */
  stat(path: string): TreeEntry | undefined;
}
