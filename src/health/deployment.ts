import type { KubeObject } from '../object/kube-object.ts';
import type { Health } from './health.ts';
import { conditionOf, mappingAt, metadataOf, numberAt, optionalNumberAt, textAt } from './read.ts';

/**
 * Health of an apps Deployment: whether its rollout is finished.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/health/health_deployment.go
 */
export function deploymentHealth(object: KubeObject): Health {
  const spec = mappingAt(object, 'spec');
  if (spec['paused'] === true) return { status: 'Suspended', message: 'Deployment is paused' };
  const observed = numberAt(mappingAt(object, 'status'), 'observedGeneration');
  if (numberAt(metadataOf(object), 'generation') > observed) {
    return waiting('observed deployment generation less than desired generation');
  }
  const progressing = conditionOf(object, 'Progressing');
  if (progressing?.['reason'] === 'ProgressDeadlineExceeded') {
    const name = textAt(metadataOf(object), 'name');
    return { status: 'Degraded', message: `Deployment "${name}" exceeded its progress deadline` };
  }
  return rolloutHealth(object);
}

function rolloutHealth(object: KubeObject): Health {
  const status = mappingAt(object, 'status');
  const wanted = optionalNumberAt(mappingAt(object, 'spec'), 'replicas');
  const updated = numberAt(status, 'updatedReplicas');
  if (wanted !== undefined && updated < wanted) {
    return waiting(`${updated} out of ${wanted} new replicas have been updated...`);
  }
  const old = numberAt(status, 'replicas') - updated;
  if (old > 0) return waiting(`${old} old replicas are pending termination...`);
  const available = numberAt(status, 'availableReplicas');
  if (available < updated) return waiting(`${available} of ${updated} updated replicas are available...`);
  return { status: 'Healthy' };
}

function waiting(message: string): Health {
  return { status: 'Progressing', message: `Waiting for rollout to finish: ${message}` };
}
