import { describe, expect, it } from 'vitest';

import { pause } from '../support/eventually.ts';
import { configMap, configMapPath } from '../support/manifests.ts';
import { useOperator } from '../support/operator-fixture.ts';

const fixture = await useOperator();
const { cluster } = fixture;

describe('an application without automated sync', { timeout: 120_000 }, () => {
  it('only reports, and writes nothing', async () => {
    const { namespace, first } = await reportOnly('reports');
    const missing = await fixture.waitForApplication('reports', ({ status }) => status?.sync?.revision === first);
    expect(missing.status).toMatchObject({ sync: { status: 'OutOfSync' }, health: { status: 'Missing' } });
    expect(missing.status?.operationState).toBeUndefined();

    // Applied by somebody else, it is still not ours: the difference is ownership, and nobody writes.
    const applied = await cluster.kubectl(['apply', '-n', namespace, '-f', '-'], {
      input: configMap('one', { a: '1' }),
    });
    expect(applied.code).toBe(0);
    const before = await fixture.read(configMapPath(namespace, 'one'));
    await fixture.refresh('reports');
    await fixture.refresh('reports', 'hard');
    await pause(1_500);
    const after = await fixture.read(configMapPath(namespace, 'one'));
    expect(after?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
    expect(await fixture.read(configMapPath(namespace, 'two'))).toBeUndefined();
  });

  it('is synced by an operation that kubectl patches in', async () => {
    const { namespace, first } = await reportOnly('by-kubectl');
    await fixture.waitForApplication('by-kubectl', ({ status }) => status?.sync?.status === 'OutOfSync');
    const patch = { operation: { initiatedBy: { username: 'ada' }, sync: { syncStrategy: { hook: {} } } } };
    const target = ['application', '-n', fixture.controlNamespace, 'by-kubectl'];
    const patched = await cluster.kubectl(['patch', ...target, '--type', 'merge', '-p', JSON.stringify(patch)]);
    expect(patched.stderr).toBe('');
    const { status, operation } = await fixture.waitForSynced('by-kubectl', first);
    expect(operation).toBeUndefined();
    expect(status?.operationState?.operation.initiatedBy).toEqual({ username: 'ada' });
    expect(status?.history?.map(({ initiatedBy }) => initiatedBy)).toEqual([{ username: 'ada' }]);
    expect((await fixture.read(configMapPath(namespace, 'two')))?.['data']).toEqual({ b: '1' });
  });

  it('applies only the resources that the operation selects', async () => {
    const { namespace } = await reportOnly('selected');
    await fixture.waitForApplication('selected', ({ status }) => status?.sync?.status === 'OutOfSync');
    const resources = [{ kind: 'ConfigMap', name: 'two' }];
    await fixture.patchApplication('selected', { operation: { sync: { resources } } });
    const { status } = await fixture.waitForApplication(
      'selected',
      (application) => application.status?.operationState?.phase === 'Succeeded',
    );
    expect(await fixture.read(configMapPath(namespace, 'two'))).toBeDefined();
    expect(await fixture.read(configMapPath(namespace, 'one'))).toBeUndefined();
    expect(status?.sync?.status).toBe('OutOfSync');
    expect(status?.history ?? []).toEqual([]);
    expect(status?.operationState?.syncResult?.resources?.map(({ name }) => name)).toEqual(['two']);
  });

  it('deploys the revision that the operation states, and reports the rest as out of sync', async () => {
    const { namespace, first, repository } = await reportOnly('older');
    const second = await repository.commit({ 'one.json': configMap('one', { a: '2' }) });
    await fixture.refresh('older');
    await fixture.waitForApplication('older', ({ status }) => status?.sync?.revision === second);
    await fixture.patchApplication('older', { operation: { sync: { revision: first } } });
    const { status } = await fixture.waitForApplication(
      'older',
      (application) => application.status?.operationState?.phase === 'Succeeded',
    );
    expect(status?.operationState?.syncResult?.revision).toBe(first);
    expect((await fixture.read(configMapPath(namespace, 'one')))?.['data']).toEqual({ a: '1' });
    const settled = await fixture.refresh('older');
    expect(settled.status?.sync).toMatchObject({ status: 'OutOfSync', revision: second });
  });

  it('prunes only when the operation says so', async () => {
    const { namespace, repository } = await reportOnly('prunes');
    await fixture.patchApplication('prunes', { operation: { sync: {} } });
    await fixture.waitForSynced('prunes');
    const second = await repository.commit({ 'two.json': null });
    await fixture.refresh('prunes');
    await fixture.waitForApplication('prunes', ({ status }) => status?.sync?.revision === second);

    await fixture.patchApplication('prunes', { operation: { sync: { revision: second } } });
    const kept = await fixture.waitForApplication(
      'prunes',
      ({ status, operation }) => operation === undefined && status?.operationState?.syncResult?.revision === second,
    );
    expect(kept.status?.resources?.filter(({ requiresPruning }) => requiresPruning)).toHaveLength(1);
    expect(await fixture.read(configMapPath(namespace, 'two'))).toBeDefined();

    await fixture.patchApplication('prunes', { operation: { sync: { revision: second, prune: true } } });
    await fixture.waitUntilGone(configMapPath(namespace, 'two'));
    await fixture.waitForSynced('prunes', second);
  });

  it('changes nothing in a dry run', async () => {
    const { namespace } = await reportOnly('dry');
    await fixture.waitForApplication('dry', ({ status }) => status?.sync?.status === 'OutOfSync');
    await fixture.patchApplication('dry', { operation: { sync: { dryRun: true } } });
    await fixture.waitForApplication('dry', ({ status }) => status?.operationState?.phase === 'Succeeded');
    expect(await fixture.read(configMapPath(namespace, 'one'))).toBeUndefined();
  });

  it('says why an operation failed, object by object, and applies the others', async () => {
    const { namespace, repository } = await reportOnly('refused');
    const bad = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'no-ports' }, spec: { type: 'ClusterIP' } };
    const revision = await repository.commit({ 'bad.json': JSON.stringify(bad) });
    await fixture.refresh('refused');
    await fixture.waitForApplication('refused', ({ status }) => status?.sync?.revision === revision);
    await fixture.patchApplication('refused', { operation: { sync: {} } });
    const { status } = await fixture.waitForApplication(
      'refused',
      (application) => application.status?.operationState?.phase === 'Failed',
    );
    const rows = status?.operationState?.syncResult?.resources ?? [];
    expect(rows.map(({ name, status: code }) => [name, code]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1))).toEqual([
      ['no-ports', 'SyncFailed'],
      ['one', 'Synced'],
      ['two', 'Synced'],
    ]);
    expect(rows.find(({ name }) => name === 'no-ports')?.message).toContain('spec.ports');
    expect(status?.conditions?.map(({ type, message }) => `${type}: ${message}`).join()).toContain('bad.json');
    expect(await fixture.read(configMapPath(namespace, 'one'))).toBeDefined();
  });

  it('loses its refresh annotation once it has been compared', async () => {
    await reportOnly('refreshed');
    await fixture.waitForApplication('refreshed', ({ status }) => status?.sync?.status === 'OutOfSync');
    const before = await fixture.application('refreshed');
    // reconciledAt counts in seconds.
    await pause(1_100);
    const after = await fixture.refresh('refreshed');
    expect(Date.parse(after.status?.reconciledAt ?? '')).toBeGreaterThan(
      Date.parse(before.status?.reconciledAt ?? '1970-01-01T00:00:00Z'),
    );
  });

  it('ends an operation that is left running as soon as somebody terminates it', async () => {
    const { namespace, first } = await reportOnly('terminated');
    await fixture.waitForApplication('terminated', ({ status }) => status?.sync?.status === 'OutOfSync');
    await fixture.operator.stop();
    // What a process that was killed during a sync leaves behind, and then `argocd app terminate-op`.
    const operationState = {
      operation: { sync: { revision: first } },
      phase: 'Terminating',
      startedAt: '2026-01-01T00:00:00Z',
    };
    await fixture.patchApplication('terminated', { status: { operationState } });
    await fixture.restart();
    const { status } = await fixture.waitForApplication(
      'terminated',
      (application) => application.status?.operationState?.phase === 'Failed',
    );
    expect(status?.operationState?.message).toBe('operation terminated');
    expect(await fixture.read(configMapPath(namespace, 'one'))).toBeUndefined();
  });
});

async function reportOnly(name: string): Promise<{
  namespace: string;
  first: string;
  repository: Awaited<ReturnType<typeof fixture.repository>>;
}> {
  const namespace = await cluster.uniqueNamespace(name);
  const repository = await fixture.repository(name);
  const first = await repository.commit({
    'one.json': configMap('one', { a: '1' }),
    'two.json': configMap('two', { b: '1' }),
  });
  await fixture.createApplication({ name, repoURL: repository.url, destination: namespace, syncPolicy: {} });
  return { namespace, first, repository };
}
