import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import { createClusterClient } from '../../src/cluster/client.ts';
import { loadClusterCredentials } from '../../src/cluster/credentials.ts';
import { startWatch } from '../../src/cluster/watch.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { KubeObject } from '../../src/object/kube-object.ts';
import { startControlPlane } from '../support/controlplane/start.ts';
import { eventually, pause } from '../support/eventually.ts';
import { type Fault, isApply, isWrite, type ProxiedRequest, startFaultProxy } from '../support/fault-proxy.ts';
import { configMap, configMapPath } from '../support/manifests.ts';
import { type LiveApplication, useOperator } from '../support/operator-fixture.ts';

// A control plane of its own: its API server is restarted.
const controlPlane = await startControlPlane();
afterAll(() => controlPlane.stop());
const proxy = await startFaultProxy(controlPlane);
afterAll(() => proxy.close());
const { url, token, caFile } = controlPlane;
const fixture = await useOperator({
  cluster: {
    url,
    token,
    caFile,
    kubeconfigPath: proxy.kubeconfigPath,
    kubectl: (args, options) => controlPlane.kubectl(args, options),
    uniqueNamespace: (prefix) => Promise.resolve(prefix),
  },
});
const MERGE = 'application/merge-patch+json';

beforeEach(() => {
  proxy.heal();
  proxy.requests.length = 0;
});

describe('a write that the API server does not take', { timeout: 120_000 }, () => {
  it.each([429, 503])('is repeated after %i, not sooner than Retry-After says', async (status) => {
    const name = `throttled-${status}`;
    const { namespace, revision } = await stated(name, { one: {} });
    const applies = onApply(namespace, 'one');
    proxy.inject({ match: applies, fault: { kind: 'answer', status, headers: { 'retry-after': '2' } }, times: 2 });
    await create(name, namespace);
    await fixture.waitForSynced(name, revision);
    const seen = proxy.requests.filter(applies);
    expect(seen.map((request) => request.status)).toEqual([status, status, 201]);
    const [first, second, third] = seen.map(({ atMs }) => atMs);
    // Timers may fire a millisecond early.
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1_990);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(1_990);
  });

  it.each<[string, Fault]>([
    ['409', { kind: 'answer', status: 409 }],
    ['500', { kind: 'answer', status: 500 }],
    ['503', { kind: 'answer', status: 503 }],
    ['504', { kind: 'answer', status: 504 }],
    ['reset-before', { kind: 'reset', when: 'before' }],
  ])('is repeated after %s', async (name, fault) => {
    const { namespace, revision } = await stated(`refused-${name}`, { one: {}, two: {} });
    const applies = onApply(namespace, 'one');
    proxy.inject({ match: applies, fault, times: 2 });
    await create(`refused-${name}`, namespace);
    await fixture.waitForSynced(`refused-${name}`, revision);
    expect(proxy.requests.filter(applies).map(({ status }) => status)).toEqual(
      fault.kind === 'answer' ? [fault.status, fault.status, 201] : [0, 0, 201],
    );
    expect(proxy.requests.filter(onApply(namespace, 'two'))).toHaveLength(1);
  });

  it('is tried again later when all repeats fail, without a new commit', async () => {
    const { namespace, revision } = await stated('later', { one: {}, two: {} });
    const rule = proxy.inject({ match: onApply(namespace, 'one'), fault: { kind: 'answer', status: 500 } });
    await create('later', namespace);
    const failed = await fixture.waitForApplication('later', isFailed);
    expect(failed.status?.conditions?.[0]?.message).toContain('one');
    expect(await fixture.read(configMapPath(namespace, 'two'))).toBeDefined();
    rule.lift();
    await fixture.waitForSynced('later', revision);
  });
});

