import type { KubeObject } from '../object/kube-object.ts';
import type { Health } from './health.ts';
import { hasIngressAddress } from './service.ts';

/**
 * Health of an Ingress: whether a controller gave it an address.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/health/health_ingress.go
 */
export function ingressHealth(object: KubeObject): Health {
  return { status: hasIngressAddress(object) ? 'Healthy' : 'Progressing' };
}
