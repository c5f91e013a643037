import { assert as check, property, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatTrackingId,
  instanceName,
  isTrackedBy,
  parseTrackingId,
  type TrackedObject,
  trackingId,
  trackingIdNames,
  trackingIdOf,
} from '../../../src/api/tracking.ts';

const deployment: TrackedObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'api', namespace: 'web' },
};
const clusterRole: TrackedObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'system:reader' },
};

describe('trackingId()', () => {
  it.each([
    ['a namespaced object', deployment, 'shop:apps/Deployment:web/api'],
    ['the core group', { ...deployment, apiVersion: 'v1', kind: 'Service' }, 'shop:/Service:web/api'],
    [
      'a cluster-scoped object by the destination namespace',
      clusterRole,
      'shop:rbac.authorization.k8s.io/ClusterRole:target/system:reader',
    ],
    ['an object without namespace', { ...deployment, metadata: { name: 'api' } }, 'shop:apps/Deployment:target/api'],
  ])('names %s', (_, object, expected) => {
    expect(trackingId('shop', object, 'target')).toBe(expected);
  });

  it('leaves the namespace empty when there is none to name', () => {
    expect(trackingId('shop', clusterRole, '')).toBe('shop:rbac.authorization.k8s.io/ClusterRole:/system:reader');
  });
});

describe('parseTrackingId()', () => {
  it('keeps the colons of an RBAC name', () => {
    expect(parseTrackingId('shop:rbac.authorization.k8s.io/ClusterRole:target/system:reader')).toEqual({
      application: 'shop',
      group: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      namespace: 'target',
      name: 'system:reader',
    });
  });

  it.each([
    '',
    'shop',
    'shop:apps/Deployment',
    'shop:Deployment:web/api',
    'shop:a/b/c:web/api',
    'shop:apps/Deployment:api',
    'shop:a/b:c/d/e',
  ])('refuses %j', (text) => {
    expect(parseTrackingId(text)).toBeUndefined();
  });

  it('undoes formatTrackingId() for every name the API server takes', () => {
    const part = string({ unit: 'binary-ascii' }).map((text) => text.replaceAll(/[/:]/g, '.'));
    const id = record({ application: part, group: part, kind: part, namespace: part, name: part });
    check(
      property(id, (value) => {
        expect(parseTrackingId(formatTrackingId(value))).toEqual(value);
      }),
    );
  });
});

describe('instanceName()', () => {
  it.each([
    ['in the control namespace', { name: 'shop', namespace: 'argocd' }, 'shop'],
    ['without a namespace', { name: 'shop' }, 'shop'],
    ['elsewhere', { name: 'shop', namespace: 'team-a' }, 'team-a_shop'],
  ])('of an application %s', (_, application, expected) => {
    expect(instanceName(application, 'argocd')).toBe(expected);
  });
});

describe('isTrackedBy()', () => {
  const owned = withId(deployment, 'shop:apps/Deployment:web/api');

  it('takes an id that names the object and the application', () => {
    expect(isTrackedBy('shop', owned)).toBe(true);
  });

  it.each([
    ['another application', withId(deployment, 'blog:apps/Deployment:web/api')],
    ['another name', withId(deployment, 'shop:apps/Deployment:web/worker')],
    ['another namespace', withId(deployment, 'shop:apps/Deployment:other/api')],
    ['another kind', withId(deployment, 'shop:apps/StatefulSet:web/api')],
    ['another group', withId(deployment, 'shop:extensions/Deployment:web/api')],
    ['nothing that can be read', withId(deployment, 'shop')],
  ])('refuses an id that names %s', (_, object) => {
    expect(isTrackedBy('shop', object)).toBe(false);
  });

  it('takes any namespace in the id of a cluster-scoped object', () => {
    const id = 'shop:rbac.authorization.k8s.io/ClusterRole:target/system:reader';
    expect(isTrackedBy('shop', withId(clusterRole, id))).toBe(true);
  });

  it('refuses an object without annotations', () => {
    expect(isTrackedBy('shop', deployment)).toBe(false);
    expect(trackingIdOf(deployment)).toBeUndefined();
  });
});

describe('trackingIdNames()', () => {
  it('does not care which version the object is written in', () => {
    const id = parseTrackingId('shop:apps/Deployment:web/api');
    expect(id && trackingIdNames(id, { ...deployment, apiVersion: 'apps/v2' })).toBe(true);
  });
});

function withId(object: TrackedObject, id: string): TrackedObject {
  return { ...object, metadata: { ...object.metadata, annotations: { 'argocd.argoproj.io/tracking-id': id } } };
}
