import { describe, expect, it } from 'vitest';

import { recordAccess, recordStillHolds } from '../../../src/source/access-record.ts';
import { memoryTree } from '../../../src/source/memory-tree.ts';
import { overlayTree } from '../../../src/source/overlay-tree.ts';
import type { SourceTree } from '../../../src/source/tree.ts';

const FILES = { 'app/a.txt': 'a', 'app/b.txt': 'b', 'app/link.txt': { link: 'a.txt' } };
const base = memoryTree(FILES);
const read = (tree: SourceTree, path: string): string | undefined => {
  const content = tree.read(path);
  return content === undefined ? undefined : Buffer.from(content).toString();
};

describe('overlayTree()', () => {
  const tree = overlayTree(base, new Map([['app/a.txt', Buffer.from('changed')]]));

  it('puts another content in place of that of a file, and of no other', () => {
    expect(read(tree, 'app/a.txt')).toBe('changed');
    expect(read(tree, 'app/b.txt')).toBe('b');
    expect(read(tree, 'app/c.txt')).toBeUndefined();
    expect(read(base, 'app/a.txt')).toBe('a');
  });

  it('leaves names and kinds as they are', () => {
    expect(tree.list('app')).toEqual(base.list('app'));
    expect(tree.stat('app/b.txt')).toEqual(base.stat('app/b.txt'));
    expect(tree.stat('app/a.txt')?.kind).toBe('file');
    expect(tree.list('absent')).toBeUndefined();
  });

  it('lets an empty content be one', () => {
    expect(read(overlayTree(base, new Map([['app/b.txt', Buffer.alloc(0)]])), 'app/b.txt')).toBe('');
  });

  it('over a tree that is recorded leaves the record true of the tree below', () => {
    const recording = recordAccess(base);
    recording.tree.read('app/a.txt');
    const over = overlayTree(recording.tree, new Map([['app/a.txt', Buffer.from('changed')]]));
    expect(read(over, 'app/a.txt')).toBe('changed');
    over.list('app');
    expect(recordStillHolds(recording.record(), memoryTree(FILES))).toBe(true);
    expect(recordStillHolds(recording.record(), memoryTree({ ...FILES, 'app/a.txt': 'A' }))).toBe(false);
  });
});
