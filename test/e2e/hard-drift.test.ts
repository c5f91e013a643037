import { describe, expect, it } from 'vitest';

import type { KubeObject } from '../../src/object/kube-object.ts';
import { valueAt } from '../support/drift-kinds.ts';
import { useOperator } from '../support/operator-fixture.ts';

const fixture = await useOperator();
const namespace = await fixture.cluster.uniqueNamespace('hard-drift');
type Path = `/${string}`;
const DEPLOYMENT: Path = `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
const SERVICE: Path = `/api/v1/namespaces/${namespace}/services/web`;
const CONTAINERS = '/spec/template/spec/containers';

const repository = await fixture.repository('hard-drift');
await repository.commit([
  [
    'web.yaml',
    `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports:
    - { name: http, port: 80, targetPort: 8080 }
    - { name: metrics, port: 9090 }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 0
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: example.org/web:1
          env: [{ name: COLOR, value: blue }]
          ports: [{ name: http, containerPort: 8080 }]
`,
  ],
]);
await fixture.createApplication({ name: 'hard-drift', repoURL: repository.url, destination: namespace });
await fixture.waitForSynced('hard-drift');

describe('drift of the key of a list entry', { timeout: 120_000 }, () => {
  it('is repaired on a port of a Service, which with both numbers would be invalid', async () => {
    await change(SERVICE, [{ op: 'replace', path: '/spec/ports/0/port', value: 81 }]);
    await repaired(SERVICE, '/spec/ports', [
      { name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 },
      { name: 'metrics', port: 9090, protocol: 'TCP', targetPort: 9090 },
    ]);
  });

  it('is repaired on the name of a container', async () => {
    await change(DEPLOYMENT, [{ op: 'replace', path: `${CONTAINERS}/0/name`, value: 'renamed' }]);
    await repaired(DEPLOYMENT, `${CONTAINERS}/0/name`, 'web');
    expect(valueAt(await read(DEPLOYMENT), CONTAINERS)).toHaveLength(1);
  });

  it('is repaired on the name of a variable', async () => {
    await change(DEPLOYMENT, [{ op: 'replace', path: `${CONTAINERS}/0/env/0/name`, value: 'COLOUR' }]);
    await repaired(DEPLOYMENT, `${CONTAINERS}/0/env`, [{ name: 'COLOR', value: 'blue' }]);
  });

  it('is repaired on the number of a port of a container', async () => {
    await change(DEPLOYMENT, [{ op: 'replace', path: `${CONTAINERS}/0/ports/0/containerPort`, value: 8081 }]);
    await repaired(DEPLOYMENT, `${CONTAINERS}/0/ports`, [{ name: 'http', containerPort: 8080, protocol: 'TCP' }]);
  });

  it('leaves alone the entries that others add', async () => {
    const sidecar = { name: 'sidecar', image: 'example.org/sidecar:1' };
    await change(DEPLOYMENT, [
      { op: 'add', path: `${CONTAINERS}/-`, value: sidecar },
      { op: 'replace', path: `${CONTAINERS}/0/image`, value: 'example.org/web:2' },
    ]);
    await repaired(DEPLOYMENT, `${CONTAINERS}/0/image`, 'example.org/web:1');
    expect(valueAt(await read(DEPLOYMENT), CONTAINERS)).toMatchObject([{ name: 'web' }, sidecar]);
  });
});

function read(path: Path): Promise<KubeObject> {
  return fixture.waitForObject(path, () => true);
}

async function change(path: Path, body: readonly unknown[]): Promise<void> {
  const answer = await fixture.request(`PATCH ${path}?fieldManager=eve`, {
    body,
    contentType: 'application/json-patch+json',
  });
  expect(answer.status).toBe(200);
}

async function repaired(path: Path, pointer: string, stated: unknown): Promise<void> {
  await fixture.waitForObject(path, (object) => {
    return JSON.stringify(sorted(valueAt(object, pointer))) === JSON.stringify(sorted(stated));
  });
}

/** The API server orders fields as it likes. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
