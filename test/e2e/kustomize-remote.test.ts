import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';

import { pause } from '../support/eventually.ts';
import { configMap, configMapPath } from '../support/manifests.ts';
import { type LiveApplication, useOperator } from '../support/operator-fixture.ts';

const fixture = await useOperator();
const { cluster } = fixture;

describe('a base in another repository', { timeout: 240_000 }, async () => {
  const base = await fixture.repository('base.git');
  const app = await fixture.repository('app');
  const namespace = await cluster.uniqueNamespace('remote');
  const overlay = (rest = ''): string => `resources:\n  - ${base.url}//web?ref=main\n${rest}`;
  const settings = configMapPath(namespace, 'web');
  let baseCommit = '';

  it('is fetched and rendered', async () => {
    baseCommit = await base.commit({
      'web/kustomization.yaml': 'resources: [web.yaml, ../shared]\n',
      'web/web.yaml': configMap('web', { from: 'base 1' }),
      'shared/kustomization.yaml': 'resources: [shared.yaml]\n',
      'shared/shared.yaml': configMap('shared', {}),
      'elsewhere.txt': '1',
    });
    const revision = await app.commit({ 'live/kustomization.yaml': overlay() });
    await fixture.createApplication({ name: 'remote', repoURL: app.url, path: 'live', destination: namespace });
    const { status } = await fixture.waitForSynced('remote', revision);
    expect(status?.resources?.map(({ name }) => name).sort()).toEqual(['shared', 'web']);
    expect((await fixture.read(settings))?.['data']).toEqual({ from: 'base 1' });
  });

  it('reaches the application when only the base has a new commit', async () => {
    baseCommit = await base.commit({ 'web/web.yaml': configMap('web', { from: 'base 2' }) });
    await fixture.waitForObject(settings, (live) => (live['data'] as { from: string }).from === 'base 2');
    const { status } = await fixture.application('remote');
    expect(status?.sync?.revision).toBe(await app.revParse('main'));
  });

  it('is pinned by ref, whatever its branch does then', async () => {
    const pinned = overlay().replace('ref=main', `ref=${baseCommit}`);
    const revision = await app.commit({ 'live/kustomization.yaml': pinned });
    await fixture.waitForSynced('remote', revision);
    await base.commit({ 'web/web.yaml': configMap('web', { from: 'base 3' }) });
    await fixture.refresh('remote');
    await pause(2_500);
    expect((await fixture.read(settings))?.['data']).toEqual({ from: 'base 2' });
    const back = await app.commit({ 'live/kustomization.yaml': overlay() });
    await fixture.waitForSynced('remote', back);
    expect((await fixture.read(settings))?.['data']).toEqual({ from: 'base 3' });
  });

  it('that cannot be reached prunes nothing, says why, and is tried again', async () => {
    fixture.git.fault = { match: ({ path }) => path.startsWith('/base'), status: 503 };
    await fixture.waitForApplication('remote', complains);
    const revision = await app.commit({ 'live/kustomization.yaml': overlay('namePrefix: new-\n') });
    const { status } = await fixture.refresh('remote');
    const messages = status?.conditions?.map(({ message }) => message).join();
    expect(messages).toContain(`${fixture.git.origin}/base`);
    expect(messages).toContain('503');
    expect(status?.resources?.map(({ name }) => name).sort()).toEqual(['shared', 'web']);
    expect((await fixture.read(settings))?.['data']).toEqual({ from: 'base 3' });
    fixture.git.fault = undefined;
    const healed = await fixture.waitForSynced('remote', revision);
    expect(healed.status?.conditions ?? []).toEqual([]);
    expect(healed.status?.resources?.map(({ name }) => name).sort()).toEqual(['new-shared', 'new-web']);
    await fixture.waitUntilGone(settings);
  });

  it('at a ref that is not there prunes nothing, and names the ref', async () => {
    const revision = await app.commit({ 'live/kustomization.yaml': overlay().replace('ref=main', 'ref=absent') });
    const { status } = await fixture.waitForApplication('remote', complains);
    expect(status?.conditions?.map(({ message }) => message).join()).toContain('absent');
    expect(status?.resources?.map(({ name }) => name).sort()).toEqual(['new-shared', 'new-web']);
    expect(await fixture.read(configMapPath(namespace, 'new-web'))).toBeDefined();
    expect(revision).not.toBe(status?.history?.at(-1)?.revision);
    const back = await app.commit({ 'live/kustomization.yaml': overlay() });
    await fixture.waitForSynced('remote', back);
  });

  it('that is broken is rendered again when a commit to it alone mends it, also before anything was deployed', async () => {
    const broken = { 'broken/kustomization.yaml': 'resources: [absent.yaml]\n' };
    await base.commit(broken);
    const repository = await fixture.repository('broken-user');
    const revision = await repository.commit({
      'kustomization.yaml': `resources: ["${base.url}//broken?ref=main"]\n`,
    });
    await fixture.createApplication({ name: 'broken', repoURL: repository.url, destination: namespace });
    const { status } = await fixture.waitForApplication('broken', complains);
    expect(status?.conditions?.map(({ message }) => message).join()).toContain('absent.yaml');
    await base.commit({ 'broken/absent.yaml': configMap('mended', {}) });
    const mended = await fixture.waitForSynced('broken', revision);
    expect(mended.status?.resources?.map(({ name }) => name)).toEqual(['mended']);
  });

  it('that is not there is asked for at a pace, with the others beside it', async () => {
    const repository = await fixture.repository('typo-user');
    const typo = base.url.replace('base.git', 'basse.git');
    await repository.commit({
      'kustomization.yaml': `resources: ["${base.url}//web?ref=main", "${typo}//web?ref=main"]\n`,
    });
    await fixture.createApplication({ name: 'typo', repoURL: repository.url, destination: namespace });
    const { status } = await fixture.waitForApplication('typo', complains);
    expect(status?.conditions?.map(({ message }) => message).join()).toContain('basse.git');
    const asked = (): number => fixture.git.requests.filter(({ path }) => path.startsWith('/basse')).length;
    const before = asked();
    await pause(4_000);
    // Tries come after 2, 4, 8 seconds …; each takes at most two requests. A hot loop makes hundreds.
    expect(asked() - before).toBeLessThanOrEqual(12);
    await cluster.kubectl(['delete', 'application', 'typo', '-n', fixture.controlNamespace]);
  });

  it('at a ref that is made later is rendered then', async () => {
    const repository = await fixture.repository('early-user');
    const revision = await repository.commit({
      'kustomization.yaml': `resources: ["${base.url}//web?ref=later"]\nnamePrefix: early-\n`,
    });
    await fixture.createApplication({ name: 'early', repoURL: repository.url, destination: namespace });
    const { status } = await fixture.waitForApplication('early', complains);
    expect(status?.conditions?.map(({ message }) => message).join()).toContain('later');
    await base.setBranch('later', await base.revParse('main'));
    await fixture.waitForSynced('early', revision);
  });

  it('is not asked after any more when nobody names it', async () => {
    for (const name of ['broken-user', 'early-user']) {
      const other = await fixture.repository(`${name}-own`);
      await other.commit({ 'own.json': configMap(name, {}) });
      const application = name.replace('-user', '');
      await fixture.patchApplication(application, { spec: { source: { repoURL: other.url } } });
      await fixture.waitForSynced(application, await other.revParse('main'));
    }
    const revision = await app.commit({
      'live/kustomization.yaml': 'resources: [own.yaml]\n',
      'live/own.yaml': configMap('own', {}),
    });
    await fixture.waitForSynced('remote', revision);
    await pause(1_500);
    fixture.git.requests.length = 0;
    await pause(3_000);
    const asked = fixture.git.requests.map(({ path }) => path);
    expect(asked.some((path) => path.startsWith('/app'))).toBe(true);
    expect(asked.filter((path) => path.startsWith('/base'))).toEqual([]);
  });
});

describe('a file behind a URL', { timeout: 120_000 }, () => {
  it('is read, and asked for again while its server does not answer, without a new commit', async () => {
    const answers = { status: 503, requests: 0 };
    const server = createServer((_request, response) => {
      answers.requests += 1;
      response.writeHead(answers.status).end(configMap('fetched', { from: 'url' }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const namespace = await cluster.uniqueNamespace('file');
    const repository = await fixture.repository('file-user');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fetched.yaml`;
    const revision = await repository.commit({ 'kustomization.yaml': `resources: ["${url}"]\n` });
    await fixture.createApplication({ name: 'file', repoURL: repository.url, destination: namespace });
    const { status } = await fixture.waitForApplication('file', complains);
    expect(status?.conditions?.map(({ message }) => message).join()).toContain(url);
    answers.status = 200;
    await fixture.waitForSynced('file', revision);
    expect((await fixture.read(configMapPath(namespace, 'fetched')))?.['data']).toEqual({ from: 'url' });
    // What was read stands for its commit: at rest nobody is asked.
    const { requests } = answers;
    await fixture.refresh('file');
    expect(answers.requests).toBe(requests);
  });
});

function complains({ status }: LiveApplication): boolean {
  return (status?.conditions ?? []).length > 0;
}
