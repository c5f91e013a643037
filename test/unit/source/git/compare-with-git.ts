import { createHash } from 'node:crypto';

import { expect } from 'vitest';
import { encodeName } from '../../../../src/source/name-codec.ts';
import type { EntryKind, SourceTree } from '../../../../src/source/tree.ts';
import type { TestRepository } from '../../../support/git-repository.ts';

const MODES: Readonly<Record<EntryKind, string>> = {
  file: '100644 blob',
  executable: '100755 blob',
  directory: '040000 tree',
  symlink: '120000 blob',
  submodule: '160000 commit',
};

/**
 * Expects that a tree holds exactly what git says of the commit: each path with mode and oid, and each file's content,
 * hashed anew here, to be that of its oid.
 */
export async function expectSameAsGit(repository: TestRepository, commit: string, tree: SourceTree): Promise<void> {
  const theirs = (await repository.git(['ls-tree', '-r', '-t', '-z', '--full-tree', commit])).toString('latin1');
  const ours = listAll(tree);
  expect(ours).toEqual(theirs.split('\0').slice(0, -1).toSorted());
}

/** Every path in the words of `git ls-tree -r -t`, names as latin1, sorted. Reads every file. */
export function listAll(tree: SourceTree): string[] {
  const lines: string[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const { name, kind, oid } of tree.list(folder) ?? []) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (kind === 'directory') folders.push(path);
      if (kind === 'file' || kind === 'executable') expect(gitHash(tree.read(path)), path).toBe(oid);
      lines.push(`${MODES[kind]} ${oid}\t${encodeName(path).toString('latin1')}`);
    }
  }
  return lines.toSorted();
}

/** Git's id of a file's content, by a way of its own. */
function gitHash(content: Uint8Array | undefined): string {
  if (content === undefined) return 'nothing there';
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
