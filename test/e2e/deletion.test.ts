import { describe, expect, it } from 'vitest';

import { pause } from '../support/eventually.ts';
import { configMap, configMapPath, deployment } from '../support/manifests.ts';
import { useOperator } from '../support/operator-fixture.ts';

const fixture = await useOperator();
const { cluster } = fixture;
const FINALIZER = 'resources-finalizer.argocd.argoproj.io';

describe('deletion of an Application', { timeout: 120_000 }, () => {
  it.each(['', '/foreground', '/background'])('takes its objects with it by the finalizer "%s"', async (policy) => {
    const name = `cascade${policy.replace('/', '-')}`;
    const namespace = await deployed(name, [`${FINALIZER}${policy}`]);
    await fixture.request(`DELETE ${pathOf(name)}`);
    await fixture.waitUntilGone(pathOf(name));
    expect(await fixture.read(configMapPath(namespace, 'one'))).toBeUndefined();
    expect(await fixture.read(`/apis/apps/v1/namespaces/${namespace}/deployments/web`)).toBeUndefined();
  });

  it('leaves its objects alone without the finalizer', async () => {
    const namespace = await deployed('keeps', []);
    await fixture.request(`DELETE ${pathOf('keeps')}`);
    await fixture.waitUntilGone(pathOf('keeps'));
    await pause(1_000);
    expect(await fixture.read(configMapPath(namespace, 'one'))).toBeDefined();
    expect(await fixture.read(`/apis/apps/v1/namespaces/${namespace}/deployments/web`)).toBeDefined();
  });

  it("leaves alone what is not its own, and other people's finalizers", async () => {
    const namespace = await deployed('shared', [FINALIZER, 'example.org/mine']);
    const live = await fixture.read(configMapPath(namespace, 'one'));
    const copy = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'copy', labels: live?.metadata.labels, annotations: live?.metadata.annotations },
    };
    await fixture.request(`POST /api/v1/namespaces/${namespace}/configmaps`, { body: copy });
    await fixture.request(`DELETE ${pathOf('shared')}`);
    await fixture.waitForApplication('shared', ({ metadata }) => !metadata.finalizers?.includes(FINALIZER));
    const left = await fixture.application('shared');
    expect(left.metadata.finalizers).toEqual(['example.org/mine']);
    expect(await fixture.read(configMapPath(namespace, 'one'))).toBeUndefined();
    expect(await fixture.read(configMapPath(namespace, 'copy'))).toBeDefined();
    await fixture.patchApplication('shared', { metadata: { finalizers: null } });
  });

  it('I2 hands over what another Application states, instead of deleting it', async () => {
    const namespace = await deployed('first-owner', [FINALIZER]);
    const before = await fixture.read(configMapPath(namespace, 'one'));
    const repository = await fixture.repository('heir');
    await repository.commit({ 'one.json': configMap('one', {}) });
    await fixture.createApplication({ name: 'heir', repoURL: repository.url, destination: namespace });
    const refused = await fixture.waitForApplication('heir', ({ status }) => (status?.conditions ?? []).length > 0);
    expect(refused.status?.conditions?.[0]?.message).toContain('first-owner');
    await fixture.request(`DELETE ${pathOf('first-owner')}`);
    await fixture.waitUntilGone(pathOf('first-owner'));
    expect(await fixture.read(`/apis/apps/v1/namespaces/${namespace}/deployments/web`)).toBeUndefined();
    await fixture.waitForSynced('heir');
    const after = await fixture.read(configMapPath(namespace, 'one'));
    expect(after?.metadata.uid).toBe(before?.metadata.uid);
    expect(after?.metadata.annotations?.['argocd.argoproj.io/tracking-id']).toMatch(/^heir:/);
  });

  it('is finished by the next operator when the first is killed meanwhile', async () => {
    const namespace = await deployed('interrupted', [FINALIZER]);
    const stuck = { metadata: { finalizers: ['example.org/slow'] } };
    const contentType = 'application/merge-patch+json';
    await fixture.request(`PATCH ${configMapPath(namespace, 'one')}`, { body: stuck, contentType });
    await fixture.request(`DELETE ${pathOf('interrupted')}`);
    await fixture.waitForObject(
      configMapPath(namespace, 'one'),
      ({ metadata }) => metadata.deletionTimestamp !== undefined,
    );
    await fixture.restart('SIGKILL');
    const during = await fixture.application('interrupted');
    expect(during.metadata.finalizers).toEqual([FINALIZER]);
    await fixture.request(`PATCH ${configMapPath(namespace, 'one')}`, {
      body: { metadata: { finalizers: null } },
      contentType,
    });
    await fixture.waitUntilGone(pathOf('interrupted'));
  });

  it('works on an Application whose repository is gone', async () => {
    const namespace = await deployed('sourceless', [FINALIZER]);
    await fixture.patchApplication('sourceless', { spec: { source: { repoURL: fixture.git.url('nothing-there') } } });
    await fixture.waitForApplication('sourceless', ({ status }) => status?.sync?.status === 'Unknown');
    expect(await fixture.read(configMapPath(namespace, 'one'))).toBeDefined();
    await fixture.request(`DELETE ${pathOf('sourceless')}`);
    await fixture.waitUntilGone(pathOf('sourceless'));
    expect(await fixture.read(configMapPath(namespace, 'one'))).toBeUndefined();
  });

  it('works on an Application that never deployed anything', async () => {
    await fixture.createApplication({
      name: 'never',
      repoURL: fixture.git.url('nothing-there'),
      destination: 'default',
      finalizers: [FINALIZER],
    });
    await fixture.waitForApplication('never', ({ status }) => (status?.conditions ?? []).length > 0);
    await fixture.request(`DELETE ${pathOf('never')}`);
    await fixture.waitUntilGone(pathOf('never'));
  });
});

function pathOf(name: string): `/${string}` {
  return `/apis/argoproj.io/v1alpha1/namespaces/${fixture.controlNamespace}/applications/${name}`;
}

async function deployed(name: string, finalizers: readonly string[]): Promise<string> {
  const namespace = await cluster.uniqueNamespace(name);
  const repository = await fixture.repository(name);
  const revision = await repository.commit({ 'one.json': configMap('one', {}), 'web.json': deployment('web') });
  await fixture.createApplication({ name, repoURL: repository.url, destination: namespace, finalizers });
  await fixture.waitForSynced(name, revision);
  return namespace;
}
