import type { KubeObject } from '../object/kube-object.ts';
import type { Health } from './health.ts';
import { conditionsOf, type Fields, textAt, valueAt } from './read.ts';

/**
 * Health of a CustomResourceDefinition: whether its kind can be used.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/resource_customizations/apiextensions.k8s.io/CustomResourceDefinition/health.lua
 */
export function customResourceDefinitionHealth(object: KubeObject): Health {
  if (valueAt(object, 'metadata.deletionTimestamp') !== undefined) {
    return { status: 'Progressing', message: 'CRD is terminating' };
  }
  const conditions = conditionsOf(object);
  if (conditions.length === 0) return { status: 'Progressing', message: 'Status conditions not found' };
  for (const condition of conditions) {
    const fault = conditionFault(condition);
    if (fault !== undefined) return fault;
  }
  const isEstablished = conditions.some(({ type, status }) => type === 'Established' && status === 'True');
  if (!isEstablished) return { status: 'Degraded', message: 'CRD is not established' };
  return { status: 'Healthy', message: 'CRD is healthy' };
}

function conditionFault(condition: Fields): Health | undefined {
  const message = textAt(condition, 'message');
  switch (`${textAt(condition, 'type')}=${textAt(condition, 'status')}`) {
    case 'Terminating=True':
      return { status: 'Progressing', message: `CRD is terminating: ${message}` };
    case 'NamesAccepted=False':
      return { status: 'Degraded', message: `CRD names have not been accepted: ${message}` };
    case 'NonStructuralSchema=True':
      return { status: 'Degraded', message: `Schema violations found: ${message}` };
    default:
      return isInstalling(condition) ? { status: 'Progressing', message: 'CRD is being installed' } : undefined;
  }
}

function isInstalling({ type, status, reason }: Fields): boolean {
  return type === 'Established' && status !== 'True' && reason === 'Installing';
}
