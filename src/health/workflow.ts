import type { KubeObject } from '../object/kube-object.ts';
import type { Health } from './health.ts';
import { mappingAt, textAt } from './read.ts';

/**
 * Health of an argoproj.io Workflow, by its phase.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/health/health_argo.go
 */
export function workflowHealth(object: KubeObject): Health {
  const status = mappingAt(object, 'status');
  const message = textAt(status, 'message');
  switch (textAt(status, 'phase')) {
    case '':
    case 'Pending':
    case 'Running':
      return { status: 'Progressing', message };
    case 'Succeeded':
      return { status: 'Healthy', message };
    case 'Failed':
    case 'Error':
      return { status: 'Degraded', message };
    default:
      return { status: 'Unknown', message };
  }
}