describe('a write whose answer is lost', { timeout: 120_000 }, () => {
  it('changes nothing when it is repeated', async () => {
    const { namespace, revision } = await stated('lost', { one: {} });
    const applies = onApply(namespace, 'one');
    const versions: string[] = [];
    proxy.observe = async (request, moment) => {
      if (moment !== 'answered' || !applies(request)) return;
      versions.push((await fixture.read(configMapPath(namespace, 'one')))?.metadata.resourceVersion ?? '');
    };
    proxy.inject({ match: applies, fault: { kind: 'reset', when: 'after' }, times: 2 });
    await create('lost', namespace);
    await fixture.waitForSynced('lost', revision);
    proxy.observe = undefined;
    expect(proxy.requests.filter(applies).map(({ status }) => status)).toEqual([201, 200, 200]);
    expect(new Set(versions).size).toBe(1);
  });

  it('does no more when it was a delete', async () => {
    const { namespace, repository } = await stated('lost-delete', { one: {}, two: {} });
    await create('lost-delete', namespace);
    await fixture.waitForSynced('lost-delete');
    const deletes = ({ method, path }: ProxiedRequest): boolean =>
      method === 'DELETE' && path === configMapPath(namespace, 'two');
    proxy.inject({ match: deletes, fault: { kind: 'reset', when: 'after' }, times: 1 });
    const revision = await repository.commit({ 'two.json': null });
    await fixture.waitForSynced('lost-delete', revision);
    expect(await fixture.read(configMapPath(namespace, 'two'))).toBeUndefined();
    expect(proxy.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path)).toEqual([
      configMapPath(namespace, 'two'),
    ]);
  });

  it.each<[string, Fault]>([
    ['answered-500', { kind: 'answer', status: 500 }],
    ['reset-before', { kind: 'reset', when: 'before' }],
    ['reset-after', { kind: 'reset', when: 'after' }],
  ])('does not end a sync when it was the record of its beginning: %s', async (name, fault) => {
    const { namespace, revision } = await stated(`announce-${name}`, { one: {} });
    // Somebody's operation begins with a record in the status; an automated one with an intent.
    await create(`announce-${name}`, namespace, {});
    await fixture.waitForApplication(`announce-${name}`, ({ status }) => status?.sync?.status === 'OutOfSync');
    const writes = onStatus(`announce-${name}`);
    const begins = (request: ProxiedRequest): boolean => writes(request) && request.body.includes('"Running"');
    const rule = proxy.inject({ match: begins, fault, times: 1 });
    await fixture.patchApplication(`announce-${name}`, { operation: { sync: {} } });
    await fixture.waitForSynced(`announce-${name}`, revision);
    expect(rule.hits).toBe(1);
    expect(proxy.requests.filter(onApply(namespace, 'one'))).toHaveLength(1);
  });

  it.each<[string, Fault]>([
    ['answered-500', { kind: 'answer', status: 500 }],
    ['reset-before', { kind: 'reset', when: 'before' }],
    ['reset-after', { kind: 'reset', when: 'after' }],
  ])('I1 is sent again before anything is applied when it was the intent of a sync: %s', async (name, fault) => {
    const { namespace, revision } = await stated(`intent-${name}`, { one: {} });
    const isIntent = ({ path, body }: ProxiedRequest): boolean =>
      path.includes('/configmaps') && body.includes(`/intent-${name} `);
    const lost = proxy.inject({ match: isIntent, fault, times: 1 });
    await create(`intent-${name}`, namespace, { automated: {} });
    await fixture.waitForSynced(`intent-${name}`, revision);
    expect(lost.hits).toBe(1);
    const stands = proxy.requests.findIndex(
      (request) => isIntent(request) && request.delivered && request.status < 300,
    );
    const applied = proxy.requests.findIndex(onApply(namespace, 'one'));
    expect(stands).toBeGreaterThan(-1);
    expect(applied).toBeGreaterThan(stands);
  });

  it('is written again when it was the status after a sync', async () => {
    const { namespace, revision } = await stated('status-lost', { one: {} });
    const writes = onStatus('status-lost');
    const ends = (request: ProxiedRequest): boolean => writes(request) && request.body.includes('"Succeeded"');
    const rule = proxy.inject({ match: ends, fault: { kind: 'answer', status: 503 }, times: 2 });
    await create('status-lost', namespace);
    await fixture.waitForSynced('status-lost', revision);
    expect(rule.hits).toBe(2);
    expect(proxy.requests.filter(onApply(namespace, 'one'))).toHaveLength(1);
  });
});

