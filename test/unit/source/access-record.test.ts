import { describe, expect, it } from 'vitest';

import { HoldfastError } from '../../../src/lib/errors.ts';
import { recordAccess, recordStillHolds } from '../../../src/source/access-record.ts';
import { type MemoryFile, memoryTree } from '../../../src/source/memory-tree.ts';
import type { SourceTree } from '../../../src/source/tree.ts';

type Files = Readonly<Record<string, MemoryFile>>;

const FILES: Files = {
  'app/a.yaml': 'a',
  'app/run': { content: 'run', executable: true },
  'app/sub/b.yaml': 'b',
  'app/link': { link: '../lib/c.yaml' },
  'app/dir': { link: '../lib' },
  'app/out': { link: '../../etc' },
  'app/loop': { link: 'loop' },
  'lib/c.yaml': 'c',
  'lib/d.yaml': 'd',
  unrelated: 'x',
};

/** Whether what `use` asks of FILES is answered alike after a change; `null` deletes. */
function holdsAfter(use: (tree: SourceTree) => unknown, change: Readonly<Record<string, MemoryFile | null>>): boolean {
  const recorder = recordAccess(memoryTree(FILES));
  use(recorder.tree);
  const changed = Object.entries({ ...FILES, ...change }).filter(
    (pair): pair is [string, MemoryFile] => pair[1] !== null,
  );
  return recordStillHolds(structuredClone(recorder.record()), memoryTree(new Map(changed)));
}

const quietly = (run: () => unknown) => {
  try {
    return run();
  } catch {
    return undefined;
  }
};

const READ_A = (tree: SourceTree) => tree.read('app/a.yaml');
const READ_LINK = (tree: SourceTree) => tree.read('app/link');
const READ_THROUGH = (tree: SourceTree) => tree.read('app/dir/c.yaml');
const LIST_APP = (tree: SourceTree) => tree.list('app');
const LIST_LINK = (tree: SourceTree) => tree.list('app/dir');
const STAT_RUN = (tree: SourceTree) => tree.stat('app/run');
const READ_ABSENT = (tree: SourceTree) => tree.read('app/kustomization.yaml');
const READ_OUT = (tree: SourceTree) => quietly(() => tree.read('app/out'));
const READ_LOOP = (tree: SourceTree) => quietly(() => tree.read('app/loop'));

