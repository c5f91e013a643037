import type { KubeObject } from '../object/kube-object.ts';
import type { Health } from './health.ts';
import { conditionOf, mappingAt, metadataOf, numberAt, optionalNumberAt, textAt } from './read.ts';

/**
 * Health of an apps ReplicaSet: whether its pods are available and could be created.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/health/health_replicaset.go
 */
export function replicaSetHealth(object: KubeObject): Health {
  const status = mappingAt(object, 'status');
  if (numberAt(metadataOf(object), 'generation') > numberAt(status, 'observedGeneration')) {
    return waiting('observed replica set generation less than desired generation');
  }
  const failure = conditionOf(object, 'ReplicaFailure');
  if (failure?.['status'] === 'True') return { status: 'Degraded', message: textAt(failure, 'message') };
  const wanted = optionalNumberAt(mappingAt(object, 'spec'), 'replicas');
  const available = numberAt(status, 'availableReplicas');
  if (wanted !== undefined && available < wanted) {
    return waiting(`${available} out of ${wanted} new replicas are available...`);
  }
  return { status: 'Healthy' };
}

function waiting(message: string): Health {
  return { status: 'Progressing', message: `Waiting for rollout to finish: ${message}` };
}
