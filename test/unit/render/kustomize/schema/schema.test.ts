import { describe, expect, it } from 'vitest';
import { Schema } from '../../../../../src/render/kustomize/schema/schema.ts';
import { isMergedList, type SchemaNode } from '../../../../../src/render/kustomize/schema/schema-node.ts';

const CUSTOM = `
definitions:
  Loop: {$ref: '#/definitions/Loop'}
  Item: {type: object, properties: {deep: {type: object, properties: {list: {type: [array], items: {type: string}}}}}}
  Thing:
    x-kubernetes-group-version-kind: [{group: example.com, kind: Thing, version: v1}]
    properties:
      loop: {$ref: '#/definitions/Loop'}
      missing: {$ref: '#/definitions/Nothing'}
      inner: {$ref: '#/definitions/Item/properties/deep'}
      byName: {type: object, additionalProperties: {$ref: '#/definitions/Item'}}
      list:
        type: array
        items: {$ref: '#/definitions/Item'}
        x-kubernetes-patch-strategy: merge,retainKeys
        x-kubernetes-patch-merge-key: a
        x-kubernetes-list-map-keys: [a, b]
paths:
  /apis/example.com/v1/things: {get: {x-kubernetes-group-version-kind: {group: example.com, kind: Thing, version: v1}}}
  /apis/example.com/v1/namespaces/{namespace}/others/{name}:
    get: {x-kubernetes-group-version-kind: {group: example.com, kind: Other, version: v1}}
  /apis/example.com/v1/others: {get: {x-kubernetes-group-version-kind: {group: example.com, kind: Other, version: v1}}}
`;

describe('Schema.builtin()', () => {
  const schema = Schema.builtin();

  it('knows the lists of a Deployment that are merged', () => {
    const containers = at(schema, schema.schemaOf('apps/v1', 'Deployment'), 'spec.template.spec.containers');
    expect(containers).toMatchObject({ isList: true, strategy: 'merge', keys: ['name'] });
    const ports = at(schema, containers, '[].ports');
    expect(ports?.keys).toEqual(['containerPort', 'protocol']);
    expect(isMergedList(ports)).toBe(true);
    expect(isMergedList(at(schema, containers, '[].command'))).toBe(false);
  });

  it.each([
    ['apps/v1', 'Deployment', true],
    ['v1', 'Namespace', false],
    ['v1', 'PodAttachOptions', true],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', false],
    ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', false],
    ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', false],
    ['example.com/v1', 'Thing', undefined],
    ['v1', 'Deployment', undefined],
  ])('says of %s %s whether it is namespaced: %s', (apiVersion, kind, expected) => {
    expect(schema.isNamespaced(apiVersion, kind)).toBe(expected);
  });

  it('knows kustomization files', () => {
    const kustomization = schema.schemaOf('kustomize.config.k8s.io/v1beta1', 'Kustomization');
    expect(at(schema, kustomization, 'configMapGenerator')?.keys).toEqual(['name']);
  });
});

describe('Schema.choose()', () => {
  it('puts a custom schema in the place of the built-in one', () => {
    const schema = Schema.builtin().choose({ path: 'schema.yaml' }, CUSTOM);
    expect(schema.schemaOf('apps/v1', 'Deployment')).toBeUndefined();
    expect(at(schema, schema.schemaOf('example.com/v1', 'Thing'), 'list')?.keys).toEqual(['a', 'b']);
  });

  it('keeps the built-in one beside it once that was in use', () => {
    const builtin = Schema.builtin();
    builtin.schemaOf('apps/v1', 'Deployment');
    const schema = builtin.choose({ path: 'schema.yaml' }, CUSTOM);
    expect(schema.schemaOf('apps/v1', 'Deployment')).toBeDefined();
    expect(schema.schemaOf('example.com/v1', 'Thing')).toBeDefined();
  });

  it('keeps the built-in one beside it once the scope of an unknown kind was asked for', () => {
    const builtin = Schema.builtin();
    builtin.isNamespaced('example.com/v1', 'Unknown');
    expect(builtin.choose({ path: 'x' }, CUSTOM).schemaOf('apps/v1', 'Deployment')).toBeDefined();
  });

  it('goes on with the first choice', () => {
    const schema = Schema.builtin().choose({ version: 'v1.21.2' });
    expect(schema.choose({ path: 'schema.yaml' }, CUSTOM)).toBe(schema);
  });

  it('leaves the schema as it is without a choice', () => {
    const schema = Schema.builtin();
    expect(schema.choose({})).toBe(schema);
  });

  it('refuses an unknown version, and a version beside a path', () => {
    expect(() => Schema.builtin().choose({ version: 'v1.30.0' })).toThrow(
      'the specified OpenAPI version is not built in',
    );
    expect(() => Schema.builtin().choose({ version: 'v1.21.2', path: 'x' }, CUSTOM)).toThrow('cannot use both');
  });
});

describe('Schema.withCustom()', () => {
  const schema = Schema.builtin().withCustom(CUSTOM);
  const thing = schema.schemaOf('example.com/v1', 'Thing');

  it('takes scopes from paths, also of kinds without a definition', () => {
    expect(schema.isNamespaced('example.com/v1', 'Thing')).toBe(false);
    expect(schema.isNamespaced('example.com/v1', 'Other')).toBe(true);
    expect(schema.isNamespaced('v1', 'Namespace')).toBe(false);
  });

  it('follows references into definitions', () => {
    expect(at(schema, thing, 'inner.list')?.isList).toBe(true);
    expect(at(schema, thing, 'byName.any.deep.list')?.isList).toBe(true);
    expect(at(schema, thing, 'list.[].deep.list')?.isList).toBe(true);
  });

  it('knows nothing behind references that lead nowhere or in a circle', () => {
    expect(at(schema, thing, 'missing')).toBeUndefined();
    expect(at(schema, thing, 'loop')).toBeUndefined();
  });

  it('refuses what is no document when it is needed', () => {
    expect(() => Schema.builtin().withCustom('{"definitions": ').schemaOf('v1', 'Pod')).toThrow('invalid schema file');
    expect(() => Schema.builtin().withCustom('- a').schemaOf('v1', 'Pod')).toThrow('invalid schema file');
  });
});

function at(schema: Schema, node: SchemaNode | undefined, path: string): SchemaNode | undefined {
  let found = node;
  for (const part of path.split('.')) {
    if (found === undefined) return undefined;
    found = part === '[]' ? schema.items(found) : schema.field(found, part);
  }
  return found;
}
