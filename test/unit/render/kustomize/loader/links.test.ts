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

describe('buildKustomization() over links', () => {
  it('follows links to files and folders', () => {
    const result = buildKustomization(memoryTree(FILES), 'app');
    if ('needs' in result) throw new Error('nothing is to be fetched');
    expect(printManifests(result.manifests)).toBe(`${CONFIG_MAP('linked')}---\n${CONFIG_MAP('shared')}`);
  });

  it('judges a file by where its link leads, when the tree can tell', () => {
    const tree = memoryTree({ ...FILES, 'app/file.yaml': { link: '../shared/base/a.yaml' } });
    const realPath = (path: string) => (path === 'app/file.yaml' ? 'shared/base/a.yaml' : path);
    const run = () => buildKustomization({ ...tree, realPath } as typeof tree, 'app');
    expect(run).toThrow("security; file 'app/file.yaml' is not in or below 'app'");
  });

  it('goes on from where a linked folder is, when the tree can tell', () => {
    const tree = memoryTree({
      ...FILES,
      'shared/base/kustomization.yaml': 'resources: [a.yaml, ../more]\n',
      'shared/more/kustomization.yaml': 'configMapGenerator: [{name: more}]\n',
    });
    const realPath = (path: string) => path.replace('app/base', 'shared/base');
    const result = buildKustomization({ ...tree, realPath } as typeof tree, 'app');
    expect('manifests' in result && result.manifests).toHaveLength(3);
  });
});
