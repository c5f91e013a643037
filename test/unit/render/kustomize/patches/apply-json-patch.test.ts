import { describe, expect, it } from 'vitest';
import { encodeNode } from '../../../../../src/render/kustomize/node/encode-node.ts';
import { readResourceNodes } from '../../../../../src/render/kustomize/node/read-resource-nodes.ts';
import { applyJsonPatch } from '../../../../../src/render/kustomize/patches/apply-json-patch.ts';
import { decodeJsonPatch } from '../../../../../src/render/kustomize/patches/decode-json-patch.ts';
import { readGoldenCases } from './golden-cases.ts';

describe('applyJsonPatch()', () => {
  const cases = readGoldenCases('json-patch');

  it.each(cases.filter(({ error }) => error === ''))('$title', ({ target, patch, result }) => {
    expect(apply(target, patch)).toBe(result);
  });

  it.each(cases.filter(({ error }) => error !== ''))('$title', ({ target, patch, error }) => {
    expect(() => apply(target, patch)).toThrow(error);
  });

  it('applies the same operations to several documents', () => {
    const operations = decodeJsonPatch('[{"op":"add","path":"/x","value":{}},{"op":"add","path":"/x/y","value":1}]');
    const first = readResourceNodes('{kind: A, metadata: {name: a}}', 'a.yaml')[0];
    const second = readResourceNodes('{kind: B, metadata: {name: b}}', 'b.yaml')[0];
    if (first === undefined || second === undefined) throw new Error('no document');
    applyJsonPatch(first, operations);
    expect(encodeNode(applyJsonPatch(second, operations))).toContain('x:\n  "y": 1\n');
    expect(operations[0]?.get('value')).toEqual(new Map());
  });

  it('pollutes no prototype', () => {
    const patch = '[{"op":"add","path":"/__proto__","value":{}},{"op":"add","path":"/__proto__/polluted","value":1}]';
    apply('{"kind":"A","metadata":{"name":"a"}}', patch);
    expect('polluted' in {}).toBe(false);
  });
});

describe('decodeJsonPatch()', () => {
  it('takes the first document of YAML', () => {
    expect(decodeJsonPatch('- op: remove\n  path: /a\n---\n- op: remove\n  path: /b\n')).toHaveLength(1);
  });

  it('takes the last of repeated keys', () => {
    expect(decodeJsonPatch('- op: add\n  value: 1\n  value: 2\n')[0]?.get('value')).toBe(2);
  });

  it('takes a null for no operations', () => {
    expect(decodeJsonPatch('# nothing\n')).toEqual([]);
  });

  it.each([
    ['', 'empty json patch operations'],
    ['a: b', 'json: cannot unmarshal object into Go value of type jsonpatch.Patch'],
    ['["x"]', 'json: cannot unmarshal string into Go value of type jsonpatch.Operation'],
    ['[{op: add}]', 'invalid character "o" in JSON'],
    ['[{"op"', 'unexpected end of JSON input'],
    ['a: "', 'error converting YAML to JSON'],
  ])('refuses %j', (text, message) => {
    expect(() => decodeJsonPatch(text)).toThrow(message);
  });
});

function apply(target: string, patch: string): string {
  const [node] = readResourceNodes(target, 'target.yaml');
  if (node === undefined) throw new Error('no document');
  return encodeNode(applyJsonPatch(node, decodeJsonPatch(patch)));
}
