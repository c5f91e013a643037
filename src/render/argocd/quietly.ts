import { HoldfastError } from '../../lib/errors.ts';

/** What a look into a tree gives; a path that leaves the tree, or whose links do not end, names nothing in it. */
export function quietly<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof HoldfastError && error.code.startsWith('TREE_')) return undefined;
    throw error;
  }
}
