import { describe, expect, it } from 'vitest';

import type { KubeObject } from '../../src/object/kube-object.ts';
import { pause } from '../support/eventually.ts';
import type { TestRepository } from '../support/git-repository.ts';
import type { GitServer } from '../support/git-server.ts';
import { startManglingProxy } from '../support/mangling-proxy.ts';
import { configMap, configMapPath } from '../support/manifests.ts';
import { type LiveApplication, useOperator } from '../support/operator-fixture.ts';

const fixture = await useOperator();
const { cluster } = fixture;
/** The tests' argocd-cm has repositories polled every second; long enough for several polls and what they lead to. */
const SEVERAL_POLLS_MS = 3_000;

describe('prune', { timeout: 120_000 }, () => {
  it('deletes what left Git, and nothing else', async () => {
    const { repository, namespace } = await deployed('leaves');
    const stranger = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'stranger' } };
    await fixture.request(`POST /api/v1/namespaces/${namespace}/configmaps`, { body: stranger });
    const second = await repository.commit({ 'two.json': null });
    await fixture.waitUntilGone(configMapPath(namespace, 'two'));
    const { status } = await fixture.waitForSynced('leaves', second);
    expect(status?.operationState?.syncResult?.resources?.map(({ name, status: code }) => `${name} ${code}`)).toContain(
      'two Pruned',
    );
    expect(status?.resources?.map(({ name }) => name)).toEqual(['one']);
    expect(await present(namespace, ['one', 'stranger'])).toEqual(['one', 'stranger']);
  });

  it('does not happen without automated.prune; what should go is shown', async () => {
    const { repository, namespace } = await deployed('unpruned', { automated: { selfHeal: true } });
    const second = await repository.commit({ 'two.json': null });
    const { status } = await fixture.waitForApplication(
      'unpruned',
      (application) => application.status?.sync?.revision === second,
    );
    expect(status?.sync?.status).toBe('OutOfSync');
    expect(status?.resources?.find(({ name }) => name === 'two')).toMatchObject({ requiresPruning: true });
    expect(await present(namespace, ['one', 'two'])).toEqual(['one', 'two']);
  });

  it('spares an object that is annotated with Prune=false', async () => {
    const annotations = { 'argocd.argoproj.io/sync-options': 'Prune=false' };
    const { repository, namespace } = await deployed('spared', undefined, {
      'kept.json': configMap('kept', {}, { annotations }),
    });
    await repository.commit({ 'two.json': null, 'kept.json': null });
    await fixture.waitUntilGone(configMapPath(namespace, 'two'));
    await pause(SEVERAL_POLLS_MS);
    expect(await present(namespace, ['one', 'kept'])).toEqual(['one', 'kept']);
  });

  it('I2 spares what Git has made a hook, or takes from the sync with Skip', async () => {
    const { repository, namespace } = await deployed('hooked', undefined, { 'gone.json': configMap('gone', {}) });
    const hook = (name: string, phase: string): string =>
      configMap(name, {}, { annotations: { 'argocd.argoproj.io/hook': phase } });
    await repository.commit({ 'one.json': hook('one', 'Skip'), 'two.json': hook('two', 'PreSync'), 'gone.json': null });
    const last = await repository.commit({ 'three.json': configMap('three', {}) });
    await fixture.waitUntilGone(configMapPath(namespace, 'gone'));
    const { status } = await fixture.waitForSynced('hooked', last);
    expect(status?.resources?.map(({ name }) => name)).toEqual(['three']);
    await pause(SEVERAL_POLLS_MS);
    expect(await present(namespace, ['one', 'two', 'three'])).toEqual(['one', 'two', 'three']);
  });
});

