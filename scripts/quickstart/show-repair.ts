import type { ClusterClient } from '../../src/cluster/client.ts';
import type { KubeObject } from '../../src/object/kube-object.ts';
import { waitForObject } from './wait-for-object.ts';

/** What came of a change by somebody else. */
export interface Repair {
  /** Milliseconds from the answer to the change until the watch showed it undone. */
  readonly tookMs: number;
  /** What the operator's Event says of it. */
  readonly event: string;
}

const DEPLOYMENT = '/apis/apps/v1/namespaces/web/deployments';

/** Scales the Deployment up as the field manager "somebody" and waits until the operator has put it back. */
export async function showRepair(client: ClusterClient, signal: AbortSignal): Promise<Repair> {
  let changedAtMs = 0;
  let wasChanged = false;
  const opened = Promise.withResolvers<void>();
  const repaired = waitForObject(client, {
    list: `${DEPLOYMENT}?fieldSelector=metadata.name%3Dweb`,
    what: 'the repair of the Deployment',
    signal,
    until(object) {
      opened.resolve();
      const replicas = replicasOf(object);
      wasChanged ||= replicas === 5;
      return wasChanged && replicas === 2;
    },
  }).then(() => performance.now());
  await Promise.race([opened.promise, repaired]);
  await client.request({
    method: 'PATCH',
    path: `${DEPLOYMENT}/web?fieldManager=somebody`,
    contentType: 'application/merge-patch+json',
    body: JSON.stringify({ spec: { replicas: 5 } }),
  });
  changedAtMs = performance.now();
  // The watch may tell before the answer has been read.
  const tookMs = Math.max(0, (await repaired) - changedAtMs);
  const event = await waitForObject(client, {
    list: '/api/v1/namespaces/argocd/events?fieldSelector=reason%3DResourceRepaired',
    what: 'the Event about the repair',
    signal,
    until: (object) => String(object['message']).includes('Deployment "web/web"'),
  });
  return { tookMs, event: String(event['message']) };
}

function replicasOf(object: KubeObject): number | undefined {
  return (object['spec'] as { replicas?: number }).replicas;
}
