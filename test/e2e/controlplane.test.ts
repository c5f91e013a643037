import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import { useControlPlane } from '../support/cluster-fixture.ts';
import { kubeRequest } from '../support/controlplane/kube-request.ts';
import { findFreePorts } from '../support/controlplane/ports.ts';
import { startControlPlane } from '../support/controlplane/start.ts';

const cluster = await useControlPlane();

/** Upper bounds for a machine that is busy with other things; what is awaited is a state, never a time. */
const LONG_MS = 180_000;

describe('useControlPlane()', { timeout: LONG_MS }, () => {
  it('gives a Deployment two Ready replicas', async () => {
    const namespace = await cluster.uniqueNamespace('rollout');
    const startedAt = performance.now();
    await kubectl(['-n', namespace, 'create', 'deployment', 'web', '--image=nginx', '--replicas=2']);
    await kubectl(['-n', namespace, 'rollout', 'status', 'deployment/web', '--timeout=120s']);
    // The proof that people ask for, in the log of the run.
    console.log(`Deployment with 2 Ready replicas after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);

    const pods = await items(`/api/v1/namespaces/${namespace}/pods`);
    expect(pods).toHaveLength(2);
    for (const pod of pods) {
      expect(pod.status).toMatchObject({ phase: 'Running', podIP: expect.stringMatching(/^10\./) as string });
      expect(readyOf(pod)).toBe('True');
    }
    expect(new Set(pods.map((pod) => pod.status['podIP'])).size).toBe(2);
  });

  it('completes a Job', async () => {
    const namespace = await cluster.uniqueNamespace('job');
    await kubectl(['-n', namespace, 'create', 'job', 'once', '--image=busybox']);
    await kubectl(['-n', namespace, 'wait', '--for=condition=complete', 'job/once', '--timeout=120s']);
    const [pod] = await items(`/api/v1/namespaces/${namespace}/pods`);
    expect(pod?.status).toMatchObject({ phase: 'Succeeded' });
  });

  it('fails a Job whose Pods are told to fail', async () => {
    const namespace = await cluster.uniqueNamespace('job');
    const template = podTemplate({ outcome: 'fail', restartPolicy: 'Never' });
    await apply(namespace, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'bad' },
      spec: { backoffLimit: 0, template },
    });
    await kubectl(['-n', namespace, 'wait', '--for=condition=failed', 'job/bad', '--timeout=120s']);
  });

  it.each([
    { outcome: 'not-ready', phase: 'Running', reason: undefined },
    { outcome: 'crash', phase: 'Running', reason: 'CrashLoopBackOff' },
    { outcome: 'image-error', phase: 'Pending', reason: 'ImagePullBackOff' },
    { outcome: 'pending', phase: 'Pending', reason: 'ContainerCreating' },
  ])('leaves a Pod that is told "$outcome" unready', async ({ outcome, phase, reason }) => {
    const namespace = await cluster.uniqueNamespace('fate');
    await apply(namespace, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'pod', annotations: fate(outcome) },
      spec: POD_SPEC,
    });
    await kubectl(['-n', namespace, 'wait', '--for=jsonpath={.status.containerStatuses}', 'pod/pod', '--timeout=120s']);
    const [pod] = await items(`/api/v1/namespaces/${namespace}/pods`);
    expect(pod?.status).toMatchObject({ phase });
    expect(pod === undefined ? undefined : readyOf(pod)).toBe('False');
    expect(JSON.stringify(pod?.status['containerStatuses'])).toContain(reason ?? 'running');
  });

  it('runs a StatefulSet whose Pods claim volumes, and removes the volumes with their claims', async () => {
    const namespace = await cluster.uniqueNamespace('volumes');
    const labels = { app: 'db' };
    const claim = { metadata: { name: 'data' }, spec: CLAIM_SPEC };
    const template = { metadata: { labels }, spec: POD_SPEC };
    const spec = { replicas: 2, serviceName: 'db', selector: { matchLabels: labels }, template };
    await apply(namespace, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: { ...spec, volumeClaimTemplates: [claim] },
    });
    await kubectl(['-n', namespace, 'rollout', 'status', 'statefulset/db', '--timeout=120s']);
    const volumes = (await kubectl(['-n', namespace, 'get', 'pvc', '-o', 'jsonpath={.items[*].spec.volumeName}']))
      .stdout;
    expect(volumes).toMatch(/^pvc-\S+ pvc-\S+$/);
    await kubectl(['-n', namespace, 'delete', 'statefulset/db']);
    await kubectl(['-n', namespace, 'delete', 'pvc', '--all']);
    await kubectl(['wait', '--for=delete', ...volumes.split(' ').map((name) => `pv/${name}`), '--timeout=120s']);
  });

  it('gives a LoadBalancer an address, save one that is told to wait', async () => {
    const namespace = await cluster.uniqueNamespace('balancer');
    const spec = { type: 'LoadBalancer', ports: [{ port: 80 }] };
    const waiting = { name: 'waits', annotations: { 'services.holdfast.test/outcome': 'pending' } };
    await apply(namespace, { apiVersion: 'v1', kind: 'Service', metadata: waiting, spec });
    await apply(namespace, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'served' }, spec });
    await kubectl([
      '-n',
      namespace,
      'wait',
      '--for=jsonpath={.status.loadBalancer.ingress}',
      'svc/served',
      '--timeout=120s',
    ]);
    expect((await kubectl(['-n', namespace, 'get', 'svc', 'waits', '-o', 'jsonpath={.status}'])).stdout).not.toContain(
      'ip',
    );
  });

  it('deletes the Pods of a Deployment that is deleted', async () => {
    const namespace = await cluster.uniqueNamespace('gc');
    await kubectl(['-n', namespace, 'create', 'deployment', 'web', '--image=nginx', '--replicas=3']);
    await kubectl(['-n', namespace, 'rollout', 'status', 'deployment/web', '--timeout=120s']);
    await kubectl(['-n', namespace, 'delete', 'deployment/web']);
    await kubectl(['-n', namespace, 'wait', '--for=delete', 'pod', '--all', '--timeout=120s']);
    expect(await items(`/api/v1/namespaces/${namespace}/pods`)).toEqual([]);
  });

  it('finishes the deletion of a namespace, a running Job in it included', async () => {
    const namespace = await cluster.uniqueNamespace('gone');
    const template = podTemplate({ 'run-for': '1h', restartPolicy: 'Never' });
    await apply(namespace, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'long' }, spec: { template } });
    await kubectl(['-n', namespace, 'create', 'deployment', 'web', '--image=nginx', '--replicas=5']);
    await kubectl(['-n', namespace, 'rollout', 'status', 'deployment/web', '--timeout=120s']);
    await kubectl(['delete', 'namespace', namespace, '--timeout=150s']);
    expect((await kubeRequest(cluster, `GET /api/v1/namespaces/${namespace}`)).status).toBe(404);
  });

  it('verifies the server and refuses a wrong token', async () => {
    const stranger = { ...cluster, token: 'wrong' };
    expect((await kubeRequest(stranger, 'GET /api/v1/namespaces')).status).toBe(401);
    expect((await kubectl(['config', 'view', '--raw'])).stdout).not.toContain('insecure-skip-tls-verify');
  });
});

describe('startControlPlane()', { timeout: LONG_MS }, () => {
  it('runs two control planes at once that know nothing of each other', async () => {
    const planes = await Promise.all([startControlPlane({ nodes: 1 }), startControlPlane({ nodes: 0 })]);
    onTestFinished(async () => {
      await Promise.all(planes.map((plane) => plane.stop()));
    });
    const [one, two] = planes;
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mine' } };
    expect((await kubeRequest(one, 'POST /api/v1/namespaces/default/configmaps', { body })).status).toBe(201);
    expect((await kubeRequest(two, 'GET /api/v1/namespaces/default/configmaps/mine')).status).toBe(404);
    expect((await kubeRequest({ ...two, token: one.token }, 'GET /api/v1/nodes')).status).toBe(401);
    expect(Object.keys(one.pids).sort()).toEqual(['apiserver', 'controllerManager', 'etcd', 'kwok', 'scheduler']);
  });

  it('restarts the API server on the same port with the same data, and the controllers go on', async () => {
    const plane = await startControlPlane({ nodes: 1 });
    onTestFinished(() => plane.stop());
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept' } };
    await kubeRequest(plane, 'POST /api/v1/namespaces/default/configmaps', { body });
    const before = plane.pids.apiserver;
    await plane.restartApiServer();
    expect(plane.pids.apiserver).not.toBe(before);
    expect((await kubeRequest(plane, 'GET /api/v1/namespaces/default/configmaps/kept')).status).toBe(200);
    await plane.kubectl(['create', 'deployment', 'web', '--image=nginx']);
    const rollout = await plane.kubectl(['rollout', 'status', 'deployment/web', '--timeout=120s']);
    expect(rollout).toMatchObject({ code: 0 });
  });

  it('chooses other ports when another process has taken one', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const taken = (other.address() as AddressInfo).port;
    const lines: string[] = [];
    let calls = 0;
    const plane = await startControlPlane({
      nodes: 0,
      log: (line) => lines.push(line),
      findPorts: async () => {
        calls += 1;
        const free = await findFreePorts();
        return calls === 1 ? { ...free, apiserver: taken } : free;
      },
    });
    onTestFinished(() => plane.stop());
    expect(calls).toBe(2);
    expect(lines).toContainEqual(expect.stringContaining('a port was taken by another process'));
    expect(plane.url).not.toContain(`:${taken}`);
  });

  it('continues the cluster of a kept directory, with its objects and its token', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'holdfast-test-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const first = await startControlPlane({ dir, nodes: 0 });
    onTestFinished(() => first.stop());
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept' } };
    await kubeRequest(first, 'POST /api/v1/namespaces/default/configmaps', { body });
    await first.stop();
    const second = await startControlPlane({ dir, nodes: 0 });
    onTestFinished(() => second.stop());
    expect(second.token).toBe(first.token);
    expect((await kubeRequest(second, 'GET /api/v1/namespaces/default/configmaps/kept')).status).toBe(200);
  });

  async function kubectlOf(
    plane: Awaited<ReturnType<typeof startControlPlane>>,
    args: readonly string[],
  ): Promise<string> {
    const { code, stdout, stderr } = await plane.kubectl(args);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return stdout;
  }

  it('leaves Pods pending while the scheduler is down', async () => {
    const plane = await startControlPlane({ nodes: 1 });
    onTestFinished(() => plane.stop());
    await plane.kill('scheduler');
    expect(plane.pids).not.toHaveProperty('scheduler');
    await kubectlOf(plane, ['run', 'waits', '--image=nginx']);
    expect(await kubectlOf(plane, ['get', 'pod', 'waits', '-o', 'jsonpath={.spec.nodeName}'])).toBe('');
    await plane.start('scheduler');
    await kubectlOf(plane, ['wait', '--for=condition=ready', 'pod/waits', '--timeout=120s']);
  });
});

const POD_SPEC = { containers: [{ name: 'main', image: 'nginx' }] };

const CLAIM_SPEC = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };

interface Pod {
  readonly status: Record<string, unknown> & { readonly conditions?: readonly { type: string; status: string }[] };
}

function readyOf(pod: Pod): string | undefined {
  return pod.status.conditions?.find(({ type }) => type === 'Ready')?.status;
}

function fate(outcome: string): Record<string, string> {
  return { 'pods.holdfast.test/outcome': outcome };
}

function podTemplate({ restartPolicy, ...annotations }: { restartPolicy: string; [name: string]: string }): object {
  const named = Object.entries(annotations).map(([name, value]) => [`pods.holdfast.test/${name}`, value]);
  return { metadata: { annotations: Object.fromEntries(named) as object }, spec: { ...POD_SPEC, restartPolicy } };
}

async function items(target: `/${string}`): Promise<Pod[]> {
  return ((await kubeRequest(cluster, `GET ${target}`)).body as { items: Pod[] }).items;
}

async function apply(namespace: string, object: object): Promise<void> {
  const result = await cluster.kubectl(['-n', namespace, 'apply', '-f', '-'], { input: JSON.stringify(object) });
  expect(result.stderr).toBe('');
}

async function kubectl(args: readonly string[]): Promise<{ stdout: string }> {
  const result = await cluster.kubectl(args);
  expect(result.stderr).toBe('');
  expect(result.code).toBe(0);
  return result;
}