describe('a source in trouble prunes nothing and says why', { timeout: 120_000 }, () => {
  it('I3 Branch/path gone, empty render: a folder without manifests', async () => {
    const { repository, namespace } = await deployed('empty');
    await repository.commit({ 'one.json': null, 'two.json': null, 'README.md': 'gone' });
    const { status } = await waitForCondition('empty');
    expect(status?.conditions?.map(({ message }) => message).join()).toMatch(/Refusing to prune all 2 objects/);
    await expectUntouched(namespace);
    await recovers('empty', repository, namespace);
  });

  it('is no longer told of once Git states again what is live', async () => {
    const { repository } = await deployed('reverted');
    const files = { 'one.json': configMap('one', { v: '1' }), 'two.json': configMap('two', {}) };
    await repository.commit({ 'one.json': null, 'two.json': null, 'README.md': 'gone' });
    await waitForCondition('reverted');
    const last = await repository.commit(files);
    const { status } = await fixture.waitForApplication('reverted', (application) => {
      return application.status?.sync?.revision === last && (application.status.conditions ?? []).length === 0;
    });
    expect(status?.sync?.status).toBe('Synced');
  });

  it('empties the cluster after all where allowEmpty says that it is meant', async () => {
    const automated = { prune: true, selfHeal: true, allowEmpty: true };
    const { repository, namespace } = await deployed('allow-empty', { automated });
    await repository.commit({ 'one.json': null, 'two.json': null, 'README.md': 'gone' });
    await fixture.waitUntilGone(configMapPath(namespace, 'one'));
    await fixture.waitUntilGone(configMapPath(namespace, 'two'));
  });

  it('I3 Branch/path gone, empty render: the path vanishes', async () => {
    const { repository, namespace } = await deployed('path', undefined, {}, 'deploy');
    await repository.commit({
      'deploy/one.json': null,
      'deploy/two.json': null,
      'other/one.json': configMap('one', {}),
    });
    const { status } = await waitForCondition('path');
    expect(status?.conditions?.[0]).toMatchObject({ type: 'ComparisonError' });
    expect(status?.conditions?.[0]?.message).toContain('deploy');
    await expectUntouched(namespace);
    await recovers('path', repository, namespace, 'deploy/');
  });

  it('I3 Branch/path gone, empty render: the branch is deleted', async () => {
    const { repository, namespace } = await deployed('branch');
    const tip = await repository.revParse('main');
    await repository.setBranch('kept', tip);
    await repository.deleteBranch('main');
    const { status } = await waitForCondition('branch');
    expect(status?.conditions?.[0]).toMatchObject({ type: 'ComparisonError' });
    expect(status?.conditions?.[0]?.message).toContain('"main"');
    await expectUntouched(namespace);
    await repository.setBranch('main', tip);
    await recovers('branch', repository, namespace);
  });

  it('I3 a file that cannot be parsed stops the prune of the others', async () => {
    const { repository, namespace } = await deployed('broken');
    await repository.commit({
      'two.json': null,
      'broken.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [\n',
    });
    const { status } = await waitForCondition('broken');
    expect(status?.conditions?.[0]).toMatchObject({ type: 'ComparisonError' });
    expect(status?.conditions?.[0]?.message).toContain('broken.yaml');
    expect(status?.sync?.status).toBe('Unknown');
    await expectUntouched(namespace);
    await repository.commit({ 'broken.yaml': null });
    await fixture.waitUntilGone(configMapPath(namespace, 'two'));
    await fixture.waitForSynced('broken');
  });

  it('I3 a document that is no valid object stops the prune, not the rest', async () => {
    const { repository, namespace } = await deployed('nameless');
    const nameless = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
    await repository.commit({ 'two.json': null, 'one.json': configMap('one', { v: '2' }), 'bad.json': nameless });
    await fixture.waitForObject(configMapPath(namespace, 'one'), (object) => dataOf(object)['v'] === '2');
    const { status } = await waitForCondition('nameless');
    expect(status?.conditions?.map(({ message }) => message).join()).toContain('bad.json');
    await pause(SEVERAL_POLLS_MS);
    expect(await present(namespace, ['two'])).toEqual(['two']);
    await repository.commit({ 'bad.json': null });
    await fixture.waitUntilGone(configMapPath(namespace, 'two'));
  });

  it.each([
    ['the server answers 503', { status: 503 }],
    ['401: the server wants other credentials', { status: 401, headers: { 'www-authenticate': 'Basic realm="git"' } }],
    ['the repository is not found', { status: 404 }],
    ['the connection is cut', { cutAfterBytes: 20 }],
  ])('I3 Git down, 401, corrupt pack: %s', async (_title, fault) => {
    const name = `git-${JSON.stringify(fault).replaceAll(/\W+/g, '').toLowerCase().slice(0, 20)}`;
    const guarded = await fixture.guardedGit({ basic: { username: 'ada', password: 'lovelace' } });
    await grant(name, guarded);
    const { repository, namespace } = await deployed(name, undefined, {}, '', guarded.url(name));
    guarded.fault = fault;
    await repository.commit({ 'two.json': null });
    const { status } = await waitForCondition(name);
    expect(status?.conditions?.[0]).toMatchObject({ type: 'ComparisonError' });
    expect(status?.conditions?.[0]?.message).toContain(guarded.url(name));
    expect(status?.conditions?.[0]?.message).toContain('stays in force');
    expect(status?.sync?.status).toBe('Unknown');
    await expectUntouched(namespace);

    // What was last known good is still put back.
    await fixture.request(`DELETE ${configMapPath(namespace, 'one')}`);
    await fixture.waitForObject(configMapPath(namespace, 'one'), () => true);

    guarded.fault = undefined;
    await fixture.waitUntilGone(configMapPath(namespace, 'two'));
    const recovered = await fixture.waitForSynced(name);
    expect(recovered.status?.conditions).toBeUndefined();
  });

  it('I3 Git down, 401, corrupt pack: a pack with one wrong bit', async () => {
    await using proxy = await startManglingProxy(fixture.git.origin);
    const { repository, namespace } = await deployed('corrupt', undefined, {}, '', `${proxy.origin}/corrupt`);
    proxy.mangle = (body) => {
      const start = body.indexOf('PACK');
      if (start < 0) return body;
      const mangled = Buffer.from(body);
      const middle = start + Math.floor((body.length - start) / 2);
      mangled[middle] = (mangled[middle] ?? 0) ^ 1;
      return mangled;
    };
    await repository.commit({ 'two.json': null });
    const { status } = await waitForCondition('corrupt');
    expect(status?.conditions?.[0]).toMatchObject({ type: 'ComparisonError' });
    await expectUntouched(namespace);
    proxy.mangle = undefined;
    await fixture.waitUntilGone(configMapPath(namespace, 'two'));
    await fixture.waitForSynced('corrupt');
  });

  it('Force push, rewrite: is followed like any other commit', async () => {
    const { repository, namespace } = await deployed('forced');
    const rewritten = await repository.commit(
      { 'one.json': configMap('one', { v: 'rewritten' }), 'three.json': configMap('three', {}) },
      { from: null },
    );
    await fixture.waitUntilGone(configMapPath(namespace, 'two'));
    await fixture.waitForSynced('forced', rewritten);
    expect(dataOf(await fixture.read(configMapPath(namespace, 'one')))).toEqual({ v: 'rewritten' });
    expect(await present(namespace, ['one', 'three'])).toEqual(['one', 'three']);
  });
});

