import { describe, expect, it } from 'vitest';
import {
  changeImage,
  type ImageChange,
  imageMatcher,
  splitImage,
} from '../../../../../src/render/kustomize/filters/image-name.ts';

const NO_CHANGE: ImageChange = { name: '', newName: '', newTag: '', tagSuffix: '', digest: '' };

describe('splitImage()', () => {
  it.each([
    ['nginx', 'nginx', '', ''],
    ['nginx:1.2', 'nginx', '1.2', ''],
    ['reg.io:5000/nginx', 'reg.io:5000/nginx', '', ''],
    ['reg.io:5000/a/nginx:1@sha256:00', 'reg.io:5000/a/nginx', '1', 'sha256:00'],
    ['nginx@sha512:00', 'nginx', '', 'sha512:00'],
    ['/nginx:1', '/nginx', '1', ''],
  ])('splits %s', (image, name, tag, digest) => {
    expect(splitImage(image)).toEqual({ name, tag, digest });
  });
});

describe('changeImage()', () => {
  it.each([
    [{ newTag: '2' }, 'a:2'],
    [{ newName: 'b' }, 'b:1@sha256:00'],
    [{ digest: 'sha256:ff' }, 'a@sha256:ff'],
    [{ newTag: '2', digest: 'sha256:ff' }, 'a:2@sha256:ff'],
    [{ tagSuffix: '-x' }, 'a:1-x'],
    [{ tagSuffix: '-x', newTag: '2' }, 'a:2'],
    [{}, 'a:1@sha256:00'],
  ])('makes %o of a:1@sha256:00', (change, expected) => {
    expect(changeImage('a:1@sha256:00', { ...NO_CHANGE, ...change })).toBe(expected);
  });
});

describe('imageMatcher()', () => {
  it.each([
    ['nginx', 'nginx:{TAG}', true],
    ['nginx', 'my/nginx', false],
    ['nginx', 'nginx@multihash+base58:Qm', true],
    ['.*', 'any/thing:1', true],
    ['a|b', 'ax', true],
    ['[', '[', false],
    ['*', 'a', true],
  ])('says whether %s means %s', (name, image, expected) => {
    expect(imageMatcher(name)(image)).toBe(expected);
  });

  it('takes no time over a name that backtracking would take for ever on', () => {
    expect(imageMatcher('(a*)*b')('a'.repeat(5000))).toBe(false);
  });
});
