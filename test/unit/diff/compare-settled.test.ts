import { describe, expect, it } from 'vitest';
import { compareSettled, settle } from '../../../src/diff/compare-settled.ts';
import type { KubeObject } from '../../../src/object/kube-object.ts';
import { applied, changed, deployment, MANAGER, type Step, service } from './live-objects.ts';

const POD = ['spec', 'template', 'spec'] as const;
const CONTAINERS = [...POD, 'containers'] as const;

function compare(before: KubeObject, after: KubeObject): readonly string[] {
  return compareSettled(after, settle('hash', before, MANAGER), MANAGER);
}

interface Row {
  readonly title: string;
  readonly object: KubeObject;
  readonly path: readonly Step[];
  readonly value: unknown;
  readonly expected: readonly string[];
}

function row(title: string, object: KubeObject, change: readonly [readonly Step[], unknown], expected: string[]): Row {
  return { title, object, path: change[0], value: change[1], expected };
}

const FOUND: readonly Row[] = [
  row('a scalar', deployment(), [['spec', 'replicas'], 3], ['spec.replicas']),
  row('a scalar that was removed', deployment(), [['spec', 'replicas'], undefined], ['spec.replicas']),
  row('a scalar that became null', deployment(), [['spec', 'replicas'], null], ['spec.replicas']),
  row('a scalar of another type', deployment(), [['spec', 'replicas'], '2'], ['spec.replicas']),
  row(
    'a label',
    service(),
    [['metadata', 'labels', 'app.kubernetes.io/name'], 'x'],
    ['metadata.labels.app.kubernetes.io/name'],
  ),
  row('all labels removed', service(), [['metadata', 'labels'], undefined], ['metadata.labels']),
  row(
    'one more key in an atomic map',
    deployment(),
    [['spec', 'selector', 'matchLabels', 'x'], 'y'],
    ['spec.selector'],
  ),
  row(
    'an image',
    deployment(),
    [[...CONTAINERS, 0, 'image'], 'a:2'],
    ['spec.template.spec.containers[name="a"].image'],
  ),
  row(
    'the order of an atomic list',
    deployment(),
    [
      [...CONTAINERS, 0, 'args'],
      ['y', 'x'],
    ],
    ['spec.template.spec.containers[name="a"].args'],
  ),
  row(
    'a nested keyed entry',
    deployment(),
    [[...CONTAINERS, 0, 'env', 0, 'value'], '2'],
    ['spec.template.spec.containers[name="a"].env[name="A"].value'],
  ),
  row(
    'an entry that was removed',
    deployment(),
    [[...CONTAINERS, 1], undefined],
    ['spec.template.spec.containers[name="b"]'],
  ),
  row(
    'an entry under another key',
    deployment(),
    [[...CONTAINERS, 1, 'name'], 'c'],
    ['spec.template.spec.containers[name="b"]'],
  ),
  row(
    'an empty map that was filled',
    deployment(),
    [[...POD, 'volumes', 0, 'emptyDir'], { medium: 'Memory' }],
    ['spec.template.spec.volumes[name="tmp"].emptyDir'],
  ),
  row(
    'a list that was replaced by a map',
    deployment(),
    [CONTAINERS, {}],
    ['spec.template.spec.containers[name="a"]', 'spec.template.spec.containers[name="b"]'],
  ),
  row(
    'a value that left a set',
    deployment(),
    [['metadata', 'finalizers'], ['holdfast.test/a']],
    ['metadata.finalizers["holdfast.test/b"]'],
  ),
  row(
    'a key field shared by two entries',
    service(),
    [['spec', 'ports', 1, 'protocol'], 'SCTP'],
    ['spec.ports[port=53,protocol="TCP"]'],
  ),
];

const IGNORED: readonly Row[] = [
  row('a defaulted field', deployment(), [['spec', 'revisionHistoryLimit'], 3], []),
  row('the status', deployment(), [['status', 'replicas'], 0], []),
  row('a field that appeared', deployment(), [['spec', 'paused'], true], []),
  row('a label of somebody else', service(), [['metadata', 'labels', 'team'], 'a'], []),
  row('a field of our list entry that we did not state', service(), [['spec', 'ports', 0, 'nodePort'], 30_053], []),
  row(
    'a value that joined a set',
    deployment(),
    [
      ['metadata', 'finalizers'],
      ['z', 'holdfast.test/b', 'holdfast.test/a'],
    ],
    [],
  ),
  row(
    'an entry that somebody put first',
    deployment(),
    [CONTAINERS, [{ name: 'sidecar' }, ...containersOf(deployment())]],
    [],
  ),
  row(
    'an entry that somebody put between ours',
    deployment(),
    [CONTAINERS, containersOf(deployment()).toSpliced(1, 0, { name: 'sidecar' })],
    [],
  ),
  row(
    'the keys of an object in another order',
    service(),
    [
      ['spec', 'ports', 0],
      {
        targetPort: 53,
        protocol: 'UDP',
        port: 53,
        name: 'udp',
      },
    ],
    [],
  ),
  row('the resourceVersion', service(), [['metadata', 'resourceVersion'], '11'], []),
];