describe('ownership', { timeout: 120_000 }, () => {
  it('I1 never deletes an object whose labels and tracking id were copied from another', async () => {
    const { repository, namespace } = await deployed('copied');
    const { metadata } = await mustRead(namespace, 'two');
    const copy = { name: 'copy', labels: metadata.labels, annotations: metadata.annotations };
    await fixture.request(`POST /api/v1/namespaces/${namespace}/configmaps`, {
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: copy },
    });
    await repository.commit({ 'two.json': null });
    await fixture.waitUntilGone(configMapPath(namespace, 'two'));
    const { status } = await fixture.waitForSynced('copied');
    await pause(SEVERAL_POLLS_MS);
    expect(await present(namespace, ['copy'])).toEqual(['copy']);
    expect(status?.resources?.map(({ name }) => name)).toEqual(['one']);
  });

  it('I1 never deletes what the inventory does not hold, whatever it says of itself', async () => {
    const { repository, namespace } = await deployed('forged');
    const { metadata } = await mustRead(namespace, 'two');
    const annotations = { 'argocd.argoproj.io/tracking-id': `forged:/ConfigMap:${namespace}/planted` };
    await fixture.request(`POST /api/v1/namespaces/${namespace}/configmaps`, {
      body: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'planted', labels: metadata.labels, annotations },
      },
    });
    await repository.commit({ 'two.json': null });
    await fixture.waitUntilGone(configMapPath(namespace, 'two'));
    await fixture.refresh('forged', 'hard');
    await pause(SEVERAL_POLLS_MS);
    expect(await present(namespace, ['planted'])).toEqual(['planted']);
  });

  it('I1 never deletes an object of another uid that somebody has put in the place of its own', async () => {
    const { repository, namespace } = await deployed('replaced');
    await fixture.operator.stop();
    await fixture.request(`DELETE ${configMapPath(namespace, 'two')}`);
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'two' }, data: { mine: 'now' } };
    await fixture.request(`POST /api/v1/namespaces/${namespace}/configmaps`, { body });
    const second = await repository.commit({ 'two.json': null });
    await fixture.restart();
    await fixture.waitForSynced('replaced', second);
    await pause(SEVERAL_POLLS_MS);
    expect(dataOf(await mustRead(namespace, 'two'))).toEqual({ mine: 'now' });
  });

  it('I2 keeps the objects of an application that is given another name', async () => {
    const { repository, namespace } = await deployed('old-name');
    const before = await mustRead(namespace, 'one');
    await fixture.request(`DELETE ${applicationPath('old-name')}`);
    await fixture.waitUntilGone(applicationPath('old-name'));
    await fixture.createApplication({ name: 'new-name', repoURL: repository.url, destination: namespace });
    await fixture.waitForSynced('new-name');
    const after = await mustRead(namespace, 'one');
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.metadata.annotations?.['argocd.argoproj.io/tracking-id']).toMatch(/^new-name:/);
    await repository.commit({ 'two.json': null });
    await fixture.waitUntilGone(configMapPath(namespace, 'two'));
  });

  it('I2 hands an object over to the application that states it now, without deleting it', async () => {
    const namespace = await cluster.uniqueNamespace('handover');
    const repository = await fixture.repository('handover');
    await repository.commit({
      'a/moves.json': configMap('moves', {}),
      'a/a.json': configMap('a', {}),
      'b/b.json': configMap('b', {}),
    });
    const common = { repoURL: repository.url, destination: namespace };
    await fixture.createApplication({ ...common, name: 'giver', path: 'a' });
    await fixture.createApplication({ ...common, name: 'taker', path: 'b' });
    await fixture.waitForSynced('giver');
    await fixture.waitForSynced('taker');
    const before = await mustRead(namespace, 'moves');
    const moved = await repository.commit({ 'a/moves.json': null, 'b/moves.json': configMap('moves', {}) });
    await fixture.waitForObject(configMapPath(namespace, 'moves'), ({ metadata }) =>
      (metadata.annotations?.['argocd.argoproj.io/tracking-id'] ?? '').startsWith('taker:'),
    );
    await fixture.waitForSynced('giver', moved);
    await fixture.waitForSynced('taker', moved);
    const after = await mustRead(namespace, 'moves');
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.metadata.deletionTimestamp).toBeUndefined();
  });

  it('I5 says Synced of a revision only while the live object is what that revision says', async () => {
    const { repository, namespace } = await deployed('truthful');
    const order = [await repository.revParse('main')];
    const values = new Map([[order[0] ?? '', '1']]);
    let lies: string[] = [];
    for (const v of ['2', '3', '4']) {
      const revision = await repository.commit({ 'one.json': configMap('one', { v }) });
      order.push(revision);
      values.set(revision, v);
      lies = [...lies, ...(await watchForLies('truthful', namespace, { order, values }))];
    }
    expect(lies).toEqual([]);
  });
});

