import { describe, expect, it } from 'vitest';

import { type MemoryFile, memoryTree } from '../../../src/source/memory-tree.ts';
import type { SourceTree } from '../../../src/source/tree.ts';

// Class 1 of the advisories (read escapes): a path or a link cannot name anything outside the tree.

const CANARY = 'outside';

function text(tree: SourceTree, path: string): string | undefined {
  const bytes = tree.read(path);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

const tree = memoryTree({
  'app/base/deploy.yaml': 'deploy',
  'app/overlay/patch.yaml': 'patch',
  'app/overlay/base': { link: '../base' },
  'app/overlay/deploy': { link: '../base/deploy.yaml' },
  'app/overlay/dots': { link: './.././base/./deploy.yaml' },
  'app/overlay/twice': { link: 'deploy' },
  'app/overlay/throughLink': { link: 'base/../overlay/patch.yaml' },
  'app/overlay/self': { link: '.' },
  'app/overlay/missing': { link: 'no/such/file' },
  'app/overlay/beyondFile': { link: 'patch.yaml/x' },
  'app/overlay/missingUp': { link: 'no/../patch.yaml' },
  'app/overlay/empty': { link: '' },
  'app/overlay/run': { content: 'run', executable: true },
  top: { link: 'app/overlay' },
  'escape/up': { link: '../../etc/passwd' },
  'escape/absolute': { link: '/etc/passwd' },
  'escape/nul': { link: 'a\0b' },
  'escape/deep': { link: 'x/../../../secret' },
  'escape/x/y': 'y',
  'escape/chain1': { link: 'chain2' },
  'escape/chain2': { link: 'chain3/passwd' },
  'escape/chain3': { link: '../../etc' },
  'escape/root': { link: '..' },
  'escape/above': { link: '../..' },
  'escape/throughRoot': { link: 'root/../app/base/deploy.yaml' },
  'escape/backslash': { link: '..\\..\\etc\\passwd' },
  'loop/self': { link: 'self' },
  'loop/a': { link: 'b' },
  'loop/b': { link: 'a' },
  'loop/dir/again': { link: '../dir/again/x' },
  'loop/grow': { link: 'grow/grow' },
  'other..name': 'fine',
  'trap/...': 'three',
  constructor: 'c',
  ['__proto__']: 'p',
});

describe('realPath()', () => {
  it.each([
    ['', ''],
    ['./app//base/./deploy.yaml', 'app/base/deploy.yaml'],
    ['app/overlay/base', 'app/base'],
    ['app/overlay/base/deploy.yaml', 'app/base/deploy.yaml'],
    ['app/overlay/twice', 'app/base/deploy.yaml'],
    ['app/overlay/throughLink', 'app/overlay/patch.yaml'],
    ['top/base', 'app/base'],
    ['app/overlay/missing', undefined],
    ['nowhere', undefined],
  ])('of %s is %s', (path, expected) => {
    expect(tree.realPath(path)).toBe(expected);
  });

  it('names nothing outside the tree', () => {
    expect(() => tree.realPath('escape/up')).toThrow(expect.objectContaining({ code: 'TREE_ESCAPE' }));
    expect(() => tree.realPath('loop/a')).toThrow(expect.objectContaining({ code: 'TREE_LOOP' }));
  });
});

describe('read()', () => {
  it.each([
    ['app/base/deploy.yaml', 'deploy'],
    ['./app//base/./deploy.yaml', 'deploy'],
    ['app/base/', undefined],
    ['app/base/deploy.yaml/', 'deploy'],
    ['app/overlay/../base/deploy.yaml', 'deploy'],
    ['no/such/../../app/base/deploy.yaml', 'deploy'],
    ['app/overlay/base/deploy.yaml', 'deploy'],
    ['app/overlay/deploy', 'deploy'],
    ['app/overlay/dots', 'deploy'],
    ['app/overlay/twice', 'deploy'],
    ['app/overlay/throughLink', 'patch'],
    ['app/overlay/self/self/patch.yaml', 'patch'],
    ['top/base/deploy.yaml', 'deploy'],
    ['app/overlay/run', 'run'],
    ['escape/root/app/base/deploy.yaml', 'deploy'],
    ['other..name', 'fine'],
    ['trap/...', 'three'],
    ['constructor', 'c'],
    ['__proto__', 'p'],
    ['hasOwnProperty', undefined],
    ['', undefined],
    ['.', undefined],
    ['app', undefined],
    ['App/base/deploy.yaml', undefined],
    ['app/base/deploy.yaml/x', undefined],
    ['app/overlay/missing', undefined],
    ['app/overlay/beyondFile', undefined],
    ['app/overlay/missingUp', undefined],
    ['app/overlay/empty', undefined],
    ['escape/backslash', undefined],
    ['%2e%2e/app', undefined],
    ['..%2fapp', undefined],
    ['file:///etc/passwd', undefined],
  ])('of %j is %j', (path, content) => {
    expect(text(tree, path)).toBe(content);
  });

  it('takes a link target as a file system would, after the links before it', () => {
    const linked = memoryTree({
      'a/b/c': 'in b',
      'a/c': 'in a',
      c: 'in root',
      jump: { link: 'a/b' },
      viaLink: { link: 'jump/../c' },
    });
    // jump/.. is a (where the link leads), not the root (where the link stands).
    expect(text(linked, 'viaLink')).toBe('in a');
    // In a path that is asked for, `..` is resolved before anything is looked up.
    expect(text(linked, 'jump/../c')).toBe('in root');
  });
});

describe('every method', () => {
  const methods = ['read', 'list', 'stat'] as const;

  it.each([
    '..',
    '../x',
    'app/../..',
    'app/../../x',
    './../x',
    '/',
    '/etc/passwd',
    '//app',
    'a\0b',
    'app/base/deploy.yaml\0.txt',
    '../../../../../../etc/passwd',
  ])('refuses the path %j', (path) => {
    for (const method of methods) {
      expect(() => tree[method](path), method).toThrow(expect.objectContaining({ code: 'TREE_ESCAPE' }));
    }
  });

  it.each([
    'escape/up',
    'escape/absolute',
    'escape/nul',
    'escape/deep',
    'escape/chain1',
    'escape/chain2',
    'escape/chain3',
    'escape/above',
    'escape/throughRoot',
  ])('refuses to follow the link %j', (path) => {
    for (const asked of [path, `${path}/x`]) {
      for (const method of methods) {
        // What the last name is can be told without following it.
        if (method === 'stat' && asked === path) continue;
        expect(() => tree[method](asked), `${method} ${asked}`).toThrow(
          expect.objectContaining({ code: 'TREE_ESCAPE', retry: 'never' }),
        );
      }
    }
    expect(tree.stat(path)?.kind).toBe('symlink');
  });

  it.each(['loop/self', 'loop/a', 'loop/dir/again', 'loop/grow'])('ends the loop of %j', (path) => {
    for (const method of ['read', 'list'] as const) {
      expect(() => tree[method](path)).toThrow(expect.objectContaining({ code: 'TREE_LOOP' }));
    }
    expect(() => tree.stat(`${path}/x`)).toThrow(expect.objectContaining({ code: 'TREE_LOOP' }));
    expect(tree.stat(path)?.kind).toBe('symlink');
  });

  it('follows 40 links and not one more', () => {
    const chain = (length: number) =>
      memoryTree(
        new Map<string, MemoryFile>([
          ['l0', CANARY],
          ...Array.from({ length }, (_, i) => [`l${i + 1}`, { link: `l${i}` }] as const),
        ]),
      );
    expect(text(chain(40), 'l40')).toBe(CANARY);
    expect(() => chain(41).read('l41')).toThrow(expect.objectContaining({ code: 'TREE_LOOP' }));
  });

  it('says which path it refuses, and nothing of where a link leads', () => {
    expect(() => tree.read('escape/up')).toThrow(/"escape\/up"/);
    expect(() => tree.read('escape/up')).not.toThrow(/passwd/);
  });
});

describe('list() and stat()', () => {
  it('list the entries of a folder in the order of Git, links to it followed', () => {
    const names = (path: string) => tree.list(path)?.map(({ name }) => name);
    expect(names('app')).toEqual(['base', 'overlay']);
    expect(names('top/base')).toEqual(['deploy.yaml']);
    expect(names('')).toEqual(names('.'));
    expect(names('escape/root')).toEqual(names(''));
    expect(names('app/base/deploy.yaml')).toBeUndefined();
    expect(names('nowhere')).toBeUndefined();
    expect(memoryTree({}).list('')).toEqual([]);
  });

  it('tell what an entry is, without following it', () => {
    expect(tree.stat('')).toEqual({ name: '', kind: 'directory', oid: tree.id });
    expect(tree.stat('app/overlay/run')).toMatchObject({ name: 'run', kind: 'executable' });
    expect(tree.stat('app/overlay/deploy')).toMatchObject({ name: 'deploy', kind: 'symlink' });
    expect(tree.stat('top/base')).toMatchObject({ name: 'base', kind: 'symlink' });
    expect(tree.stat('nowhere')).toBeUndefined();
  });
});
