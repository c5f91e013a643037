import { randomBytes } from 'node:crypto';
import { afterAll } from 'vitest';

import type { TestCluster } from './cluster-fixture.ts';
import { kubeRequest } from './controlplane/kube-request.ts';
import { type ControlPlane, startControlPlane } from './controlplane/start.ts';

/**
 * A control plane for this test file alone: for tests that write cluster-scoped objects or fixed namespaces, or that
 * count every request. Stopped after the file.
 */
export async function ownControlPlane(): Promise<TestCluster> {
  const controlPlane = await startControlPlane();
  afterAll(() => controlPlane.stop());
  return testCluster(controlPlane);
}

/** What tests use of a control plane. */
export function testCluster(controlPlane: ControlPlane): TestCluster {
  const { url, token, caFile, kubeconfigPath } = controlPlane;
  return {
    url,
    token,
    caFile,
    kubeconfigPath,
    kubectl: (args, options) => controlPlane.kubectl(args, options),
    async uniqueNamespace(prefix) {
      const name = `${prefix}-${randomBytes(4).toString('hex')}`;
      const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
      const { status } = await kubeRequest(controlPlane, 'POST /api/v1/namespaces', { body });
      if (status !== 201) throw new Error(`cannot create the namespace ${name}: ${status}`);
      return name;
    },
  };
}