type Progress = { readonly order: readonly string[]; readonly values: ReadonlyMap<string, string> };

/** Reads status and object in turn until the last revision is Synced; the object may be newer than the status read before it. */
async function watchForLies(name: string, namespace: string, { order, values }: Progress): Promise<string[]> {
  const lies: string[] = [];
  await fixture.waitForApplication(name, () => true);
  for (;;) {
    const { status } = await fixture.application(name);
    const live = dataOf(await mustRead(namespace, 'one'))['v'];
    const revision = status?.sync?.revision ?? '';
    if (status?.sync?.status === 'Synced') {
      const allowed = order.slice(order.indexOf(revision)).map((later) => values.get(later));
      if (!allowed.includes(live)) lies.push(`Synced to ${revision} (${values.get(revision)}) while live is ${live}`);
      if (revision === order.at(-1)) return lies;
    }
    await pause(20);
  }
}

async function deployed(
  name: string,
  syncPolicy?: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, string>> = {},
  ...[folder = '', repoURL]: string[]
): Promise<{ repository: TestRepository & { url: string }; namespace: string }> {
  const namespace = await cluster.uniqueNamespace('prune');
  const repository = await fixture.repository(name);
  const files = { 'one.json': configMap('one', { v: '1' }), 'two.json': configMap('two', {}), ...more };
  const at = folder === '' ? '' : `${folder}/`;
  const revision = await repository.commit(
    Object.entries(files).map(([file, text]) => [`${at}${file}`, text] as const),
  );
  await fixture.createApplication({
    name,
    repoURL: repoURL ?? repository.url,
    destination: namespace,
    ...(folder === '' ? {} : { path: folder }),
    ...(syncPolicy === undefined ? {} : { syncPolicy }),
  });
  await fixture.waitForSynced(name, revision);
  return { repository, namespace };
}

