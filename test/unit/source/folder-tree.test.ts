import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderTree } from '../../../src/source/folder-tree.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'holdfast-folder-'));
  mkdirSync(path.join(root, 'a/deep'), { recursive: true });
  writeFileSync(path.join(root, 'a/deep/file'), 'content');
  writeFileSync(path.join(root, 'top'), 'top');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('folderTree()', () => {
  it('reads files, folders and what they are', () => {
    const tree = folderTree(root);
    expect(text(tree.read('a/deep/file'))).toBe('content');
    expect(tree.read('a/deep')).toBeUndefined();
    expect(tree.read('absent')).toBeUndefined();
    expect(tree.list('')?.map(({ name, kind }) => [name, kind])).toEqual([
      ['a', 'directory'],
      ['top', 'file'],
    ]);
    expect(tree.list('top')).toBeUndefined();
    expect(tree.stat('a/deep/file')?.kind).toBe('file');
  });

  it('follows links inside it, absolute ones as well', () => {
    symlinkSync('../top', path.join(root, 'a/relative'));
    symlinkSync(path.join(root, 'a/deep'), path.join(root, 'a/absolute'));
    const tree = folderTree(root);
    expect(text(tree.read('a/relative'))).toBe('top');
    expect(text(tree.read('a/absolute/file'))).toBe('content');
    expect(tree.stat('a/relative')?.kind).toBe('symlink');
  });

  it.each([
    ['a relative link', '../../outside'],
    ['an absolute link', '/etc/hostname'],
  ])('refuses %s that leads out of it', (_, target) => {
    symlinkSync(target, path.join(root, 'a/out'));
    expect(() => folderTree(root).read('a/out')).toThrow(expect.objectContaining({ code: 'TREE_ESCAPE' }));
  });

  it('refuses paths that leave it', () => {
    expect(() => folderTree(root).read('../x')).toThrow(expect.objectContaining({ code: 'TREE_ESCAPE' }));
  });

  it('answers the same all the time, and gives another look ids of its own', () => {
    const tree = folderTree(root);
    const before = tree.read('top');
    writeFileSync(path.join(root, 'top'), 'changed');
    expect(tree.read('top')).toBe(before);
    const later = folderTree(root);
    expect(text(later.read('top'))).toBe('changed');
    expect(later.id).not.toBe(tree.id);
    expect(later.stat('top')?.oid).not.toBe(tree.stat('top')?.oid);
  });

  it('is of folders only', () => {
    expect(() => folderTree(path.join(root, 'top'))).toThrow(expect.objectContaining({ code: 'RENDER_PATH' }));
    expect(() => folderTree(path.join(root, 'absent'))).toThrow(/absent/);
  });
});

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}
