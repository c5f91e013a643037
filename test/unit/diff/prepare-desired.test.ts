import { describe, expect, it } from 'vitest';
import { type Desired, type KindScope, prepareDesired } from '../../../src/diff/prepare-desired.ts';
import type { KubeObject } from '../../../src/object/kube-object.ts';

const NAMESPACED: KindScope = { namespaced: true, statusSubresource: true };
const CLUSTER: KindScope = { namespaced: false, statusSubresource: true };
const CONTEXT = { instanceName: 'shop', installationId: 'inst-1', destinationNamespace: 'prod' };

function prepare(manifest: object, scope: KindScope = NAMESPACED): Desired {
  return prepareDesired(manifest as KubeObject, scope, CONTEXT, 'a.yaml:1');
}

function configMap(metadata: object, rest: object = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web', ...metadata }, ...rest };
}

describe('prepareDesired()', () => {
  it.each([
    { title: 'no namespace', metadata: {}, scope: NAMESPACED, expected: 'prod', id: 'prod' },
    { title: 'an empty namespace', metadata: { namespace: '' }, scope: NAMESPACED, expected: 'prod', id: 'prod' },
    { title: 'its own namespace', metadata: { namespace: 'test' }, scope: NAMESPACED, expected: 'test', id: 'test' },
    { title: 'a cluster-wide kind', metadata: {}, scope: CLUSTER, expected: '', id: 'prod' },
    { title: 'a needless namespace', metadata: { namespace: 'test' }, scope: CLUSTER, expected: '', id: 'test' },
  ])('settles the namespace of a manifest with $title', ({ metadata, scope, expected, id }) => {
    const { object, namespace, key } = prepare(configMap(metadata), scope);
    expect(namespace).toBe(expected);
    expect(object.metadata.namespace ?? '').toBe(expected);
    expect('namespace' in object.metadata).toBe(scope.namespaced);
    expect(key).toBe(`/ConfigMap/${expected}/web`);
    expect(object.metadata.annotations).toEqual({ 'argocd.argoproj.io/tracking-id': `shop:/ConfigMap:${id}/web` });
    expect(object.metadata.labels).toEqual({ 'holdfast.dev/instance': 'inst-1' });
  });

  it('keeps labels and annotations and overrides those that claim another owner', () => {
    const { metadata } = prepare(
      configMap({
        labels: { a: 'b', 'holdfast.dev/instance': 'other' },
        annotations: { c: 'd', 'argocd.argoproj.io/tracking-id': 'other:/ConfigMap:x/y' },
      }),
    ).object;
    expect(metadata.labels).toEqual({ a: 'b', 'holdfast.dev/instance': 'inst-1' });
    expect(metadata.annotations).toEqual({ c: 'd', 'argocd.argoproj.io/tracking-id': 'shop:/ConfigMap:prod/web' });
  });

  it('takes out what the server sets itself', () => {
    const { metadata } = prepare(
      configMap({
        creationTimestamp: null,
        resourceVersion: '7',
        uid: 'u',
        generation: 3,
        selfLink: '/x',
        managedFields: [],
        finalizers: ['keep'],
      }),
    ).object;
    expect(Object.keys(metadata).sort()).toEqual(['annotations', 'finalizers', 'labels', 'name', 'namespace']);
  });

  it('takes out the status only where an apply ignores it', () => {
    const manifest = configMap({}, { status: { phase: 'x' } });
    expect('status' in prepare(manifest).object).toBe(false);
    expect(prepare(manifest, { namespaced: true, statusSubresource: false }).object['status']).toEqual({ phase: 'x' });
  });

  it('folds stringData of a Secret into data, where it wins', () => {
    const manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } };
    const { object } = prepare({ ...manifest, data: { a: 'YQ==', b: 'Yg==' }, stringData: { b: 'neu', c: 'ü' } });
    expect(object['data']).toEqual({ a: 'YQ==', b: 'bmV1', c: 'w7w=' });
    expect('stringData' in object).toBe(false);
    expect(prepare({ ...manifest, stringData: { a: '' } }).object['data']).toEqual({ a: '' });
  });

  it('gives stringData and the same data one hash', () => {
    const manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } };
    const folded = prepare({ ...manifest, stringData: { a: 'x' } });
    expect(folded.hash).toBe(prepare({ ...manifest, data: { a: 'eA==' } }).hash);
  });

  it.each([[{ a: 5 }], [{ a: 'x', b: null }], ['text'], [['list']], [null]])(
    'leaves stringData %j to the server to refuse',
    (stringData) => {
      const { object } = prepare({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData });
      expect(object['stringData']).toEqual(stringData);
      expect('data' in object).toBe(false);
    },
  );

  it('leaves stringData alone in what only looks like a Secret', () => {
    const secret = { kind: 'Secret', metadata: { name: 's' }, stringData: { a: 'x' } };
    expect(prepare({ ...secret, apiVersion: 'example.com/v1' }).object['stringData']).toEqual({ a: 'x' });
    expect(prepare({ ...secret, apiVersion: 'v1', kind: 'ConfigMap' }).object['stringData']).toEqual({ a: 'x' });
  });

  it('does not change its input', () => {
    const manifest = configMap({ uid: 'u', labels: { a: 'b' } }, { data: { k: 'v' }, status: {} });
    const before = structuredClone(manifest);
    const { object } = prepare(manifest);
    (object['data'] as Record<string, string>)['k'] = 'changed';
    expect(manifest).toEqual(before);
  });

  it('writes integers that a number cannot hold as they are', () => {
    const { body } = prepare(configMap({}, { spec: { size: 9_007_199_254_740_993n } }));
    expect(body).toContain('"size":9007199254740993');
  });

  it('carries keys such as __proto__ as data and leaves Object.prototype alone', () => {
    const text =
      '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"__proto__":"YQ=="},"stringData":{"constructor":"x"}}';
    const { object, body } = prepare(JSON.parse(text) as object);
    expect(Object.keys(object['data'] as object)).toEqual(['__proto__', 'constructor']);
    expect(body).toContain('"__proto__":"YQ=="');
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['YQ==']).toBeUndefined();
  });
});
