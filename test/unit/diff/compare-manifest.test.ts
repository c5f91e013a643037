import { describe, expect, it } from 'vitest';
import { compareManifest } from '../../../src/diff/compare-manifest.ts';
import type { KubeObject } from '../../../src/object/kube-object.ts';
import {
  applied,
  changed,
  deployment,
  deploymentManifest,
  MANAGER,
  type Step,
  service,
  serviceManifest,
} from './live-objects.ts';

const CONTAINERS = ['spec', 'template', 'spec', 'containers'] as const;

interface Row {
  readonly title: string;
  readonly desired: KubeObject;
  readonly live: KubeObject;
  readonly expected: readonly string[];
}

function of(title: string, pair: readonly [KubeObject, KubeObject], expected: readonly string[]): Row {
  return { title, desired: pair[0], live: pair[1], expected };
}

function live(path: readonly Step[], value: unknown): readonly [KubeObject, KubeObject] {
  return [deploymentManifest(), changed(deployment(), path, value)];
}

function wanted(path: readonly Step[], value: unknown): readonly [KubeObject, KubeObject] {
  return [changed(deploymentManifest(), path, value), deployment()];
}

const A = 'spec.template.spec.containers[name="a"]';

const DOUBTS: readonly Row[] = [
  of('a live value that changed', live(['spec', 'replicas'], 5), ['spec.replicas']),
  of('a live value that is gone', live(['spec', 'replicas'], undefined), ['spec.replicas']),
  of('a wanted value that changed', wanted(['spec', 'replicas'], 5), ['spec.replicas']),
  of('a wanted value that is new', wanted(['spec', 'paused'], true), ['spec.paused']),
  of('a wanted value that left Git', wanted(['spec', 'replicas'], undefined), ['spec.replicas']),
  of('a wanted part that left Git', wanted(['spec', 'template', 'metadata'], undefined), ['spec.template.metadata']),
  of('a live part that is gone', live(['spec', 'template'], undefined), ['spec.template']),
  of('a live part of another type', live(['spec', 'template'], 'x'), ['spec.template']),
  of('a quantity in another form', wanted([...CONTAINERS, 0, 'resources', 'limits', 'cpu'], '1000m'), [
    `${A}.resources.limits.cpu`,
  ]),
  of('one more key in an atomic map', live(['spec', 'selector', 'matchLabels', 'x'], 'y'), ['spec.selector']),
  of('a nested value of a keyed entry', live([...CONTAINERS, 0, 'env', 0, 'value'], '2'), [`${A}.env[name="A"].value`]),
  of('a keyed entry that is gone', live([...CONTAINERS, 1], undefined), ['spec.template.spec.containers']),
  of('a wanted entry that is new', wanted([...CONTAINERS, 2], { name: 'c', image: 'c:1' }), [
    'spec.template.spec.containers',
  ]),
  of('a wanted entry that left Git', wanted([...CONTAINERS, 1], undefined), ['spec.template.spec.containers']),
  of('a wanted entry of the wrong type', wanted([...CONTAINERS, 1], 'b'), ['spec.template.spec.containers']),
  of('a wanted list of the wrong type', wanted(CONTAINERS, {}), ['spec.template.spec.containers']),
  of('an entry stated twice', wanted([...CONTAINERS, 1, 'name'], 'a'), ['spec.template.spec.containers']),
  of('a value that left a set', live(['metadata', 'finalizers'], ['holdfast.test/a']), ['metadata.finalizers']),
  of('a value that is to join a set', wanted(['metadata', 'finalizers', 2], 'c'), ['metadata.finalizers']),
  of('a value that is to leave a set', wanted(['metadata', 'finalizers', 1], undefined), ['metadata.finalizers']),
  of('a value stated twice in place of another', wanted(['metadata', 'finalizers', 1], 'holdfast.test/a'), [
    'metadata.finalizers',
  ]),
  of('an empty map that was filled', live(['spec', 'template', 'spec', 'volumes', 0, 'emptyDir', 'x'], 1), [
    'spec.template.spec.volumes[name="tmp"].emptyDir',
  ]),
  of('another version of the API', [{ ...deploymentManifest(), apiVersion: 'apps/v2' }, deployment()], ['apiVersion']),
  of('no record of ours', live(['metadata', 'managedFields'], undefined), ['metadata.managedFields']),
];

