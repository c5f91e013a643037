import type { KubeObject } from '../object/kube-object.ts';
import type { Health } from './health.ts';
import { mappingAt, textAt } from './read.ts';

/**
 * Health of a PersistentVolumeClaim, by its phase.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/health/health_pvc.go
 */
export function persistentVolumeClaimHealth(object: KubeObject): Health {
  switch (textAt(mappingAt(object, 'status'), 'phase')) {
    case 'Lost':
      return { status: 'Degraded' };
    case 'Pending':
      return { status: 'Progressing' };
    case 'Bound':
      return { status: 'Healthy' };
    default:
      return { status: 'Unknown' };
  }
}