describe('a watch', { timeout: 120_000 }, () => {
  it('that ends with 410 is listed anew: what it missed is seen, nothing is pruned', async () => {
    const { namespace, revision } = await stated('expired', { one: {}, two: {}, three: {} });
    await create('expired', namespace);
    await fixture.waitForSynced('expired', revision);
    const missed = proxy.inject({
      match: isManagedWatch,
      fault: { kind: 'drop', event: ({ type, object }) => type === 'DELETED' && object.metadata?.name === 'two' },
    });
    const before = await uidOf(namespace, 'two');
    await fixture.request(`DELETE ${configMapPath(namespace, 'two')}`);
    await eventually(
      () => Promise.resolve(missed.hits > 0 ? true : undefined),
      () => 'the event was never dropped',
    );
    proxy.requests.length = 0;
    expect(proxy.endWatches('expire', isManagedWatch)).toBeGreaterThan(0);
    await fixture.waitForObject(configMapPath(namespace, 'two'), ({ metadata }) => metadata.uid !== before);
    await fixture.waitForSynced('expired', revision);
    expect(proxy.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
    expect(proxy.requests.filter(isApply).map(({ path }) => path)).toEqual([configMapPath(namespace, 'two')]);
  });

  it('whose list breaks off is listed from the start again', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `item-${index}`);
    const { namespace, revision } = await stated('halfway', Object.fromEntries(names.map((name) => [name, {}])));
    await create('halfway', namespace);
    await fixture.waitForSynced('halfway', revision);
    const lists = (request: ProxiedRequest): boolean =>
      isManagedWatch(request) && request.path.endsWith('/configmaps') && request.query.has('sendInitialEvents');
    const rule = proxy.inject({ match: lists, fault: { kind: 'cut', afterLines: 3 }, times: 2 });
    proxy.requests.length = 0;
    await fixture.restart('SIGKILL');
    await eventually(
      () => Promise.resolve(proxy.requests.filter(lists).length >= 3 ? true : undefined),
      () => `the list was not asked for again: ${rule.hits} cut`,
    );
    await fixture.waitForSynced('halfway', revision);
    const before = await uidOf(namespace, 'item-7');
    await fixture.request(`DELETE ${configMapPath(namespace, 'item-7')}`);
    await fixture.waitForObject(configMapPath(namespace, 'item-7'), ({ metadata }) => metadata.uid !== before);
    expect(proxy.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
    expect(proxy.requests.filter(isApply).map(({ path }) => path)).toEqual([configMapPath(namespace, 'item-7')]);
  });

  it('that is cut goes on where it was', async () => {
    const { namespace, revision } = await stated('cut', { one: { by: 'git' } });
    await create('cut', namespace);
    await fixture.waitForSynced('cut', revision);
    const closed = proxy.inject({ match: ({ isWatch }) => isWatch, fault: { kind: 'answer', status: 503 } });
    expect(proxy.endWatches('cut')).toBeGreaterThan(0);
    await fixture.request(`PATCH ${configMapPath(namespace, 'one')}`, {
      body: { data: { by: 'hand' } },
      contentType: MERGE,
    });
    await eventually(
      () => Promise.resolve(closed.hits > 2 ? true : undefined),
      () => 'the watches were not opened again',
    );
    proxy.requests.length = 0;
    closed.lift();
    await fixture.waitForObject(configMapPath(namespace, 'one'), (object) => {
      return (object['data'] as { by?: string } | undefined)?.by === 'git';
    });
    expect(proxy.requests.filter(({ query }) => query.has('sendInitialEvents'))).toEqual([]);
    expect(proxy.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  it.each(['cut', 'expire'] as const)(
    'that is ended at once each time is not opened in a hot loop: %s',
    async (kind) => {
      await fixture.restart('SIGKILL');
      await eventually(
        () => Promise.resolve(proxy.requests.find((request) => isManagedWatch(request) && request.responseBytes > 0)),
        () => 'nothing is watched',
      );
      const rule = proxy.inject({ match: isManagedWatch, fault: { kind } });
      proxy.requests.length = 0;
      expect(proxy.endWatches(kind, isManagedWatch)).toBeGreaterThan(0);
      await pause(5_000);
      const kinds = new Set(proxy.requests.filter(isManagedWatch).map(({ path }) => path)).size;
      expect(kinds).toBeGreaterThan(0);
      // One at once, then pauses that double.
      expect(rule.hits).toBeLessThanOrEqual(8 * kinds);
    },
  );

  it('that is refused leaves its kind Unknown, holds up no other and has nothing pruned', async () => {
    const { namespace, repository } = await stated('forbidden', { one: { by: 'git' }, two: {} });
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token' }, stringData: { a: 'canary' } };
    const revision = await repository.commit({ 'token.json': JSON.stringify(secret) });
    await create('forbidden', namespace);
    await fixture.waitForSynced('forbidden', revision);
    await quiet();
    const rule = proxy.inject({
      match: (request) => isManagedWatch(request) && request.path.endsWith('/secrets'),
      fault: { kind: 'answer', status: 403 },
    });
    proxy.requests.length = 0;
    await fixture.restart('SIGKILL');
    const { status } = await fixture.waitForApplication(
      'forbidden',
      ({ status: now }) => now?.sync?.status === 'Unknown',
    );
    expect(status?.resources?.map(({ kind, name, status: sync }) => `${kind} ${name} ${sync}`)).toEqual([
      'ConfigMap one Synced',
      'ConfigMap two Synced',
      'Secret token Unknown',
    ]);
    await fixture.request(`PATCH ${configMapPath(namespace, 'one')}`, {
      body: { data: { by: 'hand' } },
      contentType: MERGE,
    });
    await fixture.waitForObject(configMapPath(namespace, 'one'), (object) => {
      return (object['data'] as { by?: string } | undefined)?.by === 'git';
    });
    rule.lift();
    await fixture.waitForSynced('forbidden', revision);
    expect(proxy.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
    expect(proxy.requests.filter(isApply).map(({ path }) => path)).toEqual([configMapPath(namespace, 'one')]);
  });

  it('that falls silent is given up and taken up again', async () => {
    const namespace = await namespaceFor('silent');
    const credentials = await loadClusterCredentials({ kubeconfig: proxy.kubeconfigPath });
    const client = createClusterClient(credentials, { clock: systemClock, userAgent: 'test', watchSilenceMs: 1_000 });
    const seen = new Map<string, string>();
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const watch = startWatch(
      { client, clock: systemClock, path, fieldSelector: 'metadata.name=one' },
      {
        upsert: (object: KubeObject) => seen.set(object.metadata.name, JSON.stringify(object['data'])),
        gone: (_namespace, name) => seen.delete(name),
        listed: () => undefined,
        failed: () => undefined,
      },
    );
    try {
      const ours = ({ userAgent, isWatch }: ProxiedRequest): boolean => isWatch && userAgent === 'test';
      await put(namespace, 'one', { n: '1' });
      await eventually(
        () => Promise.resolve(seen.get('one')),
        () => 'the first event never came',
      );
      const stalled = proxy.inject({ match: ours, fault: { kind: 'stall' }, times: 1 });
      await put(namespace, 'one', { n: '2' });
      await eventually(
        () => Promise.resolve(seen.get('one') === '{"n":"2"}' ? true : undefined),
        () => `the change was never seen: ${JSON.stringify([...seen])}`,
      );
      expect(stalled.hits).toBe(1);
    } finally {
      watch.stop();
      await client.close();
    }
  });
});

describe('one application in trouble', { timeout: 180_000 }, () => {
  it('by slow answers does not hold up the others', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`item-${index}`, {}]));
    const slow = await stated('slow', many);
    const quick = await stated('quick', { one: {} });
    const delayed = (request: ProxiedRequest): boolean =>
      isApply(request) && request.path.startsWith(`/api/v1/namespaces/${slow.namespace}/`);
    // As a webhook that takes its ten seconds.
    const rule = proxy.inject({ match: delayed, fault: { kind: 'delay', ms: 10_000 } });
    await create('slow', slow.namespace);
    await eventually(
      () => Promise.resolve(rule.hits >= 8 ? true : undefined),
      () => 'the slow application never began',
    );
    await create('quick', quick.namespace);
    await fixture.waitForSynced('quick', quick.revision);
    const pending = proxy.requests.filter((request) => delayed(request) && !request.delivered);
    expect(pending.length).toBeGreaterThan(0);
    expect(rule.hits).toBeLessThan(40);
    rule.lift();
    await fixture.waitForSynced('slow', slow.revision);
  });

  it('whose namespace is terminating says so and converges when there is a new one', async () => {
    const { namespace, revision } = await stated('terminating', { one: {} });
    const held = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held', finalizers: ['example.org/hold'] } };
    await fixture.request(`POST /api/v1/namespaces/${namespace}/configmaps`, { body: held });
    await fixture.request(`DELETE /api/v1/namespaces/${namespace}`);
    const syncPolicy = { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] };
    await create('terminating', namespace, syncPolicy);
    const failed = await fixture.waitForApplication('terminating', isFailed);
    expect(failed.status?.conditions?.[0]?.message).toContain('is being terminated');
    const other = await stated('beside-terminating', { one: {} });
    await create('beside-terminating', other.namespace);
    await fixture.waitForSynced('beside-terminating', other.revision);
    const contentType = MERGE;
    const body = { metadata: { finalizers: null } };
    await fixture.request(`PATCH ${configMapPath(namespace, 'held')}`, { body, contentType });
    await fixture.waitForSynced('terminating', revision);
    expect(await fixture.read(configMapPath(namespace, 'one'))).toBeDefined();
  });

  it('by a quota gets all but that object, and that when there is room', async () => {
    const { namespace, repository } = await stated('quota', { one: {}, two: {} });
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'few' },
      spec: { hard: { services: '0' } },
    };
    await fixture.request(`POST /api/v1/namespaces/${namespace}/resourcequotas`, { body: quota });
    await fixture.waitForObject(
      `/api/v1/namespaces/${namespace}/resourcequotas/few`,
      (object) => (object['status'] as { hard?: unknown } | undefined)?.hard !== undefined,
    );
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } };
    const revision = await repository.commit({ 'web.json': JSON.stringify(service) });
    await create('quota', namespace);
    const failed = await fixture.waitForApplication('quota', isFailed);
    expect(failed.status?.conditions).toHaveLength(1);
    expect(failed.status?.conditions?.[0]?.message).toMatch(/Service "quota\/web".*exceeded quota: few/);
    expect(await fixture.read(configMapPath(namespace, 'one'))).toBeDefined();
    expect(await fixture.read(configMapPath(namespace, 'two'))).toBeDefined();
    const body = { spec: { hard: { services: '1' } } };
    await fixture.request(`PATCH /api/v1/namespaces/${namespace}/resourcequotas/few`, { body, contentType: MERGE });
    await fixture.waitForSynced('quota', revision);
  });
});