const CERTAIN: readonly Row[] = [
  of('the object that the manifest made', [deploymentManifest(), deployment()], []),
  of('a defaulted field that changed', live(['spec', 'revisionHistoryLimit'], 1), []),
  of('a changed status', live(['status', 'replicas'], 0), []),
  of('an entry of somebody else', live([...CONTAINERS, 2], { name: 'sidecar' }), []),
  of('a value of somebody else in a set', live(['metadata', 'finalizers', 2], 'z'), []),
  of('a set in another order', live(['metadata', 'finalizers'], ['holdfast.test/b', 'holdfast.test/a']), []),
  of('a label of somebody else', live(['metadata', 'labels'], { team: 'a' }), []),
];

describe('compareManifest()', () => {
  it.each(DOUBTS)('doubts $title', ({ desired, live: object, expected }) => {
    expect(compareManifest(desired, object, MANAGER)).toEqual(expected);
  });

  it.each(CERTAIN)('is certain about $title', ({ desired, live: object }) => {
    expect(compareManifest(desired, object, MANAGER)).toEqual([]);
  });

  it('doubts two ports of one number where one leaves its protocol to the default', () => {
    expect(compareManifest(serviceManifest(), service(), MANAGER)).toEqual(['spec.ports']);
  });

  it('pairs a port that leaves its protocol to the default when only one fits', () => {
    const onlyTcp = changed(service(), ['spec', 'ports', 0], undefined);
    const path = ['metadata', 'managedFields', 0, 'fieldsV1', 'f:spec', 'f:ports', 'k:{"port":53,"protocol":"UDP"}'];
    const manifest = changed(serviceManifest(), ['spec', 'ports', 0], undefined);
    expect(compareManifest(manifest, changed(onlyTcp, path, undefined), MANAGER)).toEqual([]);
  });

  it('doubts owned entries in another order, live or wanted', () => {
    const pick = (object: KubeObject): unknown[] =>
      (object as unknown as { spec: { template: { spec: { containers: unknown[] } } } }).spec.template.spec.containers;
    const turnedLive = changed(deployment(), CONTAINERS, pick(deployment()).toReversed());
    const turnedWanted = changed(deploymentManifest(), CONTAINERS, pick(deploymentManifest()).toReversed());
    expect(compareManifest(deploymentManifest(), turnedLive, MANAGER)).toEqual(['spec.template.spec.containers']);
    expect(compareManifest(turnedWanted, deployment(), MANAGER)).toEqual(['spec.template.spec.containers']);
  });

  it('needs no record of a manifest that states nothing but a name', () => {
    const bare: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'empty', namespace: 'web' } };
    expect(compareManifest(bare, { ...bare, data: { by: 'somebody' } }, MANAGER)).toEqual([]);
  });

  it('treats keys such as __proto__ and constructor as data', () => {
    const data = JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>;
    const fields = JSON.parse('{"f:data":{"f:__proto__":{},"f:constructor":{}}}') as Record<string, never>;
    const desired: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data };
    const same: KubeObject = { ...desired, metadata: { name: 'x', managedFields: [applied(fields)] as never } };
    expect(compareManifest(desired, same, MANAGER)).toEqual([]);
    expect(compareManifest(desired, { ...same, data: {} }, MANAGER)).toEqual(['data.__proto__', 'data.constructor']);
    expect(compareManifest({ ...desired, data: {} }, same, MANAGER)).toEqual(['data.__proto__', 'data.constructor']);
    const other = JSON.parse('{"__proto__":"x","constructor":"b"}') as Record<string, string>;
    expect(compareManifest(desired, { ...same, data: other }, MANAGER)).toEqual(['data.__proto__']);
  });

  it('does not believe a record that it cannot read', () => {
    const odd = changed(deployment(), ['metadata', 'managedFields', 0, 'fieldsV1', 'f:spec'], { 'x:odd': {} });
    expect(compareManifest(deploymentManifest(), odd, MANAGER)).toEqual(['spec']);
  });
});
