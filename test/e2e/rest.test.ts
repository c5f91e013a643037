import { describe, expect, it } from 'vitest';

import { countWrites, newWrites } from '../support/api-writes.ts';
import { DRIFT_KINDS, driftManifest } from '../support/drift-kinds.ts';
import { pause } from '../support/eventually.ts';
import { useOperator } from '../support/operator-fixture.ts';
import { ownControlPlane } from '../support/own-control-plane.ts';

// A control plane of its own, because every write that the API server sees is counted.
const cluster = await ownControlPlane();
const fixture = await useOperator({ cluster });
const REST_MS = 30_000;
/** Without what Kubernetes writes by itself at rest: leases, Events, and the status of what it manages. */
const OURS = /^APPLY |^(?:POST|PUT|PATCH|DELETE) (?:applications|appprojects|configmaps|secrets|services|namespaces)$/;
const NAMES = ['one', 'two', 'three'];

describe('an operator at rest', { timeout: 180_000 }, () => {
  it('I7 writes nothing for 30 s, and hardly asks, though Git is polled every second', async () => {
    const repository = await fixture.repository('rest');
    // An autoscaler changes by itself every 15 s; what is cluster-scoped would be three applications'.
    const kinds = DRIFT_KINDS.filter((kind) => kind.cluster !== true && kind.kind !== 'HorizontalPodAutoscaler');
    await repository.commit(
      NAMES.flatMap((name) =>
        kinds.map((kind) => [`${name}/${kind.kind}.json`, JSON.stringify(driftManifest(kind, name))] as const),
      ),
    );
    for (const name of NAMES) {
      const namespace = await cluster.uniqueNamespace(name);
      await fixture.createApplication({ name, repoURL: repository.url, destination: namespace, path: name });
    }
    for (const name of NAMES) await fixture.waitForSynced(name);
    await settled();

    const before = { writes: await countWrites(cluster), requests: await operatorRequests() };
    const polls = fixture.git.requests.length;
    await pause(REST_MS);
    expect(newWrites(before.writes, await countWrites(cluster), OURS)).toEqual([]);
    expect((await operatorRequests()) - before.requests).toBe(0);
    expect(fixture.git.requests.length).toBeGreaterThan(polls + 10);
  });

  it('I7 writes nothing for a commit that changes nothing of it but its revision', async () => {
    const repository = await fixture.repository('rest');
    const before = await countWrites(cluster);
    const revision = await repository.commit({ 'elsewhere/README.md': 'nobody renders this' });
    for (const name of NAMES) await fixture.waitForSynced(name, revision);
    expect(newWrites(before, await countWrites(cluster), /^APPLY /)).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('I7 writes nothing when it is restarted after %s', async (signal) => {
    await settled();
    const before = await countWrites(cluster);
    await fixture.restart(signal);
    await pause(5_000);
    for (const name of NAMES) await fixture.waitForSynced(name);
    expect(newWrites(before, await countWrites(cluster), OURS)).toEqual([]);
  });
});

/** Requests to the API server by the operator, watches apart. */
async function operatorRequests(): Promise<number> {
  const text = await fixture.operator.metrics();
  const counts = [...text.matchAll(/^argocd_app_k8s_request_total\{.*\} (\d+)$/gm)].map(([, count]) => Number(count));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Waits until nothing has been written for a while: rollouts end, and their Applications' health with them. */
async function settled(): Promise<void> {
  for (;;) {
    const before = await countWrites(cluster);
    await pause(4_000);
    if (newWrites(before, await countWrites(cluster), OURS).length === 0) return;
  }
}
