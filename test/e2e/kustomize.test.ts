import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

import type { KubeObject } from '../../src/object/kube-object.ts';
import { countWrites, newWrites } from '../support/api-writes.ts';
import { pause } from '../support/eventually.ts';
import { configMap, configMapPath, deployment } from '../support/manifests.ts';
import { useOperator } from '../support/operator-fixture.ts';
import { ownControlPlane } from '../support/own-control-plane.ts';

const SHARED = process.env['HOLDFAST_SHARED'] ?? fileURLToPath(new URL('../../../shared', import.meta.url));
const SEED = path.join(SHARED, 'seeds/kustomize/002-myapp-k8s-manifests');
const present = existsSync(SEED);
if (!present) {
  const message = `no kustomization of the first user at ${SEED}: set HOLDFAST_SHARED to the folder that holds seeds/`;
  if (process.env['CI'] === 'true') throw new Error(message);
  console.warn(`SKIPPED: ${message}`);
}

// Writes are counted, so nobody else may write.
const cluster = await ownControlPlane();
const fixture = await useOperator({ cluster });
const MERGE = 'application/merge-patch+json';
const APPLIED = /^APPLY /;
const NAMESPACE = 'myapp-prod';
const DEPLOYMENT = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/myapp` as const;

/** What the first user's kustomizations name and the seeds do not have. */
const STAND_INS: Readonly<Record<string, string>> = {
  'base/deployment.yaml': deployment('myapp', { image: 'myapp' }),
  'base/service.yaml': JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'myapp' },
    spec: { ports: [{ port: 80 }] },
  }),
  'base/configmap.yaml': configMap('myapp', { level: 'info' }),
  'overlays/production/ingress.yaml': JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'myapp' },
    spec: { defaultBackend: { service: { name: 'myapp', port: { number: 80 } } } },
  }),
  'overlays/production/hpa.yaml': JSON.stringify({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'myapp' },
    spec: { maxReplicas: 9, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'myapp' } },
  }),
  'overlays/production/patches/deployment-prod.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: myapp}
spec:
  template:
    spec:
      containers:
        - name: main
          envFrom: [{configMapRef: {name: app-config}}, {secretRef: {name: app-secrets}}]
`,
  'overlays/production/config/app.properties': 'colour=green\n',
  'overlays/production/config/logging.conf': 'level=info\n',
  'overlays/production/secrets/database.password': 'stand-in',
  'overlays/production/secrets/jwt.key': 'stand-in',
};

interface LiveDeployment extends KubeObject {
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly spec: { readonly containers: readonly LiveContainer[] } };
  };
}

interface LiveContainer {
  readonly image: string;
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
}

function containerOf(object: KubeObject): LiveContainer {
  const [container] = (object as LiveDeployment).spec.template.spec.containers;
  if (container === undefined) throw new Error('the Deployment has no container');
  return container;
}

