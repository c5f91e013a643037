import type { Destination } from './types.ts';

/** How Applications name the cluster in which the operator runs. */
export const IN_CLUSTER_SERVER = 'https://kubernetes.default.svc';
/** Its name in `destination.name`. */
export const IN_CLUSTER_NAME = 'in-cluster';

/** Whether the destination is the operator's own cluster. A trailing slash of the URL does not count, as in Argo CD. */
export function isInCluster(destination: Destination): boolean {
  const server = (destination.server ?? '').replace(/\/+$/, '');
  return server === '' ? destination.name === IN_CLUSTER_NAME : server === IN_CLUSTER_SERVER;
}

/** The destination as messages name it. */
export function describeDestination(destination: Destination): string {
  const cluster = destination.server || destination.name || 'no cluster';
  return destination.namespace ? `${cluster}, namespace ${destination.namespace}` : cluster;
}
