import type { SourceTree } from './tree.ts';

/**
 * `tree` with other contents in some files that it has. Only reading them by these very paths is affected: names, kinds
 * and ids stay those of the tree below, so that what is recorded of it goes on saying what was read there.
 * @param contents by path from the root, without `.` and `..`
 */
export function overlayTree(tree: SourceTree, contents: ReadonlyMap<string, Uint8Array>): SourceTree {
  return {
    id: tree.id,
    read: (path) => contents.get(path) ?? tree.read(path),
    list: (path) => tree.list(path),
    realPath: (path) => tree.realPath(path),
    stat: (path) => tree.stat(path),
  };
}