describe.skipIf(!present)("the first user's kustomization", { timeout: 240_000 }, async () => {
  if (!present) return;
  const repository = await fixture.repository('first-user');
  const kustomizations = ['base/kustomization.yaml', 'overlays/production/kustomization.yaml'];
  const seeds = Object.fromEntries(kustomizations.map((name) => [name, readFileSync(path.join(SEED, name), 'utf8')]));
  afterAll(() => fixture.request(`DELETE /api/v1/namespaces/${NAMESPACE}`));

  it('is deployed as kustomize builds it', async () => {
    const revision = await repository.commit({ ...STAND_INS, ...seeds });
    await fixture.createApplication({
      name: 'first-user',
      repoURL: repository.url,
      path: 'overlays/production',
      destination: NAMESPACE,
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] },
    });
    const { status } = await fixture.waitForSynced('first-user', revision);
    expect(status?.sourceType).toBe('Kustomize');
    const names = status?.resources?.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).sort();
    expect(names).toEqual([
      `ConfigMap ${NAMESPACE}/app-config-k6hc68gmgc`,
      `ConfigMap ${NAMESPACE}/myapp`,
      `Deployment ${NAMESPACE}/myapp`,
      `HorizontalPodAutoscaler ${NAMESPACE}/myapp`,
      `Ingress ${NAMESPACE}/myapp`,
      `Secret ${NAMESPACE}/app-secrets-t4bgcmkg89`,
      `Service ${NAMESPACE}/myapp`,
    ]);
    const live = await fixture.waitForObject(DEPLOYMENT, () => true);
    expect(live).toMatchObject({
      metadata: { labels: { app: 'myapp' } },
      spec: { replicas: 5, selector: { matchLabels: { app: 'myapp' } } },
    });
    expect(containerOf(live)).toMatchObject({
      image: 'myapp:v1.2.3',
      envFrom: [{ configMapRef: { name: 'app-config-k6hc68gmgc' } }, { secretRef: { name: 'app-secrets-t4bgcmkg89' } }],
    });
    const service = await fixture.read(`/api/v1/namespaces/${NAMESPACE}/services/myapp`);
    expect(service).toMatchObject({ spec: { selector: { app: 'myapp' } } });
  });

  it('I7 costs no write once it stands, not for a refresh either', async () => {
    await pause(3_000);
    const before = await countWrites(cluster);
    await fixture.refresh('first-user');
    await fixture.refresh('first-user', 'hard');
    await pause(3_000);
    expect(newWrites(before, await countWrites(cluster), APPLIED)).toEqual([]);
  });

  it('has drift repaired', async () => {
    await fixture.request(`PATCH ${DEPLOYMENT}`, { body: { spec: { replicas: 1 } }, contentType: MERGE });
    await fixture.waitForObject(DEPLOYMENT, (live) => (live as LiveDeployment).spec.replicas === 5);
  });

  it('follows a change of its base, and gets new names for new configuration', async () => {
    const revision = await repository.commit({
      'base/configmap.yaml': configMap('myapp', { level: 'debug' }),
      'overlays/production/config/app.properties': 'colour=blue\n',
    });
    const { status } = await fixture.waitForSynced('first-user', revision);
    expect((await fixture.read(configMapPath(NAMESPACE, 'myapp')))?.['data']).toEqual({ level: 'debug' });
    const made = status?.resources?.find(({ name }) => name?.startsWith('app-config-'))?.name;
    expect(made).not.toBe('app-config-k6hc68gmgc');
    const live = await fixture.waitForObject(DEPLOYMENT, () => true);
    expect(containerOf(live).envFrom?.[0]?.configMapRef?.name).toBe(made);
    expect((await fixture.read(configMapPath(NAMESPACE, made ?? '')))?.['data']).toMatchObject({
      'app.properties': 'colour=blue\n',
    });
    await fixture.waitUntilGone(configMapPath(NAMESPACE, 'app-config-k6hc68gmgc'));
  });

  it('takes the fields of spec.source.kustomize, and gives them up again', async () => {
    const source = {
      namePrefix: 'my-',
      images: ['myapp:$ARGOCD_APP_REVISION_SHORT'],
      replicas: [{ name: 'myapp', count: 2 }],
      commonAnnotations: { 'example.org/app': '$ARGOCD_APP_NAME' },
      commonAnnotationsEnvsubst: true,
    };
    const at = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/my-myapp` as const;
    await fixture.patchApplication('first-user', { spec: { source: { kustomize: source } } });
    const live = await fixture.waitForObject(at, () => true);
    const { status } = await fixture.application('first-user');
    expect(containerOf(live).image).toBe(`myapp:${status?.sync?.revision?.slice(0, 7)}`);
    expect(live).toMatchObject({
      metadata: { annotations: { 'example.org/app': 'first-user' } },
      spec: { replicas: 2 },
    });
    await fixture.waitUntilGone(DEPLOYMENT);
    await fixture.patchApplication('first-user', { spec: { source: { kustomize: null } } });
    await fixture.waitForObject(DEPLOYMENT, () => true);
    await fixture.waitUntilGone(at);
  });
});

describe('kustomize.buildOptions of argocd-cm', { timeout: 120_000 }, () => {
  it('take effect without a restart', async () => {
    const namespace = await cluster.uniqueNamespace('options');
    const repository = await fixture.repository('options');
    const revision = await repository.commit({
      'app/kustomization.yaml': 'resources: [../common/one.yaml]\n',
      'common/one.yaml': configMap('one', { a: '1' }),
    });
    await fixture.createApplication({ name: 'options', repoURL: repository.url, path: 'app', destination: namespace });
    const { status } = await fixture.waitForApplication('options', ({ status: now }) => hasConditions(now));
    const messages = status?.conditions?.map(({ message }) => message).join();
    expect(messages).toContain("security; file 'common/one.yaml' is not in or below 'app'");
    await setBuildOptions('--load-restrictor LoadRestrictionsNone');
    await fixture.waitForSynced('options', revision);
    expect((await fixture.read(configMapPath(namespace, 'one')))?.['data']).toEqual({ a: '1' });
  });

  it('that are wrong are named, and nothing is pruned for them', async () => {
    await setBuildOptions('--no-such-flag');
    const { status } = await fixture.waitForApplication('options', ({ status: now }) => hasConditions(now));
    const messages = status?.conditions?.map(({ message }) => message).join();
    expect(messages).toContain('kustomize.buildOptions');
    expect(messages).toContain('--no-such-flag');
    expect(status?.resources?.map(({ name }) => name)).toEqual(['one']);
    await setBuildOptions('--load-restrictor=LoadRestrictionsNone');
    await fixture.waitForApplication('options', ({ status: now }) => !hasConditions(now));
  });
});

function hasConditions(status: { readonly conditions?: readonly unknown[] } | undefined): boolean {
  return (status?.conditions ?? []).length > 0;
}

async function setBuildOptions(options: string): Promise<void> {
  const body = { data: { 'kustomize.buildOptions': options } };
  await fixture.request(`PATCH ${configMapPath(fixture.controlNamespace, 'argocd-cm')}`, { body, contentType: MERGE });
}
