import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load, loadAll } from 'js-yaml';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { KubeObject } from '../../src/object/kube-object.ts';
import { useControlPlane } from '../support/cluster-fixture.ts';
import { kubeRequest } from '../support/controlplane/kube-request.ts';

interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly { readonly image: string; readonly args: readonly string[] }[] };
}

const FOLDER = fileURLToPath(new URL('../../manifests/install', import.meta.url));
const OBJECTS = loadAll(readFileSync(`${FOLDER}/10-holdfast.yaml`, 'utf8')) as KubeObject[];

const cluster = await useControlPlane();
const namespace = await cluster.uniqueNamespace('install');

beforeAll(async () => {
  await cluster.kubectl(['create', 'namespace', 'argocd']);
  const enforce = ['pod-security.kubernetes.io/enforce=restricted', 'pod-security.kubernetes.io/warn=restricted'];
  expect(await cluster.kubectl(['label', 'namespace', namespace, ...enforce])).toMatchObject({ code: 0 });
});

describe('manifests/install', () => {
  it('is taken by the API server without a warning', async () => {
    const args = ['apply', '--dry-run=server', '--validate=strict', '-f', FOLDER];
    const applied = await cluster.kubectl(args);
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stderr.split('\n').filter((line) => !line.includes('last-applied-configuration'))).toEqual(['']);
  });

  it('leaves settings of Argo CD that are there already alone', async () => {
    const settings = only('ConfigMap');
    await create({ ...settings, data: { 'application.instanceLabelKey': 'mine' } });
    const input = JSON.stringify({ ...settings, metadata: { ...settings.metadata, namespace } });
    expect(await cluster.kubectl(['apply', '-f', '-'], { input })).toMatchObject({ code: 0 });
    const answer = await kubeRequest(cluster, `GET /api/v1/namespaces/${namespace}/configmaps/argocd-cm`);
    expect(answer.body).toMatchObject({
      metadata: { labels: { 'app.kubernetes.io/part-of': 'argocd' } },
      data: { 'application.instanceLabelKey': 'mine' },
    });
  });

  it('runs a pod in a namespace that enforces the restricted standard', async () => {
    await create(only('ServiceAccount'));
    const answer = await create(only('Deployment'));
    expect(answer).toMatchObject({ spec: { replicas: 1, strategy: { type: 'Recreate' } } });
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/holdfast-controller` as const;
    await vi.waitFor(async () => {
      expect((await kubeRequest(cluster, `GET ${path}`)).body).toMatchObject({ status: { readyReplicas: 1 } });
    }, 60_000);
  });

  it('sends the Service to that pod', () => {
    const { spec: service } = only('Service') as unknown as { spec: { selector: Record<string, string> } };
    expect(podTemplate().metadata.labels).toMatchObject(service.selector);
  });

  it('lets the service account write any kind, as Argo CD does', async () => {
    const role = only('ClusterRole');
    const name = `holdfast-test-${namespace}`;
    const binding = only('ClusterRoleBinding');
    const subjects = [{ kind: 'ServiceAccount', name: 'holdfast-controller', namespace }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name };
    const objects = [
      { ...role, metadata: { name } },
      { ...binding, metadata: { name }, roleRef, subjects },
    ];
    const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
    try {
      expect(await cluster.kubectl(['create', '-f', '-'], { input })).toMatchObject({ code: 0 });
      const account = `system:serviceaccount:${namespace}:holdfast-controller`;
      for (const verb of ['create', 'escalate']) {
        const answer = await cluster.kubectl([
          'auth',
          'can-i',
          verb,
          'clusterroles.rbac.authorization.k8s.io',
          '--as',
          account,
        ]);
        expect(answer.stdout.trim(), verb).toBe('yes');
      }
    } finally {
      await cluster.kubectl(['delete', `clusterrole/${name}`, `clusterrolebinding/${name}`, '--ignore-not-found']);
    }
  });

  it('starts the version of this package', () => {
    const root = new URL('../../', import.meta.url);
    const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
    const chart = load(readFileSync(new URL('charts/holdfast/Chart.yaml', root), 'utf8'));
    const [container] = podTemplate().spec.containers;
    expect(container?.image).toBe(`holdfast:${version}`);
    expect(container?.args).toEqual(['controller', '--namespace=argocd', '--port=8080', '--metrics-port=8082']);
    expect(chart).toMatchObject({ version, appVersion: version });
  });
});

function podTemplate(): PodTemplate {
  return (only('Deployment') as unknown as { spec: { template: PodTemplate } }).spec.template;
}

function only(kind: string): KubeObject {
  const [object, ...rest] = OBJECTS.filter((candidate) => candidate.kind === kind);
  if (object === undefined || rest.length > 0) throw new Error(`expected one ${kind} in ${FOLDER}`);
  return object;
}

async function create(object: KubeObject): Promise<unknown> {
  const input = JSON.stringify({ ...object, metadata: { ...object.metadata, namespace } });
  const created = await cluster.kubectl(['create', '--validate=strict', '-o', 'json', '-f', '-'], { input });
  expect(created).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(created.stdout);
}
