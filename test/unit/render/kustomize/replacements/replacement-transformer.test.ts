import { describe, expect, it } from 'vitest';
import { buildError, buildObjects } from '../resource/read-build-cases.ts';

const RESOURCES = `apiVersion: v1
kind: ConfigMap
metadata: {name: source}
data: {host: db.example, port: "5432", tag: a:b:c}
---
apiVersion: example.com/v1
kind: Target
metadata: {name: target, labels: {app: web}}
data:
  url: http://host/path
  json: '{"b":"<x>","a":{"10":1,"9":2,"x":0}}'
  pretty: |-
    {
      "a": {
        "b": 1
      }
    }
  yaml: |
    a:
      b: 1
spec: {list: [{name: x, n: 1}, {name: y, n: 2}], number: 1}
`;

/** The target after one replacement, which is given in YAML's flow style. */
function targetAfter(replacement: string): unknown {
  return buildObjects(folder(replacement))[1];
}

function folder(replacement: string): Record<string, string> {
  return { 'kustomization.yaml': `resources: [r.yaml]\nreplacements:\n- ${replacement}\n`, 'r.yaml': RESOURCES };
}

const replace = (source: string, target: string) =>
  `{source: {kind: ConfigMap, ${source}}, targets: [{select: {kind: Target}, ${target}}]}`;

describe('replacementTransformer()', () => {
  it.each([
    [
      'fieldPath: data.host',
      'fieldPaths: [spec.list.*.name]',
      { spec: { list: [{ name: 'db.example' }, { name: 'db.example' }] } },
    ],
    ['fieldPath: data.port', 'fieldPaths: [spec.number]', { spec: { number: 5432 } }],
    ['fieldPath: data.port', 'fieldPaths: ["spec.list.[name=y].n"]', { spec: { list: [{ n: 1 }, { n: 5432 }] } }],
    [
      'fieldPath: data.host',
      'fieldPaths: [data.url], options: {delimiter: /, index: 2}',
      { data: { url: 'http://db.example/path' } },
    ],
    [
      'fieldPath: data.host',
      'fieldPaths: [data.url], options: {delimiter: /, index: -1}',
      { data: { url: 'db.example/http://host/path' } },
    ],
    ['fieldPath: data.tag, options: {delimiter: ":", index: 1}', 'fieldPaths: [data.url]', { data: { url: 'b' } }],
    [
      'fieldPath: data.host',
      'fieldPaths: ["metadata.annotations.[a.b/c]"], options: {create: true}',
      { metadata: { annotations: { 'a.b/c': 'db.example' } } },
    ],
    [
      'fieldPath: data.host',
      'fieldPaths: [data.__proto__.x], options: {create: true}',
      { metadata: { name: 'target' } },
    ],
    ['name: source', '', { metadata: { name: 'source' } }],
    [
      'fieldPath: data.host',
      'fieldPaths: [data.json.b]',
      { data: { json: '{"a":{"10":1,"9":2,"x":0},"b":"db.example"}' } },
    ],
    [
      'fieldPath: data.port',
      'fieldPaths: [data.json.a.x]',
      { data: { json: '{"a":{"10":1,"9":2,"x":5432},"b":"\\u003cx\\u003e"}' } },
    ],
    [
      'fieldPath: data.port',
      'fieldPaths: [data.pretty.a.b]',
      { data: { pretty: '{\n  "a": {\n    "b": 5432\n  }\n}' } },
    ],
    ['fieldPath: data.port', 'fieldPaths: [data.yaml.a.b]', { data: { yaml: 'a:\n  b: 5432' } }],
  ])('copies %s to {%s}', (source, target, expected) => {
    expect(targetAfter(replace(source, target))).toMatchObject(expected);
  });

  it('takes a value that is given', () => {
    const replacement = '{sourceValue: "7", targets: [{select: {kind: Target}, fieldPaths: [spec.number]}]}';
    expect(targetAfter(replacement)).toMatchObject({ spec: { number: 7 } });
  });

  it('leaves what is rejected', () => {
    const reject = 'reject: [{labelSelector: "app in (web)"}], fieldPaths: [spec.number]';
    expect(targetAfter(replace('name: source', reject))).toMatchObject({ spec: { number: 1 } });
  });

  it('reads one replacement or a list of them from a file', () => {
    const one = replace('fieldPath: data.port', 'fieldPaths: [spec.number]');
    for (const content of [one, `[${one}]`]) {
      const files = { ...folder('{path: more.yaml}'), 'more.yaml': content };
      expect(buildObjects(files)[1]).toMatchObject({ spec: { number: 5432 } });
    }
  });

  it.each([
    ['{targets: []}', 'replacements must specify a source and at least one target'],
    ['{source: {kind: ConfigMap}}', 'replacements must specify a source and at least one target'],
    ['{source: {kind: Nothing}, targets: []}', 'nothing selected by Nothing.[noVer].[noGrp]/[noName].[noNs]'],
    ['{source: {version: v1}, targets: []}', 'multiple matches for selector [noKind].v1.[noGrp]/[noName].[noNs]'],
    [
      '{source: {kind: ConfigMap, fieldPath: data.no}, targets: []}',
      'fieldPath `data.no` is missing for replacement source ConfigMap',
    ],
    ['{source: {kind: ConfigMap}, targets: [{fieldPaths: [x]}]}', 'target must specify resources to select'],
    [replace('name: source', 'fieldPaths: [spec.no.x]'), 'unable to find field "spec.no.x" in replacement target'],
    [
      replace('name: source', 'fieldPaths: [spec.list], options: {delimiter: ","}'),
      'delimiter option can only be used with scalar nodes',
    ],
    ['{path: other.yaml, source: {kind: ConfigMap}}', 'cannot specify both path and inline replacement'],
  ])('refuses %s', (replacement, message) => {
    const files = folder(replacement);
    if (replacement.includes('version: v1')) files['r.yaml'] = RESOURCES.replace('example.com/v1', 'v1');
    expect(buildError(files)).toContain(message);
  });

  it('does not quote the value in the error about an index', () => {
    const message = buildError(folder(replace('fieldPath: data.tag, options: {delimiter: ":", index: 3}', '')));
    expect(message).toContain('options.index 3 is out of bounds');
    expect(message).not.toContain('a:b:c');
  });
});
