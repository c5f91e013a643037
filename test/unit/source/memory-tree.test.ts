import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { memoryTree } from '../../../src/source/memory-tree.ts';
import { createRepository } from '../../support/git-repository.ts';

describe('memoryTree()', () => {
  it('has the ids that git gives the same files', async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'holdfast-memory-tree-'));
    const repository = await createRepository(path.join(root, 'r.git'));
    const files = {
      'a.b': '1',
      'a/b': '2',
      a0: '3',
      'a-b': '4',
      'deep/er/and/deeper': 'x',
      run: { content: 'x', executable: true },
      link: { link: 'a/b' },
      'Käse 😀': Uint8Array.from([0, 255, 10]),
      empty: '',
    };
    const commit = await repository.commit(files);
    expect(memoryTree(files).id).toBe(await repository.revParse(`${commit}^{tree}`));
    expect(memoryTree(new Map(Object.entries(files))).id).toBe(memoryTree(files).id);
    await rm(root, { recursive: true });
  });

  it('has the id of the empty tree when it is empty', () => {
    expect(memoryTree({}).id).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
  });

  it('takes a path with a slash at its end for an empty folder', () => {
    const tree = memoryTree({ 'charts/': '', 'charts/x': '1', 'empty/': '' });
    expect(tree.list('empty')).toEqual([]);
    expect(tree.list('charts')?.map(({ name }) => name)).toEqual(['x']);
  });

  it.each(['', '/', '/a', 'a//b', 'a/../b', '../a', './a', '.', '..', 'a/.', 'a\0b', 'a//'])(
    'refuses the path %j',
    (file) => {
      expect(() => memoryTree({ [file]: 'x' })).toThrow(expect.objectContaining({ code: 'TREE_ESCAPE' }));
    },
  );

  it('refuses a name that is a file and a folder', () => {
    for (const files of [
      [
        ['a', '1'],
        ['a/b', '2'],
      ],
      [
        ['a/b', '2'],
        ['a', '1'],
      ],
    ] as const) {
      expect(() => memoryTree(new Map(files))).toThrow(expect.objectContaining({ code: 'TREE_ESCAPE' }));
    }
  });
});