function containersOf(object: KubeObject): unknown[] {
  return (object as unknown as { spec: { template: { spec: { containers: unknown[] } } } }).spec.template.spec
    .containers;
}

describe('compareSettled()', () => {
  it.each([deployment(), service()])('finds nothing in an unchanged $kind', (object) => {
    expect(compare(object, structuredClone(object))).toEqual([]);
  });

  it.each(FOUND)('finds $title', ({ object, path, value, expected }) => {
    expect(compare(object, changed(object, path, value))).toEqual(expected);
  });

  it.each(IGNORED)('leaves alone $title', ({ object, path, value }) => {
    expect(compare(object, changed(object, path, value))).toEqual([]);
  });

  it('finds owned list entries in another order', () => {
    const before = deployment();
    const after = changed(before, CONTAINERS, containersOf(before).toReversed());
    expect(compare(before, after)).toEqual(['spec.template.spec.containers']);
  });

  it('finds owned entries in another order among those of others', () => {
    const before = deployment();
    const [a, b] = containersOf(before);
    expect(compare(before, changed(before, CONTAINERS, [b, { name: 'x' }, a]))).toEqual([
      'spec.template.spec.containers',
    ]);
  });

  it('finds a field that another manager took without changing it', () => {
    const before = service();
    const after = changed(before, ['metadata', 'managedFields', 0, 'fieldsV1', 'f:spec', 'f:selector'], undefined);
    expect(compare(before, after)).toEqual(['metadata.managedFields']);
  });

  it('names only the entry that is gone, also when it was the first', () => {
    const before = deployment();
    expect(compare(before, changed(before, [...CONTAINERS, 0], undefined))).toEqual([
      'spec.template.spec.containers[name="a"]',
    ]);
  });

  it('owns nothing in a map or an entry that it owns as such only', () => {
    const object = (labels: object): KubeObject => ({
      apiVersion: 'v1',
      kind: 'X',
      metadata: { name: 'x', managedFields: [applied({ 'f:spec': { 'f:labels': { '.': {} } } })] as never },
      spec: { labels },
    });
    expect(compare(object({}), object({ team: 'a' }))).toEqual([]);
    expect(compare(object({}), { ...object({}), spec: {} })).toEqual(['spec.labels']);
  });

  it('takes no inherited property for a field', () => {
    const object = (data: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'X',
      metadata: { name: 'x', managedFields: [applied(JSON.parse('{"f:data":{"f:__proto__":{}}}') as never)] as never },
      data: JSON.parse(data) as object,
    });
    expect(compare(object('{"__proto__":{}}'), object('{}'))).toEqual(['data.__proto__']);
    expect(compare(object('{"__proto__":{}}'), object('{"__proto__":{}}'))).toEqual([]);
  });

  it('finds that our record is gone altogether', () => {
    const before = service();
    expect(compare(before, changed(before, ['metadata', 'managedFields'], undefined))).toEqual([
      'metadata.managedFields',
    ]);
  });

  it('finds that our record was rewritten in another version of the API', () => {
    const before = deployment();
    const after = changed(before, ['metadata', 'managedFields', 0, 'apiVersion'], 'apps/v2');
    expect(compare(before, after)).toEqual(['metadata.managedFields']);
  });

  it('does not take a record of the status or of an update for ours', () => {
    const before = service();
    const [own] = before.metadata.managedFields ?? [];
    const others = [
      { ...own, subresource: 'status', fieldsV1: {} },
      { ...own, operation: 'Update', fieldsV1: {} },
      own,
    ];
    expect(compare(before, changed(before, ['metadata', 'managedFields'], others))).toEqual([]);
  });

  it('finds nothing where an apply stated nothing', () => {
    const bare: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'empty', namespace: 'web' } };
    expect(compare(bare, { ...bare, data: { a: 'b' } })).toEqual([]);
  });

  it('compares integers that a number cannot hold', () => {
    const object = (value: bigint): KubeObject => ({
      apiVersion: 'v1',
      kind: 'X',
      metadata: { name: 'x', managedFields: [applied({ 'f:spec': { 'f:size': {} } })] as never },
      spec: { size: value },
    });
    expect(compare(object(9_007_199_254_740_993n), object(9_007_199_254_740_993n))).toEqual([]);
    expect(compare(object(9_007_199_254_740_993n), object(9_007_199_254_740_992n))).toEqual(['spec.size']);
  });

  it('follows positions in lists without keys', () => {
    const object = (second: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'X',
      metadata: { name: 'x', managedFields: [applied({ 'f:spec': { 'f:list': { 'i:1': {} } } })] as never },
      spec: { list: ['first', second] },
    });
    expect(compare(object('b'), object('b'))).toEqual([]);
    expect(compare(object('b'), object('c'))).toEqual(['spec.list[1]']);
  });
});
