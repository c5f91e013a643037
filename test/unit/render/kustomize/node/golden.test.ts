import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../../src/object/kube-object.ts';
import { composeNodes } from '../../../../../src/render/kustomize/node/compose-nodes.ts';
import { decodeNode } from '../../../../../src/render/kustomize/node/decode-node.ts';
import { encodeNode } from '../../../../../src/render/kustomize/node/encode-node.ts';
import { matchPath } from '../../../../../src/render/kustomize/node/match-path.ts';
import { type NodeKind, newNode, type YamlNode } from '../../../../../src/render/kustomize/node/node.ts';
import { nodeFromJson } from '../../../../../src/render/kustomize/node/node-from-json.ts';
import { readResourceNodes } from '../../../../../src/render/kustomize/node/read-resource-nodes.ts';
import { parseJson } from '../../../../../src/yaml/json.ts';

interface GoldenNode {
  readonly kind: NodeKind;
  readonly tag: string;
  readonly value: string;
  readonly style: number;
  readonly anchor?: string;
  readonly content?: readonly GoldenNode[];
}

interface Case {
  readonly input: {
    readonly op: string;
    readonly text?: string;
    readonly node?: GoldenNode;
    readonly json?: JsonObject;
    readonly path?: readonly string[];
    readonly create?: NodeKind;
  };
  readonly output: {
    readonly nodes?: readonly GoldenNode[];
    readonly text?: string;
    readonly json?: string;
    readonly err?: true;
    readonly textErr?: true;
  };
}

function readCases(name: string): Case[] {
  const path = new URL(`../../../../golden/kustomize/node/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as Case[];
}

/** What differs from Go, so that a failure shows the inputs and not hundreds of lines of trees. */
function differing(cases: readonly Case[], run: (input: Case['input']) => Case['output']): unknown[] {
  return cases.flatMap(({ input, output }) => {
    const actual = normalize(run(input));
    const expected = normalize(output);
    try {
      expect(actual).toEqual(expected);
      return [];
    } catch {
      return [{ input, expected, actual }];
    }
  });
}

function normalize({ json, ...output }: Case['output']): object {
  return { ...output, json: json === undefined ? undefined : parseJson(json) };
}

function goldenNodes(nodes: readonly YamlNode[]): { nodes?: GoldenNode[] } {
  return nodes.length === 0 ? {} : { nodes: nodes.map(toGolden) };
}

function toGolden({ kind, tag, value, style, anchor, content }: YamlNode): GoldenNode {
  const rest = {
    ...(anchor === '' ? {} : { anchor }),
    ...(content.length === 0 ? {} : { content: content.map(toGolden) }),
  };
  return { kind, tag, value, style, ...rest };
}

function fromGolden({ kind, tag, value, style, content }: GoldenNode): YamlNode {
  const node = newNode(kind, tag, value, style);
  node.content = (content ?? []).map(fromGolden);
  return node;
}

function orError<T extends object>(run: () => T): T | { err: true } {
  try {
    return run();
  } catch {
    return { err: true };
  }
}

function printJson(value: JsonValue): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'bigint' ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(one)) : one,
  );
}

describe('against kyaml', () => {
  it('composeNodes() and readResourceNodes() give the trees of Go', () => {
    const cases = readCases('texts');
    expect(cases.length).toBeGreaterThan(300);
    expect(
      differing(cases, ({ op, text = '' }) =>
        orError(() => goldenNodes(op === 'read' ? readResourceNodes(text, 'f') : composeNodes(text, 'f').slice(0, 1))),
      ),
    ).toEqual([]);
  });

  it('encodeNode() and decodeNode() write and mean what Go does', () => {
    const cases = readCases('scalars');
    expect(cases.length).toBeGreaterThan(1000);
    const run = ({ node }: Case['input']): Case['output'] => {
      const tree = fromGolden(node ?? { kind: 'none', tag: '', value: '', style: 0 });
      return { text: encodeNode(tree), ...orError(() => ({ json: printJson(decodeNode(tree)) })) };
    };
    expect(differing(cases, run)).toEqual([]);
  });

  it('nodeFromJson() makes the trees of Go', () => {
    const run = ({ json = {} }: Case['input']): Case['output'] =>
      orError(() => {
        const node = nodeFromJson(json);
        return { ...goldenNodes([node]), text: encodeNode(node) };
      });
    expect(differing(readCases('from-json'), run)).toEqual([]);
  });

  it('matchPath() finds, makes and refuses what Go does', () => {
    const run = ({ text = '', path = [], create }: Case['input']): Case['output'] => {
      const node = composeNodes(text, 'f')[0];
      const found = orError(() => goldenNodes(matchPath(node, path, create)));
      return { ...found, text: node === undefined ? '' : encodeNode(node) };
    };
    expect(differing(readCases('paths'), run)).toEqual([]);
  });
});
