import { HoldfastError } from '../../lib/errors.ts';
import { decodeName } from '../name-codec.ts';
import type { EntryKind, TreeEntry } from '../tree.ts';

/** A parsed tree object. */
export interface Directory {
  /** In Git's order. */
  readonly entries: readonly TreeEntry[];
  readonly byName: ReadonlyMap<string, TreeEntry>;
}

const OID_BYTES = 20;

/**
 * Parses a tree object. Stricter than `git fetch`, as strict as a checkout: what could not be checked out safely on
 * any file system is refused, because two readers of such a tree may see different files.
 * @param oid for messages only
 * @throws {HoldfastError} GIT_CORRUPT for a truncated entry, an unknown mode, a name that is empty, `.`, `..`, holds a
 *   slash or is `.git` on some file system, and for entries that are twice there or out of order
 */
export function parseTree(content: Buffer, oid: string): Directory {
  const entries: TreeEntry[] = [];
  const byName = new Map<string, TreeEntry>();
  let previous: Buffer | undefined;
  let at = 0;
  while (at < content.length) {
    const end = content.indexOf(0, at);
    if (end < 0 || end + 1 + OID_BYTES > content.length) throw corrupt(oid, 'ends in the middle of an entry');
    const space = content.indexOf(0x20, at);
    if (space < 0 || space > end) throw corrupt(oid, 'has an entry without a mode');
    const kind = kindOf(content.toString('latin1', at, space));
    if (kind === undefined) throw corrupt(oid, 'has an entry with an unknown mode');
    const name = checkedName(content.subarray(space + 1, end), oid);
    const entry: TreeEntry = { name, kind, oid: content.toString('hex', end + 1, end + 1 + OID_BYTES) };
    if (byName.has(name)) throw corrupt(oid, `has the entry ${JSON.stringify(name)} twice`);
    const key = sortKey(content.subarray(space + 1, end), kind);
    if (previous !== undefined && previous.compare(key) > 0) throw corrupt(oid, 'is not sorted');
    previous = key;
    byName.set(name, entry);
    entries.push(entry);
    at = end + 1 + OID_BYTES;
  }
  return { entries, byName };
}

/** What Git compares when it sorts a tree: a folder's name with a slash at its end. */
export function sortKey(name: Buffer, kind: EntryKind): Buffer {
  return kind === 'directory' ? Buffer.concat([name, SLASH]) : name;
}

const SLASH = Buffer.from('/');

function kindOf(mode: string): EntryKind | undefined {
  switch (mode) {
    case '100644':
    // Written by very old versions of Git; it reads them as 100644.
    case '100664':
      return 'file';
    case '100755':
      return 'executable';
    case '40000':
    // With a leading zero some other programs write folders; Git only warns.
    case '040000':
      return 'directory';
    case '120000':
      return 'symlink';
    case '160000':
      return 'submodule';
    default:
      return undefined;
  }
}

function checkedName(bytes: Buffer, oid: string): string {
  const name = decodeName(bytes);
  if (name === '' || name === '.' || name === '..' || name.includes('/')) {
    throw corrupt(oid, `has an entry named ${JSON.stringify(name)}`);
  }
  if (isDotGit(name)) throw corrupt(oid, `has the entry ${JSON.stringify(name)}, which is ".git" on some file systems`);
  return name;
}

/** Characters that HFS+ leaves out when it compares names. */
const HFS_IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/**
 * Whether some file system takes the name for `.git`: in any case, with trailing dots and spaces, as an NTFS stream or
 * short name, or with characters that HFS+ ignores.
 * @see https://github.com/git/git/blob/v2.39.5/path.c is_ntfs_dotgit, utf8.c is_hfs_dotgit
 */
function isDotGit(name: string): boolean {
  // Nearly every name ends here; the others start with a dot, as a short name, or with a character HFS+ may ignore.
  if (/^[^.gG\u0080-\uffff]/.test(name)) return false;
  const [head = ''] = name.replace(HFS_IGNORED, '').toLowerCase().split(/[:\\]/);
  const bare = head.replace(/[ .]+$/, '');
  return bare === '.git' || bare === 'git~1';
}

function corrupt(oid: string, what: string): HoldfastError {
  return new HoldfastError(
    'GIT_CORRUPT',
    `Cannot use tree ${oid}: it ${what}; "git fsck" in the repository shows more`,
  );
}
