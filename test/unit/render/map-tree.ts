import { createHash } from 'node:crypto';
import type { EntryKind, SourceTree, TreeEntry } from '../../../src/source/tree.ts';

/** A tree of plain text files; a value that is `{ link }` is a symlink to a path from the root. */
export type MapTreeFiles = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>;

/** A tree over a plain map of path to content. Links resolve one hop, to files only: enough for these tests. */
export function mapTree(files: MapTreeFiles): SourceTree {
  const entries = new Map<string, Map<string, TreeEntry>>([['', new Map()]]);
  const contents = new Map<string, Uint8Array>();
  for (const [path, content] of Object.entries(files)) addFile(path, content);

  function addFile(path: string, content: MapTreeFiles[string]): void {
    const isText = typeof content === 'string' || content instanceof Uint8Array;
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : isText ? content : undefined;
    if (bytes !== undefined) contents.set(path, bytes);
    addEntry(path, isText ? 'file' : 'symlink', bytes ?? new TextEncoder().encode(path));
  }

  function addEntry(path: string, kind: EntryKind, bytes: Uint8Array): void {
    const slash = path.lastIndexOf('/');
    const folder = slash < 0 ? '' : path.slice(0, slash);
    if (!entries.has(folder)) {
      entries.set(folder, new Map());
      addEntry(folder, 'directory', bytes);
    }
    const name = path.slice(slash + 1);
    entries.get(folder)?.set(name, { name, kind, oid: createHash('sha1').update(bytes).digest('hex') });
  }

  return {
    id: 'map',
    read(path) {
      const content = files[path];
      const isLink = typeof content === 'object' && 'link' in content;
      return contents.get(isLink ? content.link : path);
    },
    list: (path) => {
      const folder = entries.get(path === '.' ? '' : path);
      return folder === undefined ? undefined : [...folder.values()];
    },
    stat(path) {
      const slash = path.lastIndexOf('/');
      return entries.get(slash < 0 ? '' : path.slice(0, slash))?.get(path.slice(slash + 1));
    },
  };
}
