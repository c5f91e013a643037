import { describe, expect, it } from 'vitest';

import type { ApplicationSource } from '../../../../src/api/source-types.ts';
import { applySourceOverrides } from '../../../../src/render/argocd/source-overrides.ts';
import { type MemoryFile, memoryTree } from '../../../../src/source/memory-tree.ts';

const SOURCE: ApplicationSource = {
  repoURL: 'https://git.example/shop.git',
  path: 'app',
  targetRevision: 'main',
  ref: 'shop',
  kustomize: { namePrefix: 'p-', commonLabels: { a: '1' }, images: ['i', 'j'], forceCommonLabels: true },
};

function overridden(files: Readonly<Record<string, MemoryFile>>, appName = 'shop'): ApplicationSource {
  return applySourceOverrides(memoryTree({ 'app/x.yaml': '', ...files }), 'app', SOURCE, appName);
}

// What Go's encoding/json and evanphx/json-patch v5.9.11 made of these with Argo CD's code; see mergeSourceParameters.
describe('applySourceOverrides()', () => {
  it.each([
    ['a text', 'kustomize: {namePrefix: q-}', { namePrefix: 'q-' }],
    ['an empty text', "kustomize: {namePrefix: ''}", { namePrefix: '' }],
    ['a list in place of a list', 'kustomize: {images: [x]}', { images: ['x'] }],
    ['an empty list', 'kustomize: {images: []}', { images: [] }],
    ['a flag that is turned off', 'kustomize: {forceCommonLabels: false}', { forceCommonLabels: false }],
    ['a label more', 'kustomize: {commonLabels: {b: "2"}}', { commonLabels: { a: '1', b: '2' } }],
    ['null, which changes nothing', 'kustomize: {namePrefix: null, commonLabels: {a: null}, images: null}', {}],
    ['null for everything', 'kustomize: null', {}],
    ['unknown fields', 'kustomize: {namePrefix: q-}\nunknown: {a: 1}', { namePrefix: 'q-' }],
    ['the first document alone', 'kustomize: {namePrefix: q-}\n---\nkustomize: {namePrefix: r-}', { namePrefix: 'q-' }],
    ['the last of equal keys', 'kustomize: {namePrefix: q-}\nkustomize: {namePrefix: r-}', { namePrefix: 'r-' }],
  ])('merges %s', (_name, text, expected) => {
    const { kustomize } = overridden({ 'app/.argocd-source.yaml': text });
    expect(kustomize).toEqual({ ...SOURCE.kustomize, ...expected });
  });

  it('lays the file of the application over the one for all', () => {
    const files = {
      'app/.argocd-source.yaml': 'kustomize: {namePrefix: all-, nameSuffix: -all}',
      'app/.argocd-source-shop.yaml': 'kustomize: {namePrefix: shop-}',
      'app/.argocd-source-other.yaml': 'kustomize: {namePrefix: other-}',
    };
    expect(overridden(files).kustomize).toMatchObject({ namePrefix: 'shop-', nameSuffix: '-all' });
    expect(overridden(files, '').kustomize).toMatchObject({ namePrefix: 'all-', nameSuffix: '-all' });
  });

  it('leaves the place of the source alone', () => {
    const text = 'repoURL: https://evil.example\npath: ../..\ntargetRevision: evil\nchart: evil\nname: mine\n';
    expect(overridden({ 'app/.argocd-source.yaml': text })).toEqual({ ...SOURCE, name: 'mine' });
  });

  it('changes nothing without such files, or where a folder has the name', () => {
    expect(overridden({})).toBe(SOURCE);
    expect(overridden({ 'app/.argocd-source.yaml/file': '' })).toBe(SOURCE);
    expect(overridden({ '.argocd-source.yaml': 'kustomize: {namePrefix: q-}' })).toBe(SOURCE);
  });

  it.each([
    ['a wrong type', 'kustomize: {namePrefix: 3}', 'kustomize.namePrefix must be a string'],
    ['a list', '- a', 'must be an object'],
    ['a text', 'text', 'must be an object'],
    ['an empty file', '# nothing\n', 'must be an object'],
    ['no YAML', 'a: [\n', '.argocd-source.yaml'],
    ['a wrong repoURL', 'repoURL: 3', 'repoURL must be a string'],
  ])('refuses %s and names the file', (_name, text, reason) => {
    const run = () => overridden({ 'app/.argocd-source.yaml': text });
    expect(run).toThrow(reason);
    expect(run).toThrow('app/.argocd-source.yaml');
  });

  it('advisory class 14: takes __proto__ for a label like any other', () => {
    const { kustomize } = overridden({ 'app/.argocd-source.yaml': 'kustomize: {commonLabels: {__proto__: x}}' });
    expect(Object.entries(kustomize?.commonLabels ?? {})).toEqual([
      ['a', '1'],
      ['__proto__', 'x'],
    ]);
    expect(Object.getPrototypeOf(kustomize?.commonLabels)).toBe(Object.prototype);
  });
});
