import { describe, expect, it } from 'vitest';
import { splitBracketedPath, splitPath } from '../../../../../src/render/kustomize/references/split-path.ts';

describe('splitPath()', () => {
  it.each([
    ['a/b', ['a', 'b']],
    ['/a/b', ['a', 'b']],
    ['a', ['a']],
    ['', ['']],
    ['/', ['']],
    ['a\\/b/c', ['a/b', 'c']],
    ['a//b', ['a', '', 'b']],
  ])('splits %j', (path, parts) => {
    expect(splitPath(path, '/')).toEqual(parts);
  });
});

describe('splitBracketedPath()', () => {
  it.each([
    ['spec.x', ['spec', 'x']],
    ['metadata.annotations.[a.b/c]', ['metadata', 'annotations', 'a.b/c']],
    ['c.[name=a.b].image', ['c', '[name=a.b]', 'image']],
    ['c.[plain].x', ['c', '[plain]', 'x']],
    ['a.b\\.c', ['a', 'b.c']],
    ['a.[open.b', ['a', 'open.b']],
  ])('splits %j', (path, parts) => {
    expect(splitBracketedPath(path, '.')).toEqual(parts);
  });
});
