import { describe, expect, it } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { configMap, configMapPath } from '../support/manifests.ts';
import { type LiveApplication, useOperator } from '../support/operator-fixture.ts';

const fixture = await useOperator();
const { cluster } = fixture;

describe('an Application outside the control namespace', { timeout: 120_000 }, () => {
  it('is not served and says so; once application.namespaces allows it, it is', async () => {
    const home = await cluster.uniqueNamespace('tenant');
    const namespace = await cluster.uniqueNamespace('tenant-objects');
    const repository = await fixture.repository('tenant');
    const revision = await repository.commit({ 'one.json': configMap('one', {}) });
    await fixture.createApplication({
      name: 'tenant',
      namespace: home,
      repoURL: repository.url,
      destination: namespace,
    });

    const warned = await waitFor(home, ({ status }) => (status?.conditions ?? []).length > 0);
    expect(warned.status?.conditions).toHaveLength(1);
    const [condition] = warned.status?.conditions ?? [];
    expect(condition?.type).toBe('ExcludedResourceWarning');
    expect(condition?.message).toContain(`"${home}"`);
    expect(condition?.message).toContain('application.namespaces');
    expect(warned.status?.sync).toBeUndefined();
    expect(await fixture.read(configMapPath(namespace, 'one'))).toBeUndefined();

    await fixture.request(`PATCH /api/v1/namespaces/${fixture.controlNamespace}/configmaps/argocd-cmd-params-cm`, {
      body: { data: { 'application.namespaces': `other, ${home.slice(0, -3)}*` } },
      contentType: 'application/merge-patch+json',
    });
    const served = await waitFor(home, ({ status }) => status?.sync?.status === 'Synced');
    expect(served.status?.sync?.revision).toBe(revision);
    expect(served.status?.conditions).toBeUndefined();
    const live = await fixture.read(configMapPath(namespace, 'one'));
    // As Argo CD names an application that is not at home: namespace and name.
    expect(live?.metadata.annotations?.['argocd.argoproj.io/tracking-id']).toBe(
      `${home}_tenant:/ConfigMap:${namespace}/one`,
    );
  });

  it('cannot take an object from an application of the same name at home', async () => {
    const home = await cluster.uniqueNamespace('tenant');
    const namespace = await cluster.uniqueNamespace('contested');
    const repository = await fixture.repository('contested');
    const revision = await repository.commit({ 'one.json': configMap('one', { owner: 'home' }) });
    await repository.commit({ 'one.json': configMap('one', { owner: 'tenant' }) }, { branch: 'tenant' });
    const common = { name: 'contested', repoURL: repository.url, destination: namespace };
    await fixture.createApplication(common);
    await fixture.waitForSynced('contested', revision);
    await fixture.request(`PATCH /api/v1/namespaces/${fixture.controlNamespace}/configmaps/argocd-cmd-params-cm`, {
      body: { data: { 'application.namespaces': home } },
      contentType: 'application/merge-patch+json',
    });
    await fixture.createApplication({ ...common, namespace: home, targetRevision: 'tenant' });
    const refused = await waitFor(
      home,
      ({ status }) => (status?.conditions ?? []).some(({ type }) => type !== 'ExcludedResourceWarning'),
      'contested',
    );
    expect(refused.status?.conditions?.map(({ message }) => message).join()).toContain('contested');
    expect((await fixture.read(configMapPath(namespace, 'one')))?.['data']).toEqual({ owner: 'home' });
  });
});

async function waitFor(
  namespace: string,
  wanted: (application: LiveApplication) => boolean,
  name = 'tenant',
): Promise<LiveApplication> {
  let last: LiveApplication | undefined;
  return eventually(
    async () => {
      last = await fixture.application(name, namespace);
      return wanted(last) ? last : undefined;
    },
    () => `${namespace}/${name} never became what was waited for: ${JSON.stringify(last, null, 1)}`,
  );
}
