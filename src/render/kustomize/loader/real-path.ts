import { posix } from 'node:path';
import { HoldfastError } from '../../../lib/errors.ts';
import type { SourceTree } from '../../../source/tree.ts';
import { KustomizeError } from '../kustomize-error.ts';

/** Where a path leads. */
export interface RealPath {
  /** From the root of the tree, links resolved. */
  readonly path: string;
  readonly isFolder: boolean;
}

/** A tree, and how messages name its paths. */
export interface ShownTree {
  readonly tree: SourceTree;
  /** Absolute path that the tree's root is shown as; undefined: paths are shown from the tree's root. */
  readonly displayRoot?: string | undefined;
}

/** A path from the tree's root as messages name it. */
export function showPath({ displayRoot }: ShownTree, path: string): string {
  if (displayRoot !== undefined) return posix.join(displayRoot, path);
  return path === '' ? '.' : path;
}

/**
 * Follows a clean path relative to the tree's root.
 * @throws {KustomizeError} that names the first part that is missing, or the link that leaves the tree
 */
export function realPath(shown: ShownTree, path: string): RealPath {
  const found = follow(shown, path);
  if (found !== undefined) return found;
  throw new KustomizeError(`evalsymlink failure on '${showPath(shown, path)}' : ${whatIsMissing(shown, path)}`);
}

function follow(shown: ShownTree, path: string): RealPath | undefined {
  const { tree } = shown;
  try {
    const resolved = tree.realPath(path);
    return resolved === undefined ? undefined : classify(tree, resolved);
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.stage !== 'source') throw error;
    const reason = `evalsymlink failure on '${showPath(shown, path)}' : ${error.message}`;
    throw new KustomizeError(reason, { cause: error });
  }
}

function classify(tree: SourceTree, path: string): RealPath | undefined {
  const kind = tree.stat(path)?.kind;
  if (kind === undefined) return undefined;
  if (kind !== 'symlink') return { path, isFolder: kind === 'directory' || kind === 'submodule' };
  if (tree.list(path) !== undefined) return { path, isFolder: true };
  return tree.read(path) === undefined ? undefined : { path, isFolder: false };
}

function whatIsMissing(shown: ShownTree, path: string): string {
  const { tree } = shown;
  const names = path.split('/');
  for (let count = 1; count < names.length; count++) {
    const part = names.slice(0, count).join('/');
    if (tree.stat(part) === undefined) return `lstat ${showPath(shown, part)}: no such file or directory`;
    if (tree.list(part) === undefined) return 'not a directory';
  }
  return `lstat ${showPath(shown, path)}: no such file or directory`;
}

/** Whether there is a folder, and no link to one, at `path`; false also for paths that the tree refuses. */
export function isFolderAt(tree: SourceTree, path: string): boolean {
  try {
    return tree.stat(path)?.kind === 'directory';
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.stage !== 'source') throw error;
    return false;
  }
}

/** `path` relative to `folder`, clean, from the root of the tree: `''` is the root, and a leading `..` leaves it. */
export function joinPath(folder: string, path: string): string {
  const joined = posix.join(folder, path).replace(/\/$/, '');
  return joined === '.' ? '' : joined;
}

/** Whether `path` is `folder` or below it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}
