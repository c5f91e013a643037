import { describe, expect, it } from 'vitest';

import { printLogLine } from '../../../../src/render/helm/log-entry.ts';
import { sortManifests, splitManifests } from '../../../../src/render/helm/sort-manifests.ts';

const object = (kind: string, name: string, extra = ''): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${extra}`;
const hook = (events: string, weight?: string): string =>
  `  annotations:\n    helm.sh/hook: ${events}\n${weight === undefined ? '' : `    helm.sh/hook-weight: ${weight}\n`}`;

describe('splitManifests()', () => {
  it.each([
    ['documents between lines that begin with dashes', 'a: 1\n---\nb: 2\n', ['a: 1\n', 'b: 2\n']],
    ['what follows the dashes on their line', '--- # why\na: 1', ['# why\na: 1']],
    ['even what touches the dashes', '---apiVersion: v1\nkind: A', ['apiVersion: v1\nkind: A']],
    ['nothing of empty documents', '\n---\n\n---\n  \n', []],
    ['not at dashes within a line', 'a: x---y', ['a: x---y']],
  ])('keeps %s', (_, text, expected) => {
    expect(splitManifests(text)).toEqual(expected);
  });
});

describe('sortManifests()', () => {
  it('tells of hooks of an event that Helm does not know, in its log as Helm does', () => {
    const log: string[] = [];
    const text = object('Job', 'j', hook('"pre-install, later"'));
    sortManifests(new Map([['c/templates/h.yaml', text]]), (...entry) => log.push(printLogLine(...entry)));
    expect(log).toEqual(['level=INFO msg="skipping unknown hooks" hookTypes="pre-install, later"']);
  });

  const order = (files: Record<string, string>) => {
    const { manifests, hooks } = sortManifests(new Map(Object.entries(files)));
    return { manifests: manifests.map(({ source, kind }) => `${source} ${kind}`), hooks };
  };

  it('sorts by kind as Helm installs, unknown kinds last by name, and keeps the order of files within a kind', () => {
    const files = {
      'c/templates/b.yaml': `${object('Zebra', 'z')}---\n${object('Service', 'b')}---\n${object('Apple', 'a')}`,
      'c/templates/a.yaml': `${object('Service', 'a')}---\n${object('Namespace', 'n')}`,
    };
    expect(order(files).manifests).toEqual([
      'c/templates/a.yaml Namespace',
      'c/templates/a.yaml Service',
      'c/templates/b.yaml Service',
      'c/templates/b.yaml Apple',
      'c/templates/b.yaml Zebra',
    ]);
  });

  it('leaves partials and empty files out', () => {
    expect(order({ 'c/templates/_x.yaml': object('Service', 'x'), 'c/templates/e.yaml': ' \n' }).manifests).toEqual([]);
  });

  it('takes hooks apart, with their events in any case and their weight', () => {
    const { manifests, hooks } = order({
      'c/templates/h.yaml': object('Job', 'j', hook('"Pre-Install, post-upgrade"', '"-5"')),
      'c/templates/t.yaml': object('Pod', 't', hook('test-success', 'soon')),
    });
    expect(manifests).toEqual([]);
    expect(hooks.map(({ kind, events, weight }) => ({ kind, events, weight }))).toEqual([
      { kind: 'Pod', events: ['test'], weight: 0 },
      { kind: 'Job', events: ['pre-install', 'post-upgrade'], weight: -5 },
    ]);
  });

  it('drops a document with an event that Helm does not know', () => {
    expect(order({ 'c/templates/h.yaml': object('Job', 'j', hook('crd-install')) })).toEqual({
      manifests: [],
      hooks: [],
    });
  });

  it('names the file of a document that is no YAML or no object', () => {
    expect(() => order({ 'c/templates/bad.yaml': 'a: b: c' })).toThrow(/^YAML parse error on c\/templates\/bad.yaml: /);
    expect(() => order({ 'c/templates/list.yaml': 'kind: [1]' })).toThrow(
      'YAML parse error on c/templates/list.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go struct field SimpleHead.kind of type string',
    );
  });
});