describe('recordStillHolds()', () => {
  it.each([
    ['nothing was asked', () => undefined, { 'app/a.yaml': 'changed' }],
    ['another file changed', READ_A, { unrelated: 'y', 'app/sub/b.yaml': 'y' }],
    ['a file beside it came and went', READ_A, { 'app/new': 'x', 'app/run': null }],
    ['a link leads to the same content on another way', READ_LINK, { 'app/link': { link: './dir/c.yaml' } }],
    ['a link became a copy of what it led to, on the way', READ_THROUGH, { 'app/dir': null, 'app/dir/c.yaml': 'c' }],
    [
      'a folder that was listed through a link is another with the same entries',
      LIST_LINK,
      {
        'lib/c.yaml': null,
        'lib/d.yaml': null,
        'new/c.yaml': 'c',
        'new/d.yaml': 'd',
        'app/dir': { link: '../new' },
      },
    ],
    ['what was not there still is not', READ_ABSENT, { 'app/a.yaml': 'changed' }],
    ['what was refused is refused again', READ_OUT, { 'app/out': { link: '/etc' } }],
    ['what looped loops in another way', READ_LOOP, { 'app/loop': { link: 'loop2' }, 'app/loop2': { link: 'loop' } }],
  ] as const)('is true when %s', (_, use, change) => {
    expect(holdsAfter(use, change)).toBe(true);
  });

  it.each([
    ['content changed', READ_A, { 'app/a.yaml': 'A' }],
    ['a file became executable', READ_A, { 'app/a.yaml': { content: 'a', executable: true } }],
    ['a file went', READ_A, { 'app/a.yaml': null }],
    ['a file became a folder', READ_A, { 'app/a.yaml': null, 'app/a.yaml/x': 'a' }],
    ['a file became a link', READ_A, { 'app/a.yaml': { link: '../lib/c.yaml' } }],
    ['a file became a link to itself', READ_A, { 'app/a.yaml': { link: 'a.yaml' } }],
    ['a file became a link that leaves the tree', READ_A, { 'app/a.yaml': { link: '../../a.yaml' } }],
    ['what a link leads to changed', READ_LINK, { 'lib/c.yaml': 'C' }],
    ['a link leads elsewhere', READ_LINK, { 'app/link': { link: '../lib/d.yaml' } }],
    ['a link leads nowhere any more', READ_LINK, { 'lib/c.yaml': null }],
    ['what a link on the way leads to changed', READ_THROUGH, { 'lib/c.yaml': 'C' }],
    ['a link on the way leads elsewhere', READ_THROUGH, { 'app/dir': { link: '../app/sub' } }],
    ['a link on the way leads out', READ_THROUGH, { 'app/dir': { link: '../..' } }],
    ['a listed folder got a file', LIST_APP, { 'app/new': 'x' }],
    ['a listed folder lost a file', LIST_APP, { 'app/a.yaml': null }],
    ['a file in a listed folder changed', LIST_APP, { 'app/a.yaml': 'A' }],
    ['a file below a listed folder changed', LIST_APP, { 'app/sub/b.yaml': 'B' }],
    ['a folder listed through a link got a file', LIST_LINK, { 'lib/new': 'x' }],
    ['a folder listed through a link went', LIST_LINK, { 'lib/c.yaml': null, 'lib/d.yaml': null }],
    ['a mode that was looked at changed', STAT_RUN, { 'app/run': 'run' }],
    ['what was not there came', READ_ABSENT, { 'app/kustomization.yaml': '' }],
    ['what was refused is allowed now', READ_OUT, { 'app/out': { link: '../lib/c.yaml' } }],
    ['what looped leads somewhere', READ_LOOP, { 'app/loop': { link: 'a.yaml' } }],
    ['what looped leaves the tree', READ_LOOP, { 'app/loop': { link: '/' } }],
  ] as const)('is false when %s', (_, use, change) => {
    expect(holdsAfter(use, change)).toBe(false);
  });

  it('is false for a record with an answer that the tree failed to give', () => {
    const broken: SourceTree = {
      ...memoryTree(FILES),
      stat: () => {
        throw new HoldfastError('GIT_CORRUPT', 'broken');
      },
    };
    const recorder = recordAccess(broken);
    recorder.tree.read('app/a.yaml');
    expect(recordStillHolds(recorder.record(), broken)).toBe(false);
    expect(recordStillHolds(recorder.record(), memoryTree(FILES))).toBe(false);
  });
});

describe('recordAccess()', () => {
  it('answers as the tree itself', () => {
    const tree = memoryTree(FILES);
    const { tree: observed } = recordAccess(tree);
    expect(observed.id).toBe(tree.id);
    for (const path of ['', 'app', 'app/a.yaml', 'app/link', 'app/dir', 'app/dir/c.yaml', 'none']) {
      expect(observed.read(path)).toEqual(tree.read(path));
      expect(observed.list(path)).toEqual(tree.list(path));
      expect(observed.stat(path)).toEqual(tree.stat(path));
    }
    expect(() => observed.read('../x')).toThrow(expect.objectContaining({ code: 'TREE_ESCAPE' }));
    expect(() => observed.list('app/loop')).toThrow(expect.objectContaining({ code: 'TREE_LOOP' }));
  });

  it('records each question once, and different questions about one path apart', () => {
    const recorder = recordAccess(memoryTree(FILES));
    const { tree } = recorder;
    for (let i = 0; i < 3; i++) {
      tree.read('app/a.yaml');
      tree.stat('app/a.yaml');
      tree.list('app/a.yaml');
    }
    expect(recorder.record().accesses.map(({ question }) => question)).toEqual(['read', 'stat', 'list']);
  });

  it('takes over what an earlier use of the same tree had asked', () => {
    const base = recordAccess(memoryTree(FILES));
    base.tree.read('lib/c.yaml');
    const parent = recordAccess(memoryTree(FILES));
    parent.tree.read('app/a.yaml');
    parent.replay(base.record());
    const holds = (change: Files) => recordStillHolds(parent.record(), memoryTree({ ...FILES, ...change }));
    expect(holds({ unrelated: 'y' })).toBe(true);
    expect(holds({ 'lib/c.yaml': 'C' })).toBe(false);
    expect(holds({ 'app/a.yaml': 'A' })).toBe(false);
  });
});
