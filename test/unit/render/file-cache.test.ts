import { describe, expect, it } from 'vitest';
import { FileCache } from '../../../src/render/file-cache.ts';
import { buildKustomization, printManifests } from '../../../src/render/kustomize/index.ts';
import { memoryTree } from '../../../src/source/memory-tree.ts';

const CONFIG_MAP = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

describe('FileCache', () => {
  it('makes what it knows once, and what is for another purpose again', () => {
    const cache = new FileCache();
    let made = 0;
    const make = () => ++made;
    expect(cache.get('a', Buffer.from('x'), make)).toBe(1);
    expect(cache.get('a', Buffer.from('x'), make)).toBe(1);
    expect(cache.get('b', Buffer.from('x'), make)).toBe(2);
    expect(cache.get('a', Buffer.from('y'), make)).toBe(3);
  });

  it('forgets what was not used for longest', () => {
    const cache = new FileCache(2);
    let made = 0;
    const get = (text: string) => cache.get('a', Buffer.from(text), () => ++made);
    expect([get('x'), get('y'), get('x'), get('z'), get('x'), get('y')]).toEqual([1, 2, 1, 3, 1, 4]);
  });

  it('does not keep what is larger than itself', () => {
    const cache = new FileCache(2);
    let made = 0;
    const get = () => cache.get('a', Buffer.from('xyz'), () => ++made);
    expect([get(), get()]).toEqual([1, 2]);
  });
});

describe('buildKustomization() with a cache', () => {
  it('does not let one build change what the next one sees', () => {
    const files = {
      'kustomization.yaml':
        'resources: [a.yaml]\nnamePrefix: p-\nlabels: [{pairs: {x: "1"}}]\nconfigMapGenerator: [{name: g}]\n',
      'a.yaml': CONFIG_MAP('a'),
    };
    const cache = new FileCache();
    const run = () => printed(files, cache);
    const first = run();
    expect(run()).toBe(first);
    expect(first).toBe(printed(files, undefined));
  });

  it('names the file of the build that fails, not of the one before', () => {
    const cache = new FileCache();
    expect(() => printed({ 'kustomization.yaml': 'resources: [one.yaml]\n', 'one.yaml': 'a: b: c' }, cache)).toThrow(
      'one.yaml',
    );
    expect(() => printed({ 'kustomization.yaml': 'resources: [two.yaml]\n', 'two.yaml': 'a: b: c' }, cache)).toThrow(
      'two.yaml',
    );
  });
});

function printed(files: Readonly<Record<string, string>>, cache: FileCache | undefined): string {
  const result = buildKustomization(memoryTree(files), '.', cache === undefined ? {} : { cache });
  if ('needs' in result) throw new Error('nothing is to be fetched');
  return printManifests(result.manifests);
}
