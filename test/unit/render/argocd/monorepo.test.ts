import { describe, expect, it } from 'vitest';

import { memoryTree } from '../../../../src/source/memory-tree.ts';
import { configMap } from '../../../support/manifests.ts';
import {
  monorepoFiles,
  type OverlayRender,
  outdatedPaths,
  overlayPath,
  renderOverlay,
} from '../../../support/monorepo.ts';

const OVERLAYS = 1_000;
const BASES = 20;
const files = monorepoFiles(OVERLAYS, BASES);

function committed(changes: Readonly<Record<string, string | undefined>>): ReturnType<typeof memoryTree> {
  const changed = new Map(files);
  for (const [path, content] of Object.entries(changes)) {
    if (content === undefined) changed.delete(path);
    else changed.set(path, content);
  }
  return memoryTree(changed);
}

function overlaysWhere(wanted: (index: number) => boolean): string[] {
  return Array.from({ length: OVERLAYS }, (_none, index) => index)
    .filter(wanted)
    .map(overlayPath);
}

describe('a commit to a repository of 1000 overlays over 20 bases', () => {
  const tree = memoryTree(files);
  const renders: OverlayRender[] = overlaysWhere(() => true).map((path) => renderOverlay(tree, path));

  it('starts from renders of everything', () => {
    expect(renders.every(({ objects }) => objects === 3)).toBe(true);
  });

  it('has exactly the one overlay rendered again that it changes', () => {
    const after = committed({ 'overlays/app-7/own.yaml': configMap('own', { overlay: 'changed' }) });
    expect(outdatedPaths(renders, after)).toEqual(['overlays/app-7']);
  });

  it('has exactly the users of the base rendered again that it changes', () => {
    const after = committed({ 'bases/base-3/settings.yaml': configMap('settings', { base: 'changed' }) });
    expect(outdatedPaths(renders, after)).toEqual(overlaysWhere((index) => index % BASES === 3));
  });

  it('has exactly the users of the component rendered again that it changes', () => {
    const after = committed({ 'parts/notes/kustomization.yaml': 'kind: Component\n' });
    expect(outdatedPaths(renders, after)).toEqual(overlaysWhere((index) => index % 10 === 0));
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['a file that nobody reads', { 'README.md': 'other' }],
    ['a new overlay', { 'overlays/app-new/kustomization.yaml': 'namePrefix: x-\n' }],
    ['a new base', { 'bases/base-new/kustomization.yaml': 'namePrefix: x-\n' }],
  ])('has nothing rendered again for %s', (_name, changes) => {
    expect(outdatedPaths(renders, committed(changes))).toEqual([]);
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['loses a file', { 'overlays/app-7/own.yaml': undefined }],
    ['gets a second kustomization file', { 'overlays/app-7/Kustomization': 'namePrefix: x-\n' }],
    ['gets overrides', { 'overlays/app-7/.argocd-source.yaml': 'kustomize: {namePrefix: x-}\n' }],
    ['is gone', { 'overlays/app-7/own.yaml': undefined, 'overlays/app-7/kustomization.yaml': undefined }],
  ])('has an overlay rendered again that %s', (_name, changes) => {
    expect(outdatedPaths(renders, committed(changes))).toEqual(['overlays/app-7']);
  });
});
