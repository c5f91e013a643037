/**
 * Reads the files of one kustomization and opens others relative to it. Paths are as kustomization files write them.
 */
export interface Loader {
  /** The kustomization's folder, from the root of its tree, links resolved; `''` is the root of the tree. */
  readonly root: string;

  /**
   * Content of a file, by a path relative to {@link root} or by its URL.
   * @throws {KustomizeError} if there is no such file or reading it is not allowed
   */
  load(path: string): Buffer;

  /**
   * A loader for another kustomization: a folder relative to {@link root}, or a Git repository's URL.
   * @throws {KustomizeError} if there is no such folder, or opening it would be a cycle
   */
  child(path: string): Loader;
}
