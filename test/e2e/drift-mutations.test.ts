import { afterAll, describe, expect, it } from 'vitest';

import type { KubeObject } from '../../src/object/kube-object.ts';
import { runCampaign, type Target, type Verdict } from '../bench/drift/campaign.ts';
import { RICH_KINDS, THING_DEFINITION } from '../bench/drift/rich-kinds.ts';
import { driftManifest, driftPath, valueAt } from '../support/drift-kinds.ts';
import { useOperator } from '../support/operator-fixture.ts';

const SEED = 20_261_121;
const COUNT = 60;
/** Four repairs of an object a minute: five are taken for a fight. */
const REST_MS = 15_500;

const CONTAINERS = '/spec/template/spec/containers';
const VOLUMES = '/spec/template/spec/volumes';

const fixture = await useOperator();
const namespace = await fixture.cluster.uniqueNamespace('mutations');
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const targets: readonly Target[] = RICH_KINDS.map((kind) => ({ kind, name: namespace, namespace }));
const repository = await fixture.repository('mutations');
await fixture.request(`POST ${definitions}`, { body: THING_DEFINITION });
await repository.commit(
  RICH_KINDS.map((kind) => [`${kind.kind}.json`, JSON.stringify(driftManifest(kind, namespace))] as const),
);
await fixture.createApplication({ name: 'mutations', repoURL: repository.url, destination: namespace });
await fixture.waitForSynced('mutations');
afterAll(async () => {
  for (const { kind, name } of targets) {
    if (kind.cluster === true) await fixture.request(`DELETE ${driftPath(kind, namespace, name)}`);
  }
  await fixture.request(`DELETE ${definitions}/things.drift.example.org`);
});

// `npm run prove -- drift` does the same with thousands.
it(`the operator repairs ${COUNT} random mutations and touches nothing else`, { timeout: 300_000 }, async () => {
  const verdicts: Verdict[] = [];
  const options = { cluster: fixture.cluster, targets, count: COUNT, seed: SEED, parallel: 4, restMs: REST_MS };
  await runCampaign(options, (verdict) => verdicts.push(verdict));
  const outcomes = (outcome: Verdict['outcome']): Verdict[] =>
    verdicts.filter((verdict) => verdict.outcome === outcome);
  expect(outcomes('unrepaired')).toEqual([]);
  expect(outcomes('touched foreign')).toEqual([]);
  expect(outcomes('repaired').length).toBeGreaterThan(COUNT / 4);
  expect(outcomes('left alone').length).toBeGreaterThan(0);
  await fixture.waitForApplication('mutations', ({ status }) => status?.sync?.status === 'Synced');
});

