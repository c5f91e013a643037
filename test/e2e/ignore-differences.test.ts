import { describe, expect, it } from 'vitest';

import type { KubeObject } from '../../src/object/kube-object.ts';
import { valueAt } from '../support/drift-kinds.ts';
import { useOperator } from '../support/operator-fixture.ts';

type Path = `/${string}`;

const fixture = await useOperator({
  argocdCm: {
    'resource.customizations.ignoreDifferences._ConfigMap': 'jsonPointers: [/data/mode]',
    'resource.customizations.ignoreDifferences.all': 'managedFieldsManagers: [autotuner]',
  },
});
const namespace = await fixture.cluster.uniqueNamespace('ignore');
const DEPLOYMENT: Path = `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
const KEEPING: Path = `/apis/apps/v1/namespaces/${namespace}/deployments/keeping`;
const CONFIG_MAP: Path = `/api/v1/namespaces/${namespace}/configmaps/web`;
const IMAGE = '/spec/template/spec/containers/0/image';

const deployment = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: web, image: 'example.org/web:1' }] }
`;

const repository = await fixture.repository('ignore');
await repository.commit([
  ['plain/web.yaml', deployment('web')],
  ['plain/map.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata: { mode: a, color: blue }\n'],
  ['keeping/web.yaml', deployment('keeping')],
]);
const ignoreDifferences = [{ group: 'apps', kind: 'Deploy*', jsonPointers: ['/spec/replicas'] }];
const automated = { prune: true, selfHeal: true };
await fixture.createApplication({
  name: 'plain',
  repoURL: repository.url,
  path: 'plain',
  destination: namespace,
  spec: { ignoreDifferences },
});
await fixture.createApplication({
  name: 'keeping',
  repoURL: repository.url,
  path: 'keeping',
  destination: namespace,
  syncPolicy: { automated, syncOptions: ['RespectIgnoreDifferences=true'] },
  spec: { ignoreDifferences },
});
await fixture.waitForSynced('plain');
await fixture.waitForSynced('keeping');

describe('ignoreDifferences', { timeout: 120_000 }, () => {
  it('leaves alone a field that the Application names', async () => {
    await change(DEPLOYMENT, 'eve', { spec: { replicas: 3 } });
    const { status } = await fixture.refresh('plain', 'hard');
    expect(status?.sync?.status).toBe('Synced');
    expect(valueAt(await read(DEPLOYMENT), '/spec/replicas')).toBe(3);
  });

  it('resets such a field when something else is repaired, as Argo CD does', async () => {
    await change(DEPLOYMENT, 'eve', { spec: { replicas: 3 } });
    await changeImage(DEPLOYMENT);
    await repaired(DEPLOYMENT, IMAGE, 'example.org/web:1');
    await repaired(DEPLOYMENT, '/spec/replicas', 1);
  });

  it('keeps such a field when something else is repaired with RespectIgnoreDifferences', async () => {
    await change(KEEPING, 'eve', { spec: { replicas: 3 } });
    await changeImage(KEEPING);
    await repaired(KEEPING, IMAGE, 'example.org/web:1');
    expect(valueAt(await read(KEEPING), '/spec/replicas')).toBe(3);
    expect((await fixture.refresh('keeping')).status?.sync?.status).toBe('Synced');
  });

  it('leaves alone what argocd-cm names, and repairs what is beside it', async () => {
    await change(CONFIG_MAP, 'eve', { data: { mode: 'z', color: 'red' } });
    await repaired(CONFIG_MAP, '/data/color', 'blue');
    await change(CONFIG_MAP, 'eve', { data: { mode: 'y' } });
    expect((await fixture.refresh('plain')).status?.sync?.status).toBe('Synced');
    expect(valueAt(await read(CONFIG_MAP), '/data/mode')).toBe('y');
  });

  it('leaves alone the fields of managers that are trusted', async () => {
    await change(CONFIG_MAP, 'autotuner', { data: { color: 'green' } });
    expect((await fixture.refresh('plain')).status?.sync?.status).toBe('Synced');
    expect(valueAt(await read(CONFIG_MAP), '/data/color')).toBe('green');
  });

  it('is reported where it cannot be used', async () => {
    await fixture.patchApplication('keeping', { spec: { ignoreDifferences: [{ kind: 'A', jsonPointers: ['spec'] }] } });
    const { status } = await fixture.waitForApplication('keeping', (application) => {
      return application.status?.conditions?.some(({ type }) => type === 'InvalidSpecWarning') === true;
    });
    expect(status?.conditions?.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('spec.ignoreDifferences[0] has no effect: JSON pointer "spec"'),
    );
  });
});

function read(path: Path): Promise<KubeObject> {
  return fixture.waitForObject(path, () => true);
}

async function change(path: Path, manager: string, body: object): Promise<void> {
  const contentType = 'application/merge-patch+json';
  const { status } = await fixture.request(`PATCH ${path}?fieldManager=${manager}`, { body, contentType });
  expect(status).toBe(200);
}

async function changeImage(path: Path): Promise<void> {
  const body = [{ op: 'replace', path: IMAGE, value: 'example.org/other:1' }];
  await fixture.request(`PATCH ${path}`, { body, contentType: 'application/json-patch+json' });
}

async function repaired(path: Path, pointer: string, stated: unknown): Promise<void> {
  await fixture.waitForObject(path, (object) => valueAt(object, pointer) === stated);
}