async function grant(name: string, guarded: GitServer): Promise<void> {
  const labels = { 'argocd.argoproj.io/secret-type': 'repository' };
  const stringData = { url: guarded.url(name), username: 'ada', password: 'lovelace' };
  const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name, labels }, stringData };
  await fixture.request(`POST /api/v1/namespaces/${fixture.controlNamespace}/secrets`, { body });
}

async function waitForCondition(name: string): Promise<LiveApplication> {
  return fixture.waitForApplication(name, ({ status }) => (status?.conditions ?? []).length > 0);
}

async function expectUntouched(namespace: string): Promise<void> {
  await pause(SEVERAL_POLLS_MS);
  expect(await present(namespace, ['one', 'two'])).toEqual(['one', 'two']);
}

/** A later good commit is deployed, with what it prunes. */
async function recovers(name: string, repository: TestRepository, namespace: string, at = ''): Promise<void> {
  const revision = await repository.commit({
    [`${at}one.json`]: configMap('one', { v: 'good' }),
    [`${at}two.json`]: null,
  });
  await fixture.waitUntilGone(configMapPath(namespace, 'two'));
  const { status } = await fixture.waitForSynced(name, revision);
  expect(status?.conditions).toBeUndefined();
  expect(dataOf(await mustRead(namespace, 'one'))).toEqual({ v: 'good' });
}

/** Those of the ConfigMaps that exist and are not being deleted. */
async function present(namespace: string, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(names.map((name) => fixture.read(configMapPath(namespace, name))));
  return names.filter(
    (_, index) => found[index] !== undefined && found[index].metadata.deletionTimestamp === undefined,
  );
}

async function mustRead(namespace: string, name: string): Promise<KubeObject> {
  const object = await fixture.read(configMapPath(namespace, name));
  if (object === undefined) throw new Error(`ConfigMap ${namespace}/${name} is gone`);
  return object;
}

function dataOf(object: KubeObject | undefined): Readonly<Record<string, string>> {
  return (object?.['data'] ?? {}) as Readonly<Record<string, string>>;
}

function applicationPath(name: string): `/${string}` {
  return `/apis/argoproj.io/v1alpha1/namespaces/${fixture.controlNamespace}/applications/${name}`;
}
