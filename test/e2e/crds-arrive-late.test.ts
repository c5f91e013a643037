import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

import { startControlPlane } from '../support/controlplane/start.ts';
import { eventually } from '../support/eventually.ts';
import { createRepository } from '../support/git-repository.ts';
import { startGitServer } from '../support/git-server.ts';
import { configMap } from '../support/manifests.ts';
import { type RunningOperator, startOperator } from '../support/operator.ts';

// A control plane of its own: the CRDs must not be there yet.
const controlPlane = await startControlPlane();
afterAll(() => controlPlane.stop());
const root = await mkdtemp(path.join(tmpdir(), 'holdfast-late-'));
afterAll(() => rm(root, { recursive: true, force: true }));
const git = await startGitServer({ root });
afterAll(() => git.close());

const operators: RunningOperator[] = [];
afterAll(async () => {
  for (const operator of operators) await operator.kill('SIGKILL');
});

describe('kinds that arrive while the operator runs', { timeout: 120_000 }, () => {
  it('serves Applications as soon as its own CRDs have been installed', async () => {
    const operator = await startOperator({ kubeconfig: controlPlane.kubeconfigPath, ready: false });
    operators.push(operator);
    const told = await operator.waitForLog(({ msg }) => msg?.includes('waiting for them') === true);
    expect(told['fix']).toContain('crds/');
    const crds = fileURLToPath(new URL('../../crds/', import.meta.url));
    expect((await controlPlane.kubectl(['apply', '--server-side', '-f', crds])).stderr).toBe('');
    await operator.waitUntilReady();
  });

  it('applies custom resources once their CRD is there, whoever installed it', async () => {
    const kind = `Late${randomBytes(2).toString('hex')}`;
    const repository = await createRepository(path.join(root, 'late'));
    const custom = { apiVersion: 'late.example.org/v1', kind, metadata: { name: 'one' }, spec: { size: 1 } };
    await repository.commit({ 'one.json': JSON.stringify(custom), 'two.json': configMap('two', {}) });
    const application = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'late', namespace: 'argocd' },
      spec: {
        project: 'default',
        source: { repoURL: git.url('late'), path: '.', targetRevision: 'main' },
        destination: { server: 'https://kubernetes.default.svc', namespace: 'default' },
        syncPolicy: { automated: { selfHeal: true } },
      },
    };
    const created = await controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(application) });
    expect(created.stderr).toBe('');
    await waitForStatus('OutOfSync');
    const { conditions } = await statusOf();
    expect(conditions?.map(({ message }) => message).join()).toContain(kind);

    await controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(definitionOf(kind)) });
    await waitForStatus('Synced');
    const live = await controlPlane.kubectl(['get', `${kind.toLowerCase()}s.late.example.org`, 'one', '-o', 'json']);
    expect(JSON.parse(live.stdout)).toMatchObject({ spec: { size: 1 } });
    expect((await statusOf()).conditions).toBeUndefined();
  });
});

interface Status {
  readonly sync?: { readonly status?: string };
  readonly conditions?: readonly { readonly message: string }[];
}

async function statusOf(): Promise<Status> {
  const read = await controlPlane.kubectl(['get', 'application', '-n', 'argocd', 'late', '-o', 'json']);
  return (JSON.parse(read.stdout) as { status?: Status }).status ?? {};
}

async function waitForStatus(wanted: string): Promise<void> {
  await eventually(
    async () => ((await statusOf()).sync?.status === wanted ? true : undefined),
    async () => `never ${wanted}: ${JSON.stringify(await statusOf())}`,
  );
}

function definitionOf(kind: string): unknown {
  const plural = `${kind.toLowerCase()}s`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.late.example.org` },
    spec: {
      group: 'late.example.org',
      names: { kind, plural },
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}
