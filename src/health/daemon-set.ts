import type { KubeObject } from '../object/kube-object.ts';
import type { Health } from './health.ts';
import { mappingAt, metadataOf, numberAt, textAt } from './read.ts';

/**
 * Health of an apps DaemonSet: whether the pods of all nodes are updated and available.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/health/health_daemonset.go
 */
export function daemonSetHealth(object: KubeObject): Health {
  const status = mappingAt(object, 'status');
  if (numberAt(metadataOf(object), 'generation') > numberAt(status, 'observedGeneration')) {
    return progressing('Waiting for rollout to finish: observed daemon set generation less than desired generation');
  }
  const updated = numberAt(status, 'updatedNumberScheduled');
  const desired = numberAt(status, 'desiredNumberScheduled');
  if (textAt(mappingAt(mappingAt(object, 'spec'), 'updateStrategy'), 'type') === 'OnDelete') {
    return { status: 'Healthy', message: `daemon set ${updated} out of ${desired} new pods have been updated` };
  }
  const waiting = `Waiting for daemon set "${textAt(metadataOf(object), 'name')}" rollout to finish:`;
  if (updated < desired) return progressing(`${waiting} ${updated} out of ${desired} new pods have been updated...`);
  const available = numberAt(status, 'numberAvailable');
  if (available < desired) return progressing(`${waiting} ${available} of ${desired} updated pods are available...`);
  return { status: 'Healthy' };
}

function progressing(message: string): Health {
  return { status: 'Progressing', message };
}
