import type { KubeObject } from '../object/kube-object.ts';
import type { Health } from './health.ts';
import { listAt, mappingAt, textAt } from './read.ts';

/**
 * Health of a Service: a load balancer is to have an address, any other is healthy.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/health/health_service.go
 */
export function serviceHealth(object: KubeObject): Health {
  const isBalanced = textAt(mappingAt(object, 'spec'), 'type') === 'LoadBalancer';
  return { status: !isBalanced || hasIngressAddress(object) ? 'Healthy' : 'Progressing' };
}

/** Whether `status.loadBalancer.ingress` has an entry. */
export function hasIngressAddress(object: KubeObject): boolean {
  return listAt(mappingAt(mappingAt(object, 'status'), 'loadBalancer'), 'ingress').length > 0;
}
