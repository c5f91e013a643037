import { describe, expect, it } from 'vitest';
import {
  effectiveNamespace,
  formatGoResId,
  formatResId,
  isResIdEqual,
  isResIdSelected,
  makeResId,
  parseResId,
  resIdKey,
} from '../../../../../src/render/kustomize/resource/res-id.ts';

const web = makeResId({ group: 'apps', version: 'v1', kind: 'Deployment', name: 'web', namespace: 'prod' });

describe('formatResId()', () => {
  it.each([
    [web, 'Deployment.v1.apps/web.prod'],
    [makeResId({}), '[noKind].[noVer].[noGrp]/[noName].[noNs]'],
    [
      makeResId({ kind: 'Role', group: 'rbac.authorization.k8s.io', name: 'a.b' }),
      'Role.[noVer].rbac.authorization.k8s.io/a.b.[noNs]',
    ],
  ])('is undone by parseResId() for %j', (id, text) => {
    expect(formatResId(id)).toBe(text);
    expect(parseResId(text)).toEqual(id);
  });
});

describe('formatGoResId()', () => {
  it('prints the struct as Go does', () => {
    const struct = 'resid.Gvk{Group:"apps", Version:"v1", Kind:"Deployment", isClusterScoped:false}';
    expect(formatGoResId(web)).toBe(`resid.ResId{Gvk:${struct}, Name:"web", Namespace:"prod"}`);
  });
});

describe('isResIdEqual()', () => {
  it.each([
    [makeResId({ kind: 'A' }), makeResId({ kind: 'A', namespace: 'default' }), true],
    [
      makeResId({ kind: 'A', isClusterScoped: true }),
      makeResId({ kind: 'A', namespace: 'x', isClusterScoped: true }),
      true,
    ],
    [makeResId({ kind: 'A', isClusterScoped: true }), makeResId({ kind: 'A' }), false],
    [makeResId({ kind: 'A', isClusterScoped: true }), makeResId({ kind: 'A', namespace: '_non_namespaceable_' }), true],
    [makeResId({ kind: 'A', version: 'v1' }), makeResId({ kind: 'A' }), false],
  ])('of %j and %j is as resIdKey() says', (a, b, isEqual) => {
    expect(isResIdEqual(a, b)).toBe(isEqual);
    expect(resIdKey(a) === resIdKey(b)).toBe(isEqual);
  });
});

describe('isResIdSelected()', () => {
  it.each([
    [{ kind: 'Deployment' }, true],
    [{ namespace: 'prod', name: 'web' }, true],
    [{ namespace: 'default' }, false],
    [{ group: 'extensions' }, false],
    [{}, true],
  ])('by %j', (selector, isSelected) => {
    expect(isResIdSelected(web, makeResId(selector))).toBe(isSelected);
  });
});

describe('effectiveNamespace()', () => {
  it('is never empty', () => {
    expect(effectiveNamespace(makeResId({}))).toBe('default');
    expect(effectiveNamespace(makeResId({ namespace: 'x', isClusterScoped: true }))).toBe('_non_namespaceable_');
  });
});