describe('the deletion of an Application', { timeout: 120_000 }, () => {
  it('waits for objects that take their time, also when their kind cannot be watched', async () => {
    const { namespace, repository } = await stated('unseen', { one: {} });
    const held = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'held', finalizers: ['example.org/hold'] },
    };
    const revision = await repository.commit({ 'held.json': JSON.stringify(held) });
    const finalizers = ['resources-finalizer.argocd.argoproj.io'];
    await fixture.createApplication({ name: 'unseen', repoURL: repository.url, destination: namespace, finalizers });
    await fixture.waitForSynced('unseen', revision);
    await quiet();
    proxy.inject({
      match: (request) => isManagedWatch(request) && request.path.endsWith('/serviceaccounts'),
      fault: { kind: 'answer', status: 503 },
    });
    await fixture.restart('SIGKILL');
    const application =
      `/apis/argoproj.io/v1alpha1/namespaces/${fixture.controlNamespace}/applications/unseen` as const;
    const account = `/api/v1/namespaces/${namespace}/serviceaccounts/held` as const;
    await fixture.request(`DELETE ${application}`);
    await fixture.waitForObject(account, ({ metadata }) => metadata.deletionTimestamp !== undefined);
    await fixture.waitUntilGone(configMapPath(namespace, 'one'));
    await pause(2_000);
    expect(await fixture.read(application)).toBeDefined();
    await fixture.request(`PATCH ${account}`, { body: { metadata: { finalizers: null } }, contentType: MERGE });
    await fixture.waitUntilGone(application);
    expect(await fixture.read(account)).toBeUndefined();
  });
});