describe('what the random mutations have found', { timeout: 120_000 }, () => {
  it('is repaired: the key of an entry changed while the record of all managers was wiped', async () => {
    const { path, live } = await made('wiped', 'Deployment');
    const changed = structuredClone(live) as unknown as {
      metadata: object;
      spec: { template: { spec: { containers: object[] } } };
    };
    changed.metadata = { ...live.metadata, managedFields: [{}] };
    Object.assign(changed.spec.template.spec.containers[1] ?? {}, { name: 'renamed' });
    expect((await fixture.request(`PUT ${path}`, { body: changed })).status).toBe(200);
    await fixture.waitForObject(path, (object) => namesOf(object, CONTAINERS) === 'main beside');
  });

  it('is repaired: another type of volume came of the removal of the stated one', async () => {
    const { path } = await made('volume', 'Deployment');
    await change(path, [{ op: 'remove', path: '/spec/template/spec/volumes/0/configMap' }]);
    const config = await fixture.waitForObject(
      path,
      (object) => valueAt(object, `${VOLUMES}/0/configMap`) !== undefined,
    );
    expect(valueAt(config, `${VOLUMES}/0/emptyDir`)).toBeUndefined();
  });

  it('is repaired: an entry has lost its key, so that the server can apply nothing', async () => {
    const { path } = await made('keyless', 'ServiceAccount');
    await change(path, [{ op: 'remove', path: '/secrets/0/name' }]);
    await fixture.waitForObject(path, (object) => namesOf(object, '/secrets') === 'drift');
  });

  it('is repaired: a key that the manifest leaves to its default was changed', async () => {
    const { path } = await made('protocol', 'Service');
    await change(path, [{ op: 'replace', path: '/spec/ports/0/protocol', value: 'UDP' }]);
    await fixture.waitForObject(path, (object) => namesOf(object, '/spec/ports') === 'web metrics dns dns-tcp');
    await fixture.waitForObject(path, (object) => valueAt(object, '/spec/ports/0/protocol') === 'TCP');
  });

  it('is named where it cannot be repaired: an object made anew with another immutable field', async () => {
    const { path, live } = await made('immutable', 'RoleBinding');
    const heal = (selfHeal: boolean): Promise<void> =>
      fixture.patchApplication('immutable', { spec: { syncPolicy: { automated: { selfHeal } } } });
    await heal(false);
    await fixture.request(`DELETE ${path}`);
    await fixture.waitForApplication('immutable', ({ status }) => status?.sync?.status === 'OutOfSync');
    const { resourceVersion: _version, uid: _uid, managedFields: _fields, ...metadata } = live.metadata;
    const roleRef = { ...(live['roleRef'] as object), name: 'edit' };
    const created = await fixture.request(`POST ${path.slice(0, path.lastIndexOf('/')) as `/${string}`}`, {
      body: { ...live, metadata, roleRef },
    });
    expect(created.status).toBe(201);
    await heal(true);
    await fixture.waitForApplication('immutable', ({ status }) =>
      JSON.stringify(status?.conditions ?? []).includes('cannot change roleRef'),
    );
  });

  it('leaves alone an entry that stood beside ours before one of ours was removed', async () => {
    const { path } = await made('sidecar', 'Deployment', 'sidecar-2');
    await change(path, [
      { op: 'add', path: `${CONTAINERS}/-`, value: { name: 'theirs', image: 'example.org/theirs:1' } },
    ]);
    // Of one kind all changes arrive in their order: once this is repaired, the one before has been looked at.
    await change(`${path}-2`, [{ op: 'replace', path: '/metadata/labels/team', value: 'theirs' }]);
    await fixture.waitForObject(`${path}-2`, (object) => object.metadata.labels?.['team'] === 'drift');
    await change(path, [{ op: 'remove', path: `${CONTAINERS}/1` }]);
    await fixture.waitForObject(path, (object) => namesOf(object, CONTAINERS).includes('beside'));
    expect(
      namesOf(await fixture.waitForObject(path, () => true), CONTAINERS)
        .split(' ')
        .sort(),
    ).toEqual(['beside', 'main', 'theirs']);
  });
});

/** An object of a kind under an Application of its own, in sync. */
async function made(
  name: string,
  kindName: string,
  ...further: readonly string[]
): Promise<{ path: `/${string}`; live: KubeObject }> {
  const kind = RICH_KINDS.find((candidate) => candidate.kind === kindName);
  if (kind === undefined) throw new Error(`no kind ${kindName}`);
  const own = await fixture.repository(name);
  await own.commit(
    [name, ...further].map((each) => [`${each}.json`, JSON.stringify(driftManifest(kind, each))] as const),
  );
  await fixture.createApplication({ name, repoURL: own.url, destination: namespace });
  await fixture.waitForSynced(name);
  const path = driftPath(kind, namespace, name);
  return { path, live: await fixture.waitForObject(path, () => true) };
}

async function change(path: `/${string}`, body: readonly unknown[]): Promise<void> {
  const answer = await fixture.request(`PATCH ${path}?fieldManager=eve`, {
    body,
    contentType: 'application/json-patch+json',
  });
  expect(answer.status).toBe(200);
}

/** The names of a list's entries, in its order. */
function namesOf(object: KubeObject, pointer: string): string {
  const list = (valueAt(object, pointer) ?? []) as { name?: string }[];
  return list.map(({ name }) => name ?? '').join(' ');
}
