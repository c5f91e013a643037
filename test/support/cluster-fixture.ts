import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, inject } from 'vitest';

import { resolvePrograms } from './controlplane/binaries.ts';
import type { CommandResult } from './controlplane/command.ts';
import type { SharedControlPlane } from './controlplane/global-setup.ts';
import { type KubeEndpoint, kubeRequest } from './controlplane/kube-request.ts';
import { runKubectl } from './controlplane/kubectl.ts';
import { startControlPlane } from './controlplane/start.ts';

/** A real cluster that this test file shares with others: everything of its own belongs in its own namespaces. */
export interface TestCluster extends KubeEndpoint {
  readonly kubeconfigPath: string;
  /** Runs kubectl against the cluster and returns what it printed, whatever its exit code. */
  kubectl(args: readonly string[], options?: { readonly input?: string }): Promise<CommandResult>;
  /** Creates a namespace that no other file has and returns its name; deleted after the file, without waiting. */
  uniqueNamespace(prefix: string): Promise<string>;
}

/**
 * Returns the cluster of this test run. Await it at the top of a test file: the first one on a machine builds the
 * programs, which takes longer than any hook may. Without the global setup in Vitest's configuration the file gets a
 * control plane of its own. A test that kills components starts its own with `startControlPlane`.
 */
export async function useControlPlane(): Promise<TestCluster> {
  const socketPath = inject('controlPlaneSocket') as string | undefined;
  const shared = socketPath === undefined ? await startForThisFile() : await askFor(socketPath);
  const programs = await resolvePrograms({ log: () => undefined });
  const namespaces: string[] = [];
  afterAll(async () => {
    for (const name of namespaces) await kubeRequest(shared, `DELETE /api/v1/namespaces/${name}`);
  });
  return {
    ...shared,
    kubectl: (args, options) =>
      runKubectl({ programs, kubeconfigPath: shared.kubeconfigPath, home: shared.dir }, args, options),
    async uniqueNamespace(prefix) {
      const name = `${prefix}-${randomBytes(4).toString('hex')}`;
      const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
      const answer = await kubeRequest(shared, 'POST /api/v1/namespaces', { body });
      if (answer.status !== 201) throw new Error(`cannot create the namespace ${name}: ${JSON.stringify(answer.body)}`);
      namespaces.push(name);
      return name;
    },
  };
}

async function startForThisFile(): Promise<SharedControlPlane> {
  const controlPlane = await startControlPlane();
  afterAll(() => controlPlane.stop());
  const { url, token, caFile, kubeconfigPath, dir } = controlPlane;
  return { url, token, caFile, kubeconfigPath, dir };
}

async function askFor(socketPath: string): Promise<SharedControlPlane> {
  const answer = JSON.parse(await text(connect(socketPath))) as SharedControlPlane | { readonly error: string };
  if ('error' in answer) throw new Error(answer.error);
  return answer;
}