describe('a group whose API server does not answer', { timeout: 180_000 }, () => {
  const GROUP = 'faults.example.com';
  const thing = `/apis/${GROUP}/v1/namespaces/groups/things/one` as const;

  it('leaves its objects Unknown, and an Application waits for them before it goes', async () => {
    await installThings();
    const { namespace, repository } = await stated('groups', { one: {} });
    const object = { apiVersion: `${GROUP}/v1`, kind: 'Thing', metadata: { name: 'one' } };
    const revision = await repository.commit({ 'thing.json': JSON.stringify(object) });
    const finalizers = ['resources-finalizer.argocd.argoproj.io'];
    await fixture.createApplication({ name: 'groups', repoURL: repository.url, destination: namespace, finalizers });
    await fixture.waitForSynced('groups', revision);
    await quiet();

    await answering(false);
    await fixture.restart('SIGKILL');
    const { status } = await fixture.waitForApplication('groups', ({ status: now }) => now?.sync?.status === 'Unknown');
    expect(status?.resources?.map(({ kind, status: sync }) => `${kind} ${sync}`)).toEqual([
      'ConfigMap Synced',
      'Thing Unknown',
    ]);
    await answering(true);
    await fixture.waitForSynced('groups', revision);

    await answering(false);
    await fixture.restart('SIGKILL');
    const application =
      `/apis/argoproj.io/v1alpha1/namespaces/${fixture.controlNamespace}/applications/groups` as const;
    await fixture.request(`DELETE ${application}`);
    await fixture.waitForApplication('groups', ({ status: now }) =>
      (now?.conditions ?? []).some(({ message }) => message.includes(GROUP)),
    );
    await answering(true);
    await fixture.waitUntilGone(application);
    expect(await fixture.read(thing)).toBeUndefined();
  });

  async function installThings(): Promise<void> {
    const schema = { openAPIV3Schema: { type: 'object' } };
    const body = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `things.${GROUP}` },
      spec: {
        group: GROUP,
        scope: 'Namespaced',
        names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    };
    await fixture.request('POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body });
    await eventually(
      async () => ((await fixture.request(`GET /apis/${GROUP}/v1/things`)).status === 200 ? true : undefined),
      () => 'Things are not served',
    );
  }

  /** Hands the group to a server that does not exist, as an aggregated API's that is down, or back. */
  async function answering(answers: boolean): Promise<void> {
    const apiService = `/apis/apiregistration.k8s.io/v1/apiservices/v1.${GROUP}` as const;
    if (answers) await fixture.request(`DELETE ${apiService}`);
    else {
      const service = { namespace: 'default', name: 'nowhere', port: 443 };
      const labels = { 'kube-aggregator.kubernetes.io/automanaged': null };
      const body = { metadata: { labels }, spec: { service, insecureSkipTLSVerify: true } };
      await fixture.request(`PATCH ${apiService}`, { body, contentType: MERGE });
    }
    await eventually(
      async () => {
        const { status } = await fixture.request(`GET /apis/${GROUP}/v1/things`);
        return (status === 200) === answers ? true : undefined;
      },
      () => `the group ${answers ? 'does not answer' : 'still answers'}`,
    );
  }
});

