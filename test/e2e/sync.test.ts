import { describe, expect, it } from 'vitest';

import { useOperator } from '../support/operator-fixture.ts';

const fixture = await useOperator();
const { cluster } = fixture;

function configMap(name: string, data: Readonly<Record<string, string>>): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
}

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
    const live = await fixture.read(`/api/v1/namespaces/${namespace}/configmaps/one`);
    expect(live?.['data']).toEqual({ a: '2' });
  });
});
