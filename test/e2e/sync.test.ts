import { describe, expect, it } from 'vitest';

import type { KubeObject } from '../../src/object/kube-object.ts';
import { eventually } from '../support/eventually.ts';
import { configMap, configMapPath, deployment } from '../support/manifests.ts';
import { type LiveApplication, useOperator } from '../support/operator-fixture.ts';

const fixture = await useOperator();
const { cluster } = fixture;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

describe('sync', { timeout: 120_000 }, () => {
  it('deploys a folder and follows its branch', async () => {
    const namespace = await cluster.uniqueNamespace('first');
    const repository = await fixture.repository('first');
    const first = await repository.commit({ 'one.json': configMap('one', { a: '1' }) });
    await fixture.createApplication({ name: 'first', repoURL: repository.url, destination: namespace });
    const before = await fixture.waitForSynced('first', first);
    expect(before.status?.history?.map(({ revision }) => revision)).toEqual([first]);

    const second = await repository.commit({ 'one.json': configMap('one', { a: '2' }) });
    const after = await fixture.waitForSynced('first', second);
    expect(after.status?.history?.map(({ revision }) => revision)).toEqual([first, second]);
    expect((await fixture.read(configMapPath(namespace, 'one')))?.['data']).toEqual({ a: '2' });
  });

  it('applies every document of a stream, JSON files and the items of a List', async () => {
    const namespace = await cluster.uniqueNamespace('formats');
    const repository = await fixture.repository('formats');
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: ['four', 'five'].map((name) => JSON.parse(configMap(name, {})) as unknown),
    };
    const revision = await repository.commit({
      'stream.yaml': `---\n# nothing\n---\n${configMap('one', {})}\n---\n${configMap('two', {})}\n`,
      'object.json': configMap('three', {}),
      'list.yml': JSON.stringify(list),
      'README.md': 'no manifest',
      'deeper/skipped.yaml': configMap('skipped', {}),
    });
    await fixture.createApplication({ name: 'formats', repoURL: repository.url, destination: namespace });
    const { status } = await fixture.waitForSynced('formats', revision);
    expect(status?.resources?.map(({ name }) => name).sort()).toEqual(['five', 'four', 'one', 'three', 'two']);
    for (const name of ['one', 'two', 'three', 'four', 'five']) {
      expect(await fixture.read(configMapPath(namespace, name)), name).toBeDefined();
    }
    expect(await fixture.read(configMapPath(namespace, 'skipped'))).toBeUndefined();
  });

  it('creates the namespace for CreateNamespace=true and only then', async () => {
    const repository = await fixture.repository('namespaces');
    await repository.commit({ 'one.json': configMap('one', {}) });
    const made = `${fixture.controlNamespace}-made`;
    await fixture.createApplication({
      name: 'makes-namespace',
      repoURL: repository.url,
      destination: made,
      syncPolicy: { automated: { selfHeal: true }, syncOptions: ['CreateNamespace=true'] },
    });
    await fixture.createApplication({
      name: 'lacks-namespace',
      repoURL: repository.url,
      destination: `${fixture.controlNamespace}-lacking`,
    });
    await fixture.waitForSynced('makes-namespace');
    expect(await fixture.read(configMapPath(made, 'one'))).toBeDefined();
    const { status } = await fixture.waitForApplication(
      'lacks-namespace',
      ({ status: now }) => now?.operationState?.phase === 'Failed',
    );
    const [condition] = status?.conditions ?? [];
    expect(condition).toMatchObject({ type: 'SyncError' });
    expect(condition?.message).toContain(`${fixture.controlNamespace}-lacking`);
    expect(condition?.message).toContain('ConfigMap');
    expect(status?.sync?.status).toBe('OutOfSync');
    await fixture.request(`DELETE /api/v1/namespaces/${made}`);
  });

  it('writes the status that Argo CD writes', async () => {
    const namespace = await cluster.uniqueNamespace('status');
    const repository = await fixture.repository('status');
    const revision = await repository.commit({
      'web.json': deployment('web', { image: 'registry.example/web:7' }),
      'settings.json': configMap('settings', { a: '1' }),
    });
    await fixture.createApplication({ name: 'status', repoURL: repository.url, destination: namespace });
    const { status, spec } = await fixture.waitForApplication(
      'status',
      ({ status: now }) => now?.sync?.status === 'Synced' && now.health?.status === 'Healthy',
    );
    expect(status).toMatchObject({
      sync: { status: 'Synced', revision, comparedTo: { destination: { namespace } } },
      health: { status: 'Healthy', lastTransitionTime: expect.stringMatching(RFC_3339) as string },
      sourceType: 'Directory',
      summary: { images: ['registry.example/web:7'] },
      controllerNamespace: fixture.controlNamespace,
      reconciledAt: expect.stringMatching(RFC_3339) as string,
    });
    expect(status?.sync?.comparedTo?.source).toEqual((spec as { source: unknown }).source);
    expect(status?.conditions).toBeUndefined();
    expect(status?.resources?.toSorted((a, b) => ((a.kind ?? '') < (b.kind ?? '') ? -1 : 1))).toEqual([
      { version: 'v1', kind: 'ConfigMap', namespace, name: 'settings', status: 'Synced' },
      {
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
        namespace,
        name: 'web',
        status: 'Synced',
        health: { status: 'Healthy' },
      },
    ]);
    expectOperation(status?.operationState, revision, namespace);
    expect(status?.history).toEqual([
      {
        id: 0,
        revision,
        source: (spec as { source: unknown }).source,
        deployStartedAt: expect.stringMatching(RFC_3339) as string,
        deployedAt: expect.stringMatching(RFC_3339) as string,
        initiatedBy: { automated: true },
      },
    ]);
  });

  it('shows in kubectl and says what it did in Events', async () => {
    const table = await cluster.kubectl([
      'get',
      'applications',
      '-n',
      fixture.controlNamespace,
      'status',
      '-o',
      'wide',
    ]);
    expect(table.stderr).toBe('');
    const [head = '', row = ''] = table.stdout.split('\n');
    expect(head.split(/\s{2,}/).slice(0, 3)).toEqual(['NAME', 'SYNC STATUS', 'HEALTH STATUS']);
    expect(row.split(/\s+/).slice(0, 3)).toEqual(['status', 'Synced', 'Healthy']);

    const { status } = await fixture.application('status');
    const event = await eventually(
      async () => (await eventsOf('status')).find(({ reason }) => reason === 'OperationCompleted'),
      () => 'there is no Event of the sync',
    );
    expect(event).toMatchObject({ type: 'Normal', involvedObject: { kind: 'Application', name: 'status' } });
    expect(event.message).toContain(status?.sync?.revision);
  });

  it('counts in metrics what it did', async () => {
    const metrics = await fixture.operator.metrics();
    expect(metrics).toMatch(/^argocd_app_info\{[^}]*name="status"[^}]*sync_status="Synced"[^}]*\} 1$/m);
    expect(metrics).toMatch(/^argocd_app_sync_total\{[^}]*name="status"[^}]*phase="Succeeded"[^}]*\} 1$/m);
  });

  it('deploys the branch, the tag and the commit that targetRevision names', async () => {
    const namespace = await cluster.uniqueNamespace('revisions');
    const repository = await fixture.repository('revisions');
    const tagged = await repository.commit({ 'one.json': configMap('one', { from: 'tag' }) });
    await repository.tag('v1.0.0', tagged, 'release');
    const branched = await repository.commit({ 'one.json': configMap('one', { from: 'branch' }) }, { branch: 'next' });
    await repository.commit({ 'one.json': configMap('one', { from: 'main' }) });
    await fixture.createApplication({
      name: 'revisions',
      repoURL: repository.url,
      destination: namespace,
      targetRevision: 'v1.0.0',
    });
    await fixture.waitForSynced('revisions', tagged);
    await fixture.patchApplication('revisions', { spec: { source: { targetRevision: 'next' } } });
    await fixture.waitForSynced('revisions', branched);
    expect((await fixture.read(configMapPath(namespace, 'one')))?.['data']).toEqual({ from: 'branch' });
    await fixture.patchApplication('revisions', { spec: { source: { targetRevision: tagged } } });
    await fixture.waitForSynced('revisions', tagged);
    expect((await fixture.read(configMapPath(namespace, 'one')))?.['data']).toEqual({ from: 'tag' });
  });

  it('keeps at most revisionHistoryLimit entries of the history', async () => {
    const namespace = await cluster.uniqueNamespace('history');
    const repository = await fixture.repository('history');
    const revisions = [await repository.commit({ 'one.json': configMap('one', { n: '0' }) })];
    await fixture.createApplication({
      name: 'history',
      repoURL: repository.url,
      destination: namespace,
      spec: { revisionHistoryLimit: 2 },
    });
    await fixture.waitForSynced('history', revisions[0]);
    for (const n of ['1', '2']) {
      revisions.push(await repository.commit({ 'one.json': configMap('one', { n }) }));
      await fixture.refresh('history');
      await fixture.waitForSynced('history', revisions.at(-1));
    }
    const { status } = await fixture.application('history');
    expect(status?.history?.map(({ id, revision }) => ({ id, revision }))).toEqual([
      { id: 1, revision: revisions[1] },
      { id: 2, revision: revisions[2] },
    ]);
  });
});

function expectOperation(state: unknown, revision: string, namespace: string): void {
  expect(state).toMatchObject({
    operation: { sync: { revision, prune: true }, initiatedBy: { automated: true } },
    phase: 'Succeeded',
    startedAt: expect.stringMatching(RFC_3339) as string,
    finishedAt: expect.stringMatching(RFC_3339) as string,
    syncResult: { revision },
  });
  const { resources } = (state as Required<NonNullable<LiveApplication['status']>>['operationState']).syncResult ?? {};
  expect(resources?.map(({ kind, namespace: at, status }) => ({ kind, at, status }))).toEqual([
    { kind: 'ConfigMap', at: namespace, status: 'Synced' },
    { kind: 'Deployment', at: namespace, status: 'Synced' },
  ]);
}

interface EventShape extends KubeObject {
  readonly reason: string;
  readonly message: string;
}

async function eventsOf(name: string): Promise<EventShape[]> {
  const { body } = await fixture.request(`GET /api/v1/namespaces/${fixture.controlNamespace}/events`);
  const { items } = body as { items: (EventShape & { involvedObject: { name: string } })[] };
  return items.filter(({ involvedObject }) => involvedObject.name === name);
}
