import { beforeEach, describe, expect, it } from 'vitest';
import { decodeNode } from '../../../../../src/render/kustomize/node/decode-node.ts';
import {
  ORIGIN_ANNOTATION,
  TRANSFORMATIONS_ANNOTATION,
} from '../../../../../src/render/kustomize/resource/build-annotations.ts';
import {
  addTransformation,
  getOrigin,
  originFromPlugin,
  setOrigin,
} from '../../../../../src/render/kustomize/resource/origin.ts';
import { formatResId } from '../../../../../src/render/kustomize/resource/res-id.ts';
import { ResMap } from '../../../../../src/render/kustomize/resource/res-map.ts';
import { ResourceFactory } from '../../../../../src/render/kustomize/resource/resource-factory.ts';
import { Schema } from '../../../../../src/render/kustomize/schema/schema.ts';

let factory: ResourceFactory;
beforeEach(() => {
  factory = new ResourceFactory({ holder: { schema: Schema.builtin() }, hash: () => 'hash' });
});

const read = (text: string) => factory.oneFromText(text, 'file.yaml');
const configMap = (name: string, more = '') =>
  read(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n${more}`);

describe('Resource', () => {
  it('remembers the ids that it had, the oldest first', () => {
    const resource = configMap('a');
    resource.storePreviousId();
    resource.setName('b');
    resource.storePreviousId();
    resource.setNamespace('ns');
    expect(resource.prevIds().map(formatResId)).toEqual([
      'ConfigMap.v1.[noGrp]/a.default',
      'ConfigMap.v1.[noGrp]/b.default',
    ]);
    expect(resource.orgId().name).toBe('a');
    expect(formatResId(resource.curId())).toBe('ConfigMap.v1.[noGrp]/b.ns');
  });

  it('tells the scope of kinds by the schema', () => {
    expect(read('{apiVersion: v1, kind: Namespace, metadata: {name: a}}').curId().isClusterScoped).toBe(true);
    expect(read('{apiVersion: x/v1, kind: Unknown, metadata: {name: a}}').curId().isClusterScoped).toBe(false);
  });

  it('loses empty annotations together with those of the build', () => {
    const untouched = read('{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {}}}');
    const touched = untouched.copy();
    touched.addNamePrefix('x-');
    for (const resource of [untouched, touched]) resource.removeBuildAnnotations();
    expect(decodeNode(untouched.root)).toMatchObject({ metadata: { annotations: {} } });
    expect(decodeNode(touched.root)).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
  });

  it.each([
    [['a'], ['a'], true, true],
    [['a', 'b'], ['b'], true, true],
    [['a'], ['b'], false, false],
    [[], ['b'], true, false],
    [[], [], true, true],
  ])('compares prefixes %j and %j from the outside', (mine, theirs, isLoose, isStrict) => {
    const [one, other] = [configMap('a'), configMap('b')];
    for (const prefix of mine) one.addNamePrefix(prefix);
    for (const prefix of theirs) other.addNamePrefix(prefix);
    expect(one.hasSameNameContext(other, true)).toBe(isLoose);
    expect(one.hasSameNameContext(other, false)).toBe(isStrict);
  });

  it('takes labels, annotations and data of another but keeps its own', () => {
    const old = read(
      '{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {x: "1", y: "1"}}, data: {p: "1", q: "1"}}',
    );
    const incoming = read(
      '{apiVersion: v1, kind: ConfigMap, metadata: {name: b, labels: {y: "2"}}, data: {q: "2", __proto__: x}}',
    );
    incoming.copyMergeMetadataFrom(old);
    incoming.mergeTextMapFrom(old, 'data');
    expect(decodeNode(incoming.root)).toMatchObject({ metadata: { name: 'a', labels: { x: '1', y: '2' } } });
    expect(JSON.stringify(decodeNode(incoming.root))).toContain('"data":{"__proto__":"x","p":"1","q":"2"}');
  });
});

describe('ResMap', () => {
  it('refuses a second resource of one id', () => {
    const resources = ResMap.of([configMap('a')]);
    const again = read('{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: default}}');
    const message = 'may not add resource with an already registered id: ConfigMap.v1.[noGrp]/a.default';
    expect(() => resources.append(again)).toThrow(message);
    expect(() => resources.appendAll(ResMap.of([again]))).toThrow(message);
    expect(resources.size).toBe(1);
  });

  it('finds resources by what they were called', () => {
    const resource = configMap('a');
    const id = resource.curId();
    resource.storePreviousId();
    resource.setName('b');
    const resources = ResMap.of([resource, configMap('c')]);
    expect(resources.getById(id)).toBe(resource);
    expect(() => resources.getByCurrentId(id)).toThrow('no matches for Current ConfigMap.v1.[noGrp]/a.[noNs]');
    resources.append(configMap('a'));
    const both = 'multiple matches for Id ConfigMap.v1.[noGrp]/a.[noNs]; failed to find unique target for patch';
    expect(() => resources.getById(id)).toThrow(both);
  });

  it.each([
    ['merge', { data: { k: 'old', n: 'new' } }],
    ['replace', { data: { n: 'new' } }],
  ])('lets a generated resource %s another', (behavior, expected) => {
    const resources = ResMap.of([configMap('a', 'data: {k: old, n: old}')]);
    const incoming = configMap('a', 'data: {n: new}');
    incoming.setBehavior(behavior);
    resources.absorbAll(ResMap.of([incoming]));
    expect(resources.resources()).toEqual([incoming]);
    expect(decodeNode(incoming.root)).toMatchObject(expected);
  });

  it('encodes stringData before it merges Secrets', () => {
    const secret = (more: string) => read(`{apiVersion: v1, kind: Secret, metadata: {name: a}, ${more}}`);
    const resources = ResMap.of([secret('data: {a: YQ==}, stringData: {b: text}')]);
    const incoming = secret('data: {c: Yw==}');
    incoming.setBehavior('merge');
    resources.absorbAll(ResMap.of([incoming]));
    expect(decodeNode(incoming.root)).toMatchObject({ data: { a: 'YQ==', b: 'dGV4dA==', c: 'Yw==' } });
  });

  it('refuses to merge with nothing and to create what is there', () => {
    const merging = configMap('a');
    merging.setBehavior('merge');
    expect(() => new ResMap().absorbAll(ResMap.of([merging]))).toThrow('does not exist; cannot merge or replace');
    const resources = ResMap.of([configMap('a')]);
    const behavior = "exists; can not use behavior: 'unspecified', behavior must be merge or replace";
    expect(() => resources.absorbAll(ResMap.of([configMap('a')]))).toThrow(behavior);
  });

  it('drops what a strategic merge patch deletes', () => {
    const [gone, kept] = [configMap('a'), configMap('b')];
    const resources = ResMap.of([gone, kept]);
    resources.applySmPatch([gone], configMap('a', '$patch: delete'));
    expect(resources.resources()).toEqual([kept]);
  });
});

describe('ResourceFactory', () => {
  it('puts the items of lists behind everything else', () => {
    const list =
      '{apiVersion: v1, kind: ConfigMapList, items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]}';
    const other = '{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}';
    expect(factory.fromText(`${list}\n---\n${other}\n`, 'f').map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it.each([
    ['{apiVersion: v1, metadata: {name: a}}', 'missing kind in object {{v1 } {{a } map[] map[]}}'],
    [
      '{apiVersion: v1, kind: X, metadata: {labels: {a: b}, annotations: {s: secret}}}',
      'missing metadata.name in object {{v1 X} {{ } map[a:b] map[]}}',
    ],
    ['{data: {a: b}}', 'missing Resource metadata'],
    ['{kind: XList, items: 5}', 'expected array in XList/items, but found int'],
    ['a: [', 'in File: file.yaml'],
  ])('refuses %j', (text, message) => {
    expect(() => factory.fromText(text, 'file.yaml')).toThrow(message);
  });

  it('drops local configurations where they are not wanted', () => {
    const nodes = ['true', 'false'].map((value) => {
      const annotations = `{config.kubernetes.io/local-config: "${value}"}`;
      return read(`{apiVersion: v1, kind: X, metadata: {name: is-${value}, annotations: ${annotations}}}`).root;
    });
    expect(factory.dropLocalNodes(nodes).map(({ name }) => name)).toEqual(['is-false']);
  });
});

describe('setOrigin()', () => {
  it('writes what getOrigin() reads', () => {
    const resource = configMap('a');
    setOrigin(resource, { path: 'a.yaml', ref: '1.0' });
    expect(resource.annotation(ORIGIN_ANNOTATION)).toBe('path: a.yaml\nref: "1.0"\n');
    expect(getOrigin(resource)).toMatchObject({ path: 'a.yaml', ref: '1.0' });
    expect(originFromPlugin(resource)).toMatchObject({
      configuredIn: 'a.yaml',
      configuredBy: { kind: 'ConfigMap', name: 'a' },
    });
  });
});

describe('addTransformation()', () => {
  it('adds to the list', () => {
    const resource = configMap('a');
    const by = (kind: string) => ({ configuredIn: 'k.yaml', configuredBy: { apiVersion: 'builtin', kind } });
    addTransformation(resource, by('One'));
    addTransformation(resource, by('Two'));
    const item = (kind: string) =>
      `- configuredIn: k.yaml\n  configuredBy:\n    apiVersion: builtin\n    kind: ${kind}\n`;
    expect(resource.annotation(TRANSFORMATIONS_ANNOTATION)).toBe(item('One') + item('Two'));
  });
});
