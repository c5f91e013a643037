import { describe, expect, it } from 'vitest';

import type { Changes } from '../support/git-repository.ts';
import { configMap, configMapPath } from '../support/manifests.ts';
import { type LiveApplication, useOperator } from '../support/operator-fixture.ts';

const fixture = await useOperator();
const { cluster } = fixture;

/** Every level repeats the one before it nine times: 9^9 entries. */
const BOMB = `a: &a [x, x, x, x, x, x, x, x, x]
${Array.from('bcdefghi')
  .map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]}, `.repeat(9)}]`)
  .join('\n')}
`;

interface Hostile {
  readonly title: string;
  readonly files: Changes;
  /** What the condition must name. */
  readonly named: readonly string[];
  readonly kustomize?: object;
}

const HOSTILE: readonly Hostile[] = [
  {
    title: 'advisory class 1: a resource above the root of the repository',
    files: { 'app/kustomization.yaml': 'resources: [../../../etc/passwd]\n' },
    named: ['../../../etc/passwd', 'app'],
  },
  {
    title: 'advisory class 1: an absolute path',
    files: { 'app/kustomization.yaml': 'configMapGenerator: [{name: x, files: [/etc/passwd]}]\n' },
    named: ['/etc/passwd', 'app'],
  },
  {
    title: 'advisory class 1: a file of another application of the repository',
    files: {
      'app/kustomization.yaml': 'secretGenerator: [{name: x, files: [../other/password.txt]}]\n',
      'other/password.txt': 'plaintext-7',
    },
    named: ['other/password.txt', 'app'],
  },
  {
    title: 'advisory class 1: a link out of the repository',
    files: {
      'app/kustomization.yaml': 'configMapGenerator: [{name: x, files: [stolen]}]\n',
      'app/stolen': { link: '../../../../../../etc/passwd' },
    },
    named: ['app/stolen'],
  },
  {
    title: 'advisory class 1: an absolute link',
    files: {
      'app/kustomization.yaml': 'resources: [stolen.yaml]\n',
      'app/stolen.yaml': { link: '/var/run/secrets/kubernetes.io/serviceaccount/token' },
    },
    named: ['app/stolen.yaml'],
  },
  {
    title: 'advisory class 1: a patch of the Application above the root of the repository',
    files: { 'app/kustomization.yaml': 'resources: [one.yaml]\n', 'app/one.yaml': configMap('one', {}) },
    kustomize: { patches: [{ path: '../../etc/passwd', target: { kind: 'ConfigMap' } }] },
    named: ['../../etc/passwd'],
  },
  {
    title: 'advisory class 7: a base that holds itself',
    files: { 'app/kustomization.yaml': 'resources: [../app]\n' },
    named: ['cycle', 'app'],
  },
  {
    title: 'advisory class 7: two bases that hold each other',
    files: {
      'app/kustomization.yaml': 'resources: [../other]\n',
      'other/kustomization.yaml': 'resources: [../app]\n',
    },
    named: ['cycle', 'app', 'other'],
  },
  {
    title: 'advisory class 7: links that lead to each other',
    files: {
      'app/kustomization.yaml': 'resources: [one.yaml]\n',
      'app/one.yaml': { link: 'two.yaml' },
      'app/two.yaml': { link: 'one.yaml' },
    },
    named: ['one.yaml'],
  },
  {
    title: 'advisory class 7: a resource that is a YAML bomb',
    files: {
      'app/kustomization.yaml': 'resources: [bomb.yaml]\n',
      'app/bomb.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\n${BOMB}`,
    },
    named: ['bomb.yaml'],
  },
  {
    title: 'advisory class 7: a kustomization that is a YAML bomb',
    files: { 'app/kustomization.yaml': `${BOMB}resources: *i\n` },
    named: ['kustomization file', 'app', 'alias'],
  },
  {
    title: 'advisory class 7: a program as a generator',
    files: {
      'app/kustomization.yaml': 'generators: [run.yaml]\n',
      'app/run.yaml': `apiVersion: v1
kind: Runner
metadata:
  name: run
  annotations:
    config.kubernetes.io/function: "exec: {path: ./run.sh}"
`,
      'app/run.sh': { content: '#!/bin/sh\ntouch /tmp/holdfast-was-here\n', executable: true },
    },
    named: ['Runner', 'app'],
  },
];

