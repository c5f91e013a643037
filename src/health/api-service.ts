import type { KubeObject } from '../object/kube-object.ts';
import type { Health } from './health.ts';
import { conditionOf, textAt } from './read.ts';

/**
 * Health of an apiregistration APIService: whether the API server reaches what it registers.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/health/health_apiservice.go
 */
export function apiServiceHealth(object: KubeObject): Health {
  const available = conditionOf(object, 'Available');
  if (available === undefined) return { status: 'Progressing', message: 'Waiting to be processed' };
  const message = `${textAt(available, 'reason')}: ${textAt(available, 'message')}`;
  return { status: available['status'] === 'True' ? 'Healthy' : 'Progressing', message };
}
