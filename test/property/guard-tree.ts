import type { SourceTree } from '../../src/source/tree.ts';

/** The tree, but an Error of another kind for every path that is not clean or leads outside. */
export function guardTree(tree: SourceTree): SourceTree {
  const inside = (path: string): string => {
    const names = path.split('/');
    if (path.startsWith('/') || names.includes('..') || path.includes('\0')) throw new Error(`looked at ${path}`);
    return path;
  };
  return {
    id: tree.id,
    read: (path) => tree.read(inside(path)),
    list: (path) => tree.list(inside(path)),
    realPath: (path) => tree.realPath(inside(path)),
    stat: (path) => tree.stat(inside(path)),
  };
}

/** Whether the tree still holds these files as they were. */
export function isUntouched(tree: SourceTree, files: ReadonlyMap<string, string | Uint8Array>): boolean {
  return [...files].every(([path, text]) => Buffer.from(tree.read(path) ?? []).equals(Buffer.from(text)));
}
