import type { SourceTree } from '../tree.ts';
import { walkedTree } from '../walked-tree.ts';
import type { ObjectStore } from './object-store.ts';

/**
 * The tree of a commit in a store. Reads inflate on demand; contents are shared and must not be changed.
 * The ids of files and folders are Git's own.
 */
export function gitTree(store: ObjectStore, rootTree: string): SourceTree {
  return walkedTree({
    rootOid: rootTree,
    directory: (oid) => store.directory(oid),
    file: (oid) => store.read(oid, 'blob'),
  });
}
