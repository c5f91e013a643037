import { describe, expect, it } from 'vitest';
import { cascadeOf, requestedRefresh } from '../../../src/api/annotations.ts';

describe('cascadeOf()', () => {
  it.each([
    ['no finalizer', undefined, undefined],
    ['foreign finalizers only', ['example.com/hold', 'post-delete-finalizer.argocd.argoproj.io'], undefined],
    ['the plain finalizer', ['resources-finalizer.argocd.argoproj.io'], 'foreground'],
    ['the foreground finalizer', ['resources-finalizer.argocd.argoproj.io/foreground'], 'foreground'],
    ['the background finalizer', ['x/y', 'resources-finalizer.argocd.argoproj.io/background'], 'background'],
    ['something that only looks like it', ['resources-finalizer.argocd.argoproj.io/orphan'], undefined],
  ])('for %s', (_, finalizers, expected) => {
    expect(cascadeOf(finalizers)).toBe(expected);
  });
});

describe('requestedRefresh()', () => {
  it.each([
    ['no annotations', undefined, undefined],
    ['other annotations', { a: 'b' }, undefined],
    ['normal', { 'argocd.argoproj.io/refresh': 'normal' }, 'normal'],
    ['hard', { 'argocd.argoproj.io/refresh': 'hard' }, 'hard'],
    ['anything else', { 'argocd.argoproj.io/refresh': '' }, 'normal'],
  ])('for %s', (_, annotations, expected) => {
    expect(requestedRefresh(annotations)).toBe(expected);
  });
});
