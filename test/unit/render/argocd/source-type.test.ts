import { describe, expect, it } from 'vitest';

import type { ApplicationSource } from '../../../../src/api/source-types.ts';
import { renderManifests } from '../../../../src/render/render-manifests.ts';
import { type MemoryFile, memoryTree } from '../../../../src/source/memory-tree.ts';

const SETTINGS = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n';
const KUSTOMIZATION = { 'kustomization.yaml': 'resources: [settings.yaml]\n', 'settings.yaml': SETTINGS };

type Files = Readonly<Record<string, MemoryFile>>;
type Disabled = ReadonlySet<'Kustomize' | 'Helm'>;

function typeOf(files: Files, source: Partial<ApplicationSource> = {}, disabledTypes: Disabled = new Set()): string {
  const outcome = renderManifests(memoryTree(files), { source, appName: 'shop', disabledTypes });
  return 'needs' in outcome ? 'needs' : outcome.sourceType;
}

describe('renderManifests() finds out the type of a source', () => {
  it.each([
    ['kustomization.yaml', 'Kustomize'],
    ['kustomization.yml', 'Kustomize'],
    ['Kustomization', 'Kustomize'],
    ['KUSTOMIZATION.yaml', 'Directory'],
    ['other-kustomization.yaml', 'Directory'],
    ['folder/kustomization.yaml', 'Directory'],
  ])('by the file %s', (name, type) => {
    const files = { [name]: 'resources: [settings.yaml]\n', 'settings.yaml': SETTINGS };
    // A kustomization that is taken for a manifest is none: it has no kind.
    expect(typeOf(files)).toBe(type);
  });

  it('by the chart file Chart.yaml', () => {
    expect(typeOf({ 'Chart.yaml': 'apiVersion: v2\nname: x\nversion: 1.0.0\n' })).toBe('Helm');
  });

  it('by a chart file of another name, although it makes no chart', () => {
    expect(() => typeOf({ 'my-Chart.yaml': '' })).toThrow('open Chart.yaml: no such file');
  });

  it('by the last name in order where several say one', () => {
    expect(() => typeOf({ ...KUSTOMIZATION, 'z-Chart.yaml': '' })).toThrow('open Chart.yaml: no such file');
    expect(typeOf({ ...KUSTOMIZATION, 'Chart.yaml': '' })).toBe('Kustomize');
    expect(typeOf({ 'kustomization.yaml/file': '', 'a.yaml': SETTINGS })).toBe('Directory');
  });

  it('by a linked kustomization file', () => {
    const files = { 'real.txt': 'resources: [settings.yaml]\n', 'settings.yaml': SETTINGS };
    expect(typeOf({ ...files, 'kustomization.yaml': { link: 'real.txt' } })).toBe('Kustomize');
  });

  it.each<[string, Partial<ApplicationSource>, string]>([
    ['directory', { directory: { recurse: true } }, 'Directory'],
    ['directory.include', { directory: { include: 'settings.yaml' } }, 'Directory'],
    ['an empty directory block', { directory: {} }, 'Kustomize'],
    [
      'a directory block of zeros',
      { directory: { recurse: false, jsonnet: { extVars: [] }, exclude: '' } },
      'Kustomize',
    ],
    ['an empty helm block', { helm: { valueFiles: [], values: '' } }, 'Kustomize'],
    ['kustomize beside an empty helm block', { kustomize: { namePrefix: 'x' }, helm: {} }, 'Kustomize'],
  ])('in a folder with a kustomization and %s', (_name, source, type) => {
    expect(typeOf(KUSTOMIZATION, source)).toBe(type);
  });

  it.each<[string, Partial<ApplicationSource>, string]>([
    ['an empty kustomize block', { kustomize: {} }, 'Directory'],
    [
      'a kustomize block of manners',
      { kustomize: { forceCommonLabels: true, labelWithoutSelector: true } },
      'Directory',
    ],
  ])('in a folder of manifests and %s', (_name, source, type) => {
    expect(typeOf({ 'settings.yaml': SETTINGS }, source)).toBe(type);
  });

  it('by kustomize options where there is no kustomization, which then is missed', () => {
    const run = () => typeOf({ 'settings.yaml': SETTINGS }, { kustomize: { ignoreMissingComponents: true } });
    expect(run).toThrow("unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization'");
  });

  it('refuses options of several tools and names them', () => {
    const run = () => typeOf(KUSTOMIZATION, { kustomize: { namePrefix: 'x' }, directory: { recurse: true } });
    expect(run).toThrow('Kustomize, Directory');
    const overridden = () =>
      typeOf({ ...KUSTOMIZATION, '.argocd-source.yaml': 'plugin: {name: p}' }, { kustomize: { namePrefix: 'x' } });
    expect(overridden).toThrow('Kustomize, Plugin');
  });

  it('refuses a plugin that a file of overrides brings in', () => {
    expect(() => typeOf({ ...KUSTOMIZATION, '.argocd-source-shop.yaml': 'plugin: {name: p}' })).toThrow('plugin');
  });

  it('takes a type that is turned off for plain manifests', () => {
    const disabled: Disabled = new Set(['Kustomize', 'Helm']);
    expect(typeOf(KUSTOMIZATION, {}, disabled)).toBe('Directory');
    expect(typeOf(KUSTOMIZATION, { kustomize: { namePrefix: 'x' } }, disabled)).toBe('Directory');
    expect(typeOf({ 'Chart.yaml': 'name: x\n', 'settings.yaml': SETTINGS }, {}, disabled)).toBe('Directory');
  });
});
