import { describe, expect, it } from 'vitest';

import type { HealthState } from '../../src/api/types.ts';
import { countWrites, newWrites } from '../support/api-writes.ts';
import { pause } from '../support/eventually.ts';
import { type LiveApplication, useOperator } from '../support/operator-fixture.ts';
import { ownControlPlane } from '../support/own-control-plane.ts';

// A control plane of its own, because every write that the API server sees is counted.
const cluster = await ownControlPlane();
const fixture = await useOperator({ cluster });
const namespace = await cluster.uniqueNamespace('health');
const APPLICATIONS = /^(?:POST|PUT|PATCH|DELETE) applications$/;
const LUA = 'resource.customizations.health.ConfigMap';
const CEL = 'holdfast.dev.health.ConfigMap';

const repository = await fixture.repository('health');
await repository.commit([
  ['web/map.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata: { mode: broken }\n'],
]);
await fixture.createApplication({ name: 'web', repoURL: repository.url, path: 'web', destination: namespace });
await fixture.waitForSynced('web');

describe('health checks of argocd-cm', { timeout: 120_000 }, () => {
  it('judge what is live as soon as they are stated, and no more when they are gone', async () => {
    await state({ [LUA]: 'return {status = "Degraded", message = obj.data.mode}' });
    const degraded = await health('Degraded');
    expect(resourceHealth(degraded)).toEqual({ status: 'Degraded', message: 'broken' });
    await state({ [CEL]: `[{status: Suspended, when: "object.data.mode == 'broken'", message: "'held'"}]` });
    expect(resourceHealth(await health('Suspended'))).toEqual({ status: 'Suspended', message: 'held' });
    await state({ [LUA]: null, [CEL]: null });
    expect(resourceHealth(await health('Healthy'))).toBeUndefined();
  });

  it('write nothing when they change without changing what they say', async () => {
    await state({ [LUA]: 'return {status = "Healthy"}' });
    const { status } = await fixture.waitForApplication('web', (one) => resourceHealth(one)?.status === 'Healthy');
    expect(status?.health?.status).toBe('Healthy');
    await pause(3_000);
    const before = await countWrites(cluster);
    await state({ [LUA]: 'local status = "Healthy" return {status = status}' });
    await pause(5_000);
    expect(newWrites(before, await countWrites(cluster), APPLICATIONS)).toEqual([]);
  });

  it('that loop make the health unknown and leave the operator at work', async () => {
    await state({ [LUA]: 'while true do end' });
    const { message = '' } = resourceHealth(await health('Unknown')) ?? {};
    expect(message).toBe(
      `the health check ${LUA} of argocd-cm failed: it took more than 500000 steps. Correct it there, or remove it`,
    );
    await state({ [LUA]: null });
    await health('Healthy');
  });
});

async function state(data: Readonly<Record<string, string | null>>): Promise<void> {
  const { status } = await fixture.request(
    `PATCH /api/v1/namespaces/${fixture.controlNamespace}/configmaps/argocd-cm`,
    { body: { data }, contentType: 'application/merge-patch+json' },
  );
  expect(status).toBe(200);
}

function health(status: HealthState['status']): Promise<LiveApplication> {
  return fixture.waitForApplication('web', (application) => application.status?.health?.status === status);
}

function resourceHealth(application: LiveApplication): (object & { status?: string; message?: string }) | undefined {
  return application.status?.resources?.find(({ kind }) => kind === 'ConfigMap')?.health;
}
