import { describe, expect, it } from 'vitest';
import type { FieldSpec } from '../../../../../src/render/kustomize/config/field-spec.ts';
import {
  applyFieldSpec,
  applyFieldSpecs,
  splitFieldPath,
} from '../../../../../src/render/kustomize/filters/apply-field-specs.ts';
import { setEntry, setEntryIfEmpty } from '../../../../../src/render/kustomize/filters/set-entry.ts';
import { composeNodes } from '../../../../../src/render/kustomize/node/compose-nodes.ts';
import { encodeNode } from '../../../../../src/render/kustomize/node/encode-node.ts';
import { newNode, type YamlNode } from '../../../../../src/render/kustomize/node/node.ts';

function parse(text: string): YamlNode {
  return composeNodes(text, 'test.yaml')[0] ?? newNode('none');
}

function spec(path: string, rest: Partial<FieldSpec> = {}): FieldSpec {
  return { group: '', version: '', kind: '', create: false, ...rest, path };
}

const SET_X = { set: setEntry('', 'x'), createKind: 'scalar' } as const;

describe('splitFieldPath()', () => {
  it.each([
    ['a/b', ['a', 'b']],
    ['/a/b', ['a', 'b']],
    ['a//b', ['a', '', 'b']],
    ['metadata/annotations/a.io\\/b', ['metadata', 'annotations', 'a.io/b']],
    ['\\/a\\/b\\/c', ['/a/b/c']],
    ['', ['']],
  ])('splits %j', (path, parts) => {
    expect(splitFieldPath(path)).toEqual(parts);
  });
});

describe('applyFieldSpec()', () => {
  it('reaches all items of the lists on the way, without their being in the path', () => {
    const node = parse('kind: A\nspec:\n- {list: [{f: 1}, {f: 2}]}\n- {list: [{f: 3}, {g: 4}]}\n');
    applyFieldSpec(node, spec('spec/list/f'), SET_X);
    expect(encodeNode(node)).toBe('kind: A\nspec:\n- {list: [{f: x}, {f: x}]}\n- {list: [{f: x}, {g: 4}]}\n');
  });

  it('makes what is missing or null where the spec says so', () => {
    const node = parse('kind: A\nspec:\n');
    applyFieldSpec(node, spec('spec/a/b', { create: true }), SET_X);
    expect(encodeNode(node)).toBe('kind: A\nspec:\n  a:\n    b: x\n');
  });

  it('makes nothing beside the list that a path names', () => {
    const node = parse('kind: A\nspec: {}\n');
    applyFieldSpec(node, spec('spec/list[]/b', { create: true }), SET_X);
    expect(encodeNode(node)).toBe('kind: A\nspec: {}\n');
  });

  it.each([{ kind: 'B' }, { group: 'apps' }, { version: 'v2' }])('leaves objects of other types than %o', (type) => {
    const node = parse('apiVersion: batch/v1\nkind: A\nf: 1\n');
    applyFieldSpec(node, spec('f', type), SET_X);
    expect(encodeNode(node)).toBe('apiVersion: batch/v1\nkind: A\nf: 1\n');
  });

  it('names field and object when the path leads nowhere', () => {
    const node = parse('apiVersion: apps/v1\nkind: A\nmetadata: {name: web, namespace: ns}\nspec: 5\n');
    expect(() => applyFieldSpec(node, spec('spec/f'), SET_X)).toThrow(
      "considering field 'spec/f' of object A.v1.apps/web.ns: expected sequence or mapping node",
    );
  });
});

describe('setEntry()', () => {
  it('makes entries that are one node, so that setting one later sets all', () => {
    const node = parse('kind: A\n');
    const labels = [spec('a', { create: true }), spec('b', { create: true })];
    applyFieldSpecs(node, labels, { set: setEntry('app', 'one', '!!str'), createKind: 'mapping' });
    applyFieldSpecs(node, [spec('a')], { set: setEntry('app', 'two', '!!str'), createKind: 'mapping' });
    expect(encodeNode(node)).toBe('kind: A\na:\n  app: two\nb:\n  app: two\n');
  });

  it('quotes what YAML 1.1 would not read as a string', () => {
    const node = parse('{}');
    setEntry('a', 'yes', '!!str')(node);
    expect(encodeNode(node)).toBe('{a: "yes"}\n');
  });
});

describe('setEntryIfEmpty()', () => {
  it('keeps a value that is there', () => {
    const node = parse('a: 1\nb: ""\n');
    for (const name of ['a', 'b', 'c']) setEntryIfEmpty(name, 'x')(node);
    expect(encodeNode(node)).toBe('a: 1\nb: "x"\nc: x\n');
  });
});
