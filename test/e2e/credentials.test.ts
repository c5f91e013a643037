import { describe, expect, it } from 'vitest';

import type { GitServer } from '../support/git-server.ts';
import { configMap } from '../support/manifests.ts';
import { useOperator } from '../support/operator-fixture.ts';

const fixture = await useOperator();
const { cluster } = fixture;

// Characters that differ between raw, base64 and URL-encoded text, so that every form is a needle of its own.
const PASSWORD = 'p@ss/w0rd+canary=4711&x';
const TOKEN = 'tok_canary/+==9032';
const SECRET_DATA = 'managed-canary/+8111';

describe('credentials of repositories', { timeout: 120_000 }, () => {
  it('opens a repository by the username and password of its Secret', async () => {
    const guarded = await fixture.guardedGit({ basic: { username: 'ada', password: PASSWORD } });
    await deployGuarded('basic', guarded, { username: 'ada', password: PASSWORD });
  });

  it('opens a repository by the bearer token of its Secret', async () => {
    const guarded = await fixture.guardedGit({ bearer: TOKEN });
    await deployGuarded('bearer', guarded, { bearerToken: TOKEN });
  });

  it('opens a repository by a repo-creds Secret above it', async () => {
    const guarded = await fixture.guardedGit({ basic: { username: 'ada', password: PASSWORD } });
    await createSecret('template', 'repo-creds', { url: guarded.origin, username: 'ada', password: PASSWORD });
    const namespace = await cluster.uniqueNamespace('template');
    const repository = await fixture.repository('template');
    const revision = await repository.commit({ 'one.json': configMap('one', {}) });
    await fixture.createApplication({ name: 'template', repoURL: guarded.url('template'), destination: namespace });
    await fixture.waitForSynced('template', revision);
  });

  it('says so when they are refused, without showing them, and recovers when they are corrected', async () => {
    const guarded = await fixture.guardedGit({ basic: { username: 'ada', password: PASSWORD } });
    const namespace = await cluster.uniqueNamespace('wrong');
    const repository = await fixture.repository('wrong');
    const revision = await repository.commit({ 'one.json': configMap('one', {}) });
    const url = guarded.url('wrong');
    await createSecret('wrong', 'repository', { url, username: 'ada', password: `${PASSWORD}-no-more` });
    await fixture.createApplication({ name: 'wrong', repoURL: url, destination: namespace });
    const { status } = await fixture.waitForApplication(
      'wrong',
      (application) => (application.status?.conditions ?? []).length > 0,
    );
    expect(status?.conditions?.[0]?.type).toBe('ComparisonError');
    expect(status?.conditions?.[0]?.message).toContain(url);
    expect(status?.sync?.status).toBe('Unknown');
    await fixture.request(`PATCH /api/v1/namespaces/${fixture.controlNamespace}/secrets/wrong`, {
      body: { stringData: { password: PASSWORD } },
      contentType: 'application/merge-patch+json',
    });
    const recovered = await fixture.waitForSynced('wrong', revision);
    expect(recovered.status?.conditions).toBeUndefined();
  });

  it('keeps the values of managed Secrets out of messages, also of one that is refused', async () => {
    const namespace = await cluster.uniqueNamespace('managed');
    const repository = await fixture.repository('managed');
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'fine' }, stringData: { key: SECRET_DATA } };
    const broken = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'broken' }, data: { key: SECRET_DATA } };
    const typed = { ...secret, metadata: { name: 'typed' }, type: 'kubernetes.io/dockerconfigjson' };
    await repository.commit({
      'fine.json': JSON.stringify(secret),
      'broken.json': JSON.stringify(broken),
      'typed.json': JSON.stringify({ ...typed, stringData: { '.dockerconfigjson': SECRET_DATA } }),
    });
    await fixture.createApplication({ name: 'managed', repoURL: repository.url, destination: namespace });
    const { status } = await fixture.waitForApplication(
      'managed',
      (application) => (application.status?.conditions ?? []).length > 1,
    );
    const messages = status?.conditions?.map(({ message }) => message).join('\n');
    expect(messages).toContain('"');
    expect(messages).toContain('broken');
    expect(messages).toContain('typed');
    const path = `/api/v1/namespaces/${namespace}/secrets/fine`;
    expect((await fixture.read(path))?.['data']).toEqual({ key: Buffer.from(SECRET_DATA).toString('base64') });
    // Drift of a Secret is reported as well.
    await fixture.request(`PATCH ${path as `/${string}`}`, {
      body: { stringData: { key: `${SECRET_DATA}-drift` } },
      contentType: 'application/merge-patch+json',
    });
    await fixture.waitForObject(path, (object) => {
      return (object['data'] as Record<string, string>)['key'] === Buffer.from(SECRET_DATA).toString('base64');
    });
  });

  it('I8 shows no secret anywhere: log, status, Events, metrics, page, API', async () => {
    const { port, metricsPort } = fixture.operator;
    const pages = await Promise.all(
      [`${port}/`, `${port}/api/v1/applications`, `${metricsPort}/metrics`].map(async (at) =>
        (await fetch(`http://127.0.0.1:${at}`)).text(),
      ),
    );
    const api = '/apis/argoproj.io/v1alpha1';
    const lists = await Promise.all(
      [`${api}/applications`, `${api}/appprojects`, '/api/v1/events', '/api/v1/configmaps'].map(async (list) =>
        JSON.stringify((await fixture.request(`GET ${list as `/${string}`}`)).body),
      ),
    );
    const sinks = [fixture.operator.output(), ...pages, ...lists];
    // The haystack is the right one.
    expect(sinks.join()).toContain('managed');
    for (const secret of [PASSWORD, TOKEN, SECRET_DATA]) {
      for (const needle of formsOf(secret)) {
        for (const [index, sink] of sinks.entries()) expect(sink.includes(needle), `${needle} in ${index}`).toBe(false);
      }
    }
  });
});

async function deployGuarded(name: string, guarded: GitServer, credentials: Record<string, string>): Promise<void> {
  const namespace = await cluster.uniqueNamespace(name);
  const repository = await fixture.repository(name);
  const revision = await repository.commit({ 'one.json': configMap('one', {}) });
  const url = guarded.url(name);
  await createSecret(name, 'repository', { type: 'git', url, ...credentials });
  await fixture.createApplication({ name, repoURL: url, destination: namespace });
  await fixture.waitForSynced(name, revision);
  expect(guarded.requests.some(({ status }) => status === 200)).toBe(true);
}

async function createSecret(name: string, type: string, stringData: Record<string, string>): Promise<void> {
  const labels = { 'argocd.argoproj.io/secret-type': type };
  const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name, labels }, stringData };
  const answer = await fixture.request(`POST /api/v1/namespaces/${fixture.controlNamespace}/secrets`, { body });
  expect(answer.status).toBe(201);
}

/** The secret as it stands, encoded, and inside a basic-auth pair at each of base64's three alignments. */
function formsOf(secret: string): string[] {
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.from(`${'x'.repeat(shift)}${secret}`).toString('base64');
    // The characters at the ends depend on the neighbours.
    return text.slice(shift === 0 ? 0 : 4, -4);
  });
  return [secret, ...base64, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
}