describe('a hostile kustomization', { timeout: 240_000 }, async () => {
  const namespace = await cluster.uniqueNamespace('hostile');
  const neighbour = await fixture.repository('neighbour');
  const first = await neighbour.commit({
    'kustomization.yaml': 'resources: [good.yaml]\n',
    'good.yaml': configMap('good', { n: '0' }),
  });
  await fixture.createApplication({ name: 'neighbour', repoURL: neighbour.url, destination: namespace });
  await fixture.waitForSynced('neighbour', first);
  let commits = 0;

  it.each(HOSTILE.map((one, index): [string, Hostile, number] => [one.title, one, index]))(
    '%s',
    async (_title, { files, named, kustomize }, index) => {
      const name = `hostile-${index}`;
      const repository = await fixture.repository(name);
      await repository.commit(files);
      const source = { repoURL: repository.url, path: 'app', targetRevision: 'main', kustomize: kustomize ?? {} };
      await fixture.createApplication({ name, repoURL: repository.url, destination: namespace, spec: { source } });
      const { status } = await fixture.waitForApplication(name, complains);
      const message = (status?.conditions ?? []).map((one) => one.message).join('\n');
      for (const text of named) expect(message).toContain(text);
      expect(message).not.toContain('plaintext-7');
      expect(message.length).toBeLessThan(4_000);
      expect(status?.resources ?? []).toEqual([]);
      commits += 1;
      const revision = await neighbour.commit({ 'good.yaml': configMap('good', { n: String(commits) }) });
      const { status: beside } = await fixture.waitForSynced('neighbour', revision);
      expect(beside?.conditions ?? []).toEqual([]);
    },
  );
});

describe('names that objects of JavaScript have', { timeout: 120_000 }, () => {
  it('advisory class 14: are labels, keys and patches like any other', async () => {
    const namespace = await cluster.uniqueNamespace('proto');
    const repository = await fixture.repository('proto');
    const revision = await repository.commit({
      'kustomization.yaml': `resources: [one.yaml]
configMapGenerator: [{name: made, literals: [__proto__=a, constructor=b], options: {disableNameSuffixHash: true}}]
patches:
  - target: {name: one}
    patch: |-
      - {op: add, path: /data/__proto__, value: polluted}
      - {op: add, path: /data/toString, value: t}
`,
      'one.yaml': configMap('one', { hasOwnProperty: 'h' }),
    });
    await fixture.createApplication({ name: 'proto', repoURL: repository.url, destination: namespace });
    await fixture.patchApplication('proto', {
      spec: {
        source: { kustomize: { commonAnnotations: { constructor: 'y' }, commonLabels: { valueOf: 'z' } } },
      },
    });
    await fixture.waitForSynced('proto', revision);
    const one = await fixture.waitForObject(
      configMapPath(namespace, 'one'),
      ({ metadata }) => metadata.labels?.['valueOf'] === 'z',
    );
    expect(new Map(Object.entries(one['data'] ?? {}))).toEqual(
      new Map([
        ['__proto__', 'polluted'],
        ['hasOwnProperty', 'h'],
        ['toString', 't'],
      ]),
    );
    expect(one.metadata.annotations).toMatchObject({ constructor: 'y' });
    const made = await fixture.read(configMapPath(namespace, 'made'));
    expect(new Map(Object.entries(made?.['data'] ?? {}))).toEqual(
      new Map([
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ]),
    );
  });
});

function complains({ status }: LiveApplication): boolean {
  return (status?.conditions ?? []).length > 0;
}
