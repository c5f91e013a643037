import { describe, expect, it } from 'vitest';
import { mergeStrategic } from '../../../../../src/render/kustomize/merge/merge-strategic.ts';
import { encodeNode } from '../../../../../src/render/kustomize/node/encode-node.ts';
import { copyNode, type YamlNode } from '../../../../../src/render/kustomize/node/node.ts';
import { readResourceNodes } from '../../../../../src/render/kustomize/node/read-resource-nodes.ts';
import { Schema } from '../../../../../src/render/kustomize/schema/schema.ts';
import { type GoldenCase, readGoldenCases } from '../patches/golden-cases.ts';

describe('mergeStrategic()', () => {
  const cases = readGoldenCases('merge');

  it.each(cases.filter(({ error }) => error === ''))('$title', (golden) => {
    const { target, merged } = merge(golden);
    expect(merged === undefined).toBe(golden.gone === true);
    if (merged !== undefined) expect(encodeNode(target)).toBe(golden.result);
  });

  it.each(cases.filter(({ error }) => error !== ''))('$title', (golden) => {
    // Kustomize adds the content of the node, which may be a Secret's.
    const [message] = golden.error.split(': node contents');
    expect(() => merge(golden)).toThrow(message);
  });

  it('leaves copies of the patch alone', () => {
    const patch = parse('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: {$patch: replace, b: x}}\n');
    const before = encodeNode(patch);
    const target = parse('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: {c: y}}\n');
    mergeStrategic(copyNode(patch), target, Schema.builtin());
    expect(encodeNode(patch)).toBe(before);
    expect(encodeNode(target)).toContain('b: x');
  });
});

function merge({ target: targetText, patch, schema }: GoldenCase): { target: YamlNode; merged: YamlNode | undefined } {
  const target = parse(targetText);
  const known = schema === undefined ? Schema.builtin() : Schema.builtin().withCustom(schema);
  return { target, merged: mergeStrategic(parse(patch), target, known) };
}

function parse(text: string): YamlNode {
  const [node] = readResourceNodes(text, 'test.yaml');
  if (node === undefined) throw new Error('no document');
  return node;
}
