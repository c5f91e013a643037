import { describe, expect, it } from 'vitest';
import { type RenderOptions, runsTemplates } from '../../../src/render/render-manifests.ts';
import { memoryTree } from '../../../src/source/memory-tree.ts';

const TREE = memoryTree({
  'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'kustomize/kustomization.yaml': 'resources: [../base]\n',
  'folder/a.yaml': '',
});

describe('runsTemplates()', () => {
  it.each<[string, Omit<RenderOptions, 'source'>, boolean]>([
    ['chart', {}, true],
    ['chart', { disabledTypes: new Set(['Helm']) }, false],
    ['folder', {}, false],
    ['kustomize', {}, false],
    ['kustomize', { kustomizeBuildOptions: '--load-restrictor=LoadRestrictionsNone' }, false],
    // Whether a base of it has charts is not known before.
    ['kustomize', { kustomizeBuildOptions: '--load-restrictor=LoadRestrictionsNone --enable-helm' }, true],
  ])('of %s with %o is %s', (path, options, expected) => {
    expect(runsTemplates(TREE, { ...options, source: { path } })).toBe(expected);
  });

  it('throws what rendering would throw before it begins', () => {
    expect(() => runsTemplates(TREE, { source: { path: 'nowhere' } })).toThrow('does not exist in this revision');
  });
});
