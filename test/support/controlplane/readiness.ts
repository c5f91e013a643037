import { access } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '../../../src/lib/errors.ts';
import { type KubeEndpoint, kubeRequest } from './kube-request.ts';

/** Waits until the API server says it is ready and the namespace "default" exists. */
export async function waitForApiServer(endpoint: KubeEndpoint, signal: AbortSignal): Promise<void> {
  await poll(signal, async () => {
    // The server writes its certificate before it listens; until then there is nothing to verify it with.
    await access(endpoint.caFile);
    const ready = await kubeRequest(endpoint, 'GET /readyz', { timeoutMs: 5000 });
    if (ready.status !== 200) return false;
    return exists(endpoint, '/api/v1/namespaces/default');
  });
}

/** Waits for what only a running controller manager makes: the service account of the namespace "default". */
export async function waitForSystem(endpoint: KubeEndpoint, signal: AbortSignal): Promise<void> {
  await poll(signal, () => exists(endpoint, '/api/v1/namespaces/default/serviceaccounts/default'));
}

/** Waits until the scheduler has filled its caches. It serves with a certificate of its own, in `certificate`. */
export async function waitForScheduler(port: number, certificate: string, signal: AbortSignal): Promise<void> {
  const endpoint = { url: `https://127.0.0.1:${port}`, token: '', caFile: certificate };
  await poll(signal, async () => {
    await access(certificate);
    return (await kubeRequest(endpoint, 'GET /readyz', { timeoutMs: 5000 })).status === 200;
  });
}

/**
 * Creates what a cluster is given by those who run it, as far as it does not exist: the nodes "node-1" to
 * "node-`nodes`", which KWOK makes Ready, and the default StorageClass "standard".
 */
export async function furnish(endpoint: KubeEndpoint, nodes: number): Promise<void> {
  await create(endpoint, '/apis/storage.k8s.io/v1/storageclasses', STORAGE_CLASS);
  for (let index = 1; index <= nodes; index += 1) await create(endpoint, '/api/v1/nodes', nodeNamed(index));
}

/** Waits until at least `count` nodes are Ready. */
export async function waitForNodes(endpoint: KubeEndpoint, count: number, signal: AbortSignal): Promise<void> {
  await poll(signal, async () => {
    const { body } = await kubeRequest(endpoint, 'GET /api/v1/nodes');
    return (body as NodeList).items.filter(isReady).length >= count;
  });
}

const STORAGE_CLASS = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'volumes.holdfast.test',
  reclaimPolicy: 'Retain',
  volumeBindingMode: 'Immediate',
};

function nodeNamed(index: number): NamedObject {
  const name = `node-${index}`;
  const labels = {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'topology.kubernetes.io/zone': `zone-${index}`,
  };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } };
}

interface NamedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: object };
}

async function create(endpoint: KubeEndpoint, path: `/${string}`, body: NamedObject): Promise<void> {
  const answer = await kubeRequest(endpoint, `POST ${path}`, { body });
  if (answer.status === 201 || answer.status === 409) return;
  throw new HoldfastError(
    'INTERNAL',
    `Cannot create ${body.kind} "${body.metadata.name}" in the new control plane: ${JSON.stringify(answer.body)}`,
  );
}

interface NodeList {
  readonly items: readonly {
    readonly status?: { readonly conditions?: readonly { type: string; status: string }[] };
  }[];
}

function isReady(node: NodeList['items'][number]): boolean {
  return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
}

async function exists(endpoint: KubeEndpoint, path: `/${string}`): Promise<boolean> {
  return (await kubeRequest(endpoint, `GET ${path}`, { timeoutMs: 5000 })).status === 200;
}

/** Asks every 50 ms until the answer is yes; a failure to ask counts as no, since the server may not listen yet. */
async function poll(signal: AbortSignal, ask: () => Promise<boolean>): Promise<void> {
  let lastError: unknown;
  while (!signal.aborted) {
    try {
      if (await ask()) return;
    } catch (error) {
      lastError = error;
    }
    // Given up means the caller's timeout or the end of the process: both leave through the loop's condition.
    await sleep(50, undefined, { signal }).catch(() => undefined);
  }
  throw new HoldfastError('INTERNAL', 'the wait was given up', { cause: lastError });
}
