import type { KubeObject } from '../object/kube-object.ts';
import type { Health } from './health.ts';
import { conditionsOf, textAt } from './read.ts';

/**
 * Health of a policy PodDisruptionBudget. Too few pods is no fault: there are good uses for that.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/resource_customizations/policy/PodDisruptionBudget/health.lua
 */
export function podDisruptionBudgetHealth(object: KubeObject): Health {
  const conditions = conditionsOf(object);
  const fault = conditions.find(({ status, reason }) => status === 'False' && reason !== 'InsufficientPods');
  const telling = fault ?? conditions.at(-1);
  if (telling === undefined) return { status: 'Progressing', message: 'Waiting for status' };
  const message = `PodDisruptionBudget has ${textAt(telling, 'reason')}`;
  return { status: fault === undefined ? 'Healthy' : 'Degraded', message };
}
