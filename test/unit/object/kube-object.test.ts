import { describe, expect, it } from 'vitest';
import {
  describeKey,
  gvkOf,
  keyOf,
  type ObjectKeyParts,
  objectKey,
  parseApiVersion,
  parseObjectKey,
} from '../../../src/object/kube-object.ts';

describe('parseApiVersion()', () => {
  it.each([
    ['v1', '', 'v1'],
    ['apps/v1', 'apps', 'v1'],
    ['', '', ''],
  ])('of %j is group %j and version %j', (text, group, version) => {
    expect(parseApiVersion(text)).toEqual({ group, version });
    expect(gvkOf({ apiVersion: text, kind: 'X' })).toEqual({ group, version, kind: 'X' });
  });
});

describe('objectKey()', () => {
  it.each<readonly [ObjectKeyParts, string, string]>([
    [
      { group: 'apps', kind: 'Deployment', namespace: 'prod', name: 'web' },
      'apps/Deployment/prod/web',
      'Deployment "prod/web"',
    ],
    [{ group: '', kind: 'Namespace', namespace: '', name: 'prod' }, '/Namespace//prod', 'Namespace "prod"'],
    [
      { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole', namespace: '', name: 'a:b' },
      'rbac.authorization.k8s.io/ClusterRole//a:b',
      'ClusterRole "a:b"',
    ],
  ])('of %o is %j and has an inverse', (parts, text, described) => {
    expect(objectKey(parts)).toBe(text);
    expect(parseObjectKey(objectKey(parts))).toEqual(parts);
    expect(describeKey(objectKey(parts))).toBe(described);
  });
});

describe('keyOf()', () => {
  it('does not depend on the version', () => {
    const metadata = { name: 'web', namespace: 'prod' };
    const key = keyOf({ apiVersion: 'apps/v1', kind: 'Deployment', metadata });
    expect(keyOf({ apiVersion: 'apps/v1beta1', kind: 'Deployment', metadata })).toBe(key);
    expect(keyOf({ apiVersion: 'v1', kind: 'Deployment', metadata })).not.toBe(key);
    expect(keyOf({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } })).toBe(
      'apps/Deployment//web',
    );
  });
});
