import { hash } from 'node:crypto';
import type { DirectorySource } from '../../api/source-types.ts';
import { HoldfastError } from '../../lib/errors.ts';
import { compileGlob, GlobError, type GlobMatcher } from '../../lib/glob.ts';
import type { SourceTree, TreeEntry } from '../../source/tree.ts';

/** Files that may hold manifests, and what was passed over on the way. */
export interface FoundFiles {
  /** Paths from the root of the tree with the oid of the content, in the order in which Go's filepath.Walk goes. */
  readonly files: readonly FoundFile[];
  readonly warnings: readonly string[];
}

/** A file to parse. */
export interface FoundFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Content address; for a link, of the content it leads to. */
  readonly oid: string;
}

/**
 * The files below `path` that the application's directory options select: by extension, `recurse`, `exclude`, then
 * `include`, both globs on the path from `path` on. Hidden files count; links to files do, links to folders do not.
 *
 * @throws {HoldfastError} APPLICATION_INVALID if a glob is malformed
 * @throws {HoldfastError} TREE_ESCAPE or TREE_LOOP if a link leaves the tree or does not end
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/reposerver/repository/repository.go getPotentiallyValidManifests
 */
export function findFiles(tree: SourceTree, path: string, directory: DirectorySource): FoundFiles {
  const files: FoundFile[] = [];
  const warnings: string[] = [];
  const isSelected = selection(directory);
  const visit = (folder: string, relative: string): void => {
    for (const entry of sortedEntries(tree, folder)) {
      const full = join(folder, entry.name);
      const inside = join(relative, entry.name);
      if (entry.kind === 'submodule') warnings.push(`${full} is a submodule; submodules are not fetched`);
      else if (entry.kind !== 'directory') takeFile(full, inside, entry);
      else if (directory.recurse === true) visit(full, inside);
    }
  };
  const takeFile = (full: string, inside: string, entry: TreeEntry): void => {
    if (!isSelected(entry.name, inside)) return;
    const bytes = tree.read(full);
    if (bytes === undefined) warnings.push(`${full} is a link to nothing that can be read as a file`);
    else files.push({ path: full, bytes, oid: entry.kind === 'symlink' ? hash('sha256', bytes) : entry.oid });
  };
  visit(path, '');
  return { files, warnings };
}

const MANIFEST_NAME = /^.*\.(yaml|yml|json|jsonnet)$/;
/** Argo CD's parameter overrides, which lie among the manifests and are none. */
const OVERRIDE_NAME = /^\.argocd-source(-.*)?\.yaml$/;

function selection(directory: DirectorySource): (name: string, inside: string) => boolean {
  const include = compileOption(directory.include, 'include');
  const exclude = compileOption(directory.exclude, 'exclude');
  return (name, inside) => {
    if (directory.disableExtensionFilter !== true && !MANIFEST_NAME.test(name)) return false;
    if (OVERRIDE_NAME.test(name) || exclude?.(inside) === true) return false;
    return include === undefined || include(inside);
  };
}

function compileOption(pattern: string | undefined, option: 'include' | 'exclude'): GlobMatcher | undefined {
  if (pattern === undefined || pattern === '') return undefined;
  try {
    return compileGlob(pattern);
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    const message = `Cannot read the glob ${JSON.stringify(pattern)} in spec.source.directory.${option}: ${error.message}`;
    throw new HoldfastError('APPLICATION_INVALID', message, { retry: 'never', cause: error });
  }
}

function sortedEntries(tree: SourceTree, folder: string): readonly TreeEntry[] {
  return (tree.list(folder) ?? []).toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
