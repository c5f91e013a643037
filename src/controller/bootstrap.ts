import { createHash } from 'node:crypto';
import type { ClusterClient } from '../cluster/client.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { KubeObject } from '../object/kube-object.ts';

/** Creates the project that every installation has and that allows everything, unless it exists. */
export async function ensureDefaultProject(client: ClusterClient, namespace: string): Promise<void> {
  const project = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: 'default', namespace },
    spec: {
      sourceRepos: ['*'],
      destinations: [{ namespace: '*', server: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    },
  };
  const path = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/appprojects`;
  // Read first, so that a restart at rest sends no write.
  if ((await readUnlessAbsent(client, `${path}/default`)) === undefined)
    await createUnlessPresent(client, path, project);
}

/**
 * The id by which this installation knows its objects: 12 hex digits of a hash of the control namespace's uid, so that
 * two installations, also on one cluster, never mistake each other's. Creates the namespace if it is missing.
 * @throws {HoldfastError} CLUSTER_* if the namespace can be neither read nor created
 */
export async function installationIdOf(client: ClusterClient, namespace: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}`;
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  const found = await readUnlessAbsent(client, path);
  if (found === undefined) await createUnlessPresent(client, '/api/v1/namespaces', body);
  const object = found ?? (await readUnlessAbsent(client, path));
  const uid = object?.metadata.uid;
  // Without one every installation would have the same id, and take the others' objects for its own.
  if (!uid) throw new HoldfastError('CLUSTER_NOT_FOUND', `Namespace "${namespace}" vanished while it was being set up`);
  return createHash('sha256').update(uid).digest('hex').slice(0, 12);
}

async function readUnlessAbsent(client: ClusterClient, path: string): Promise<KubeObject | undefined> {
  try {
    return (await client.request({ method: 'GET', path })).body as KubeObject;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'CLUSTER_NOT_FOUND') return undefined;
    throw error;
  }
}

async function createUnlessPresent(client: ClusterClient, path: string, object: unknown): Promise<void> {
  try {
    await client.request({ method: 'POST', path, body: JSON.stringify(object) });
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'CLUSTER_CONFLICT') throw error;
  }
}