describe('the API server', { timeout: 180_000 }, () => {
  it('that is killed and comes back finds nothing to be done but the drift meanwhile', async () => {
    const { namespace, revision, repository } = await stated('restart', { one: {}, two: {} });
    await create('restart', namespace);
    await fixture.waitForSynced('restart', revision);
    await quiet();
    proxy.requests.length = 0;
    await controlPlane.restartApiServer();
    await fixture.request(`DELETE ${configMapPath(namespace, 'two')}`);
    await fixture.waitForObject(configMapPath(namespace, 'two'), () => true);
    const next = await repository.commit({ 'three.json': configMap('three', {}) });
    await fixture.waitForSynced('restart', next);
    expect(proxy.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
    expect(proxy.requests.filter(isApply).map(({ path }) => path)).toEqual([
      configMapPath(namespace, 'two'),
      configMapPath(namespace, 'three'),
    ]);
  });
});

async function namespaceFor(name: string): Promise<string> {
  await fixture.request('POST /api/v1/namespaces', {
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
  });
  return name;
}

interface Stated {
  readonly namespace: string;
  readonly revision: string;
  readonly repository: Awaited<ReturnType<typeof fixture.repository>>;
}

/** A namespace and a repository of ConfigMaps, both called `name`. */
async function stated(name: string, objects: Readonly<Record<string, Record<string, string>>>): Promise<Stated> {
  const namespace = await namespaceFor(name);
  const repository = await fixture.repository(name);
  const files = Object.entries(objects).map(([object, data]) => [`${object}.json`, configMap(object, data)] as const);
  return { namespace, repository, revision: await repository.commit(Object.fromEntries(files)) };
}

function create(name: string, destination: string, syncPolicy?: Record<string, unknown>): Promise<LiveApplication> {
  const policy = syncPolicy === undefined ? {} : { syncPolicy };
  return fixture.createApplication({ name, repoURL: fixture.git.url(name), destination, ...policy });
}

function onApply(namespace: string, name: string): (request: ProxiedRequest) => boolean {
  return (request) => isApply(request) && request.path === configMapPath(namespace, name);
}

function onStatus(name: string): (request: ProxiedRequest) => boolean {
  return ({ method, path }) => method === 'PATCH' && path.endsWith(`/applications/${name}`);
}

/** The watches of what applications state, as opposed to those of the configuration. */
function isManagedWatch({ isWatch, query }: ProxiedRequest): boolean {
  return isWatch && (query.get('labelSelector') ?? '').startsWith('holdfast.dev/instance=');
}

function isFailed({ status }: LiveApplication): boolean {
  return status?.operationState?.phase === 'Failed';
}

async function uidOf(namespace: string, name: string): Promise<string | undefined> {
  return (await fixture.read(configMapPath(namespace, name)))?.metadata.uid;
}

async function put(namespace: string, name: string, data: Record<string, string>): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
  await fixture.request(`PATCH ${configMapPath(namespace, name)}?fieldManager=test&force=true`, {
    body,
    contentType: 'application/apply-patch+yaml',
  });
}

/** Waits until the operator has written nothing for two seconds. */
async function quiet(): Promise<void> {
  let writes = -1;
  let since = performance.now();
  await eventually(
    () => {
      const now = proxy.requests.filter(isWrite).length;
      if (now !== writes) since = performance.now();
      writes = now;
      return Promise.resolve(performance.now() - since >= 2_000 ? true : undefined);
    },
    () => 'writes never stopped',
  );
}
