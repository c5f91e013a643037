import { describe, expect, it } from 'vitest';
import { buildKustomization, printManifests } from '../../../../../src/render/kustomize/index.ts';
import { type MemoryFile, memoryTree } from '../../../../../src/source/memory-tree.ts';

const CONFIG_MAP = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const FILES: Readonly<Record<string, MemoryFile>> = {
  'app/kustomization.yaml': 'resources: [file.yaml, base]\n',
  'app/file.yaml': { link: 'real.yaml' },
  'app/real.yaml': CONFIG_MAP('linked'),
  'app/base': { link: '../shared/base' },
  'shared/base/kustomization.yaml': 'resources: [a.yaml]\n',
  'shared/base/a.yaml': CONFIG_MAP('shared'),
};

/** What the real tool makes of links is among the recorded builds. */
describe('buildKustomization() over links', () => {
  it('follows links to files and folders', () => {
    const result = buildKustomization(memoryTree(FILES), 'app');
    if ('needs' in result) throw new Error('nothing is to be fetched');
    expect(printManifests(result.manifests)).toBe(`${CONFIG_MAP('linked')}---\n${CONFIG_MAP('shared')}`);
  });

  it.each([
    ['to nothing', { 'app/file.yaml': { link: 'nothing.yaml' } }, "evalsymlink failure on 'app/file.yaml'"],
    ['to itself', { 'app/file.yaml': { link: 'file.yaml' } }, 'its links do not end'],
    ['to one another', { 'app/file.yaml': { link: 'b' }, 'app/b': { link: 'file.yaml' } }, 'its links do not end'],
    ['out of the tree', { 'app/file.yaml': { link: '../../etc/passwd' } }, "evalsymlink failure on 'app/file.yaml'"],
    ['to an absolute path', { 'app/file.yaml': { link: '/etc/passwd' } }, "evalsymlink failure on 'app/file.yaml'"],
  ])('refuses links %s', (_, files, message) => {
    const run = () => buildKustomization(memoryTree({ ...FILES, ...files }), 'app', { loadRestrictor: 'none' });
    expect(run).toThrow(message);
  });
});
