import { afterAll, expect, it } from 'vitest';

import { runCampaign, type Target, type Verdict } from '../bench/drift/campaign.ts';
import { RICH_KINDS, THING_DEFINITION } from '../bench/drift/rich-kinds.ts';
import { driftManifest, driftPath } from '../support/drift-kinds.ts';
import { useOperator } from '../support/operator-fixture.ts';

const SEED = 20_261_121;
const COUNT = 60;
/** Four repairs of an object a minute: five are taken for a fight. */
const REST_MS = 15_500;

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
