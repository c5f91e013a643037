import type { KubeObject } from '../object/kube-object.ts';
import type { Health } from './health.ts';
import { mappingAt, metadataOf, numberAt, optionalNumberAt, textAt } from './read.ts';

/**
 * Health of an apps StatefulSet: pods ready, and the rollout as far along as its strategy takes it.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/health/health_statefulset.go
 */
export function statefulSetHealth(object: KubeObject): Health {
  const status = mappingAt(object, 'status');
  const observed = numberAt(status, 'observedGeneration');
  if (observed === 0 || numberAt(metadataOf(object), 'generation') > observed) {
    return { status: 'Progressing', message: 'Waiting for statefulset spec update to be observed...' };
  }
  const wanted = optionalNumberAt(mappingAt(object, 'spec'), 'replicas');
  const ready = numberAt(status, 'readyReplicas');
  if (wanted !== undefined && ready < wanted) {
    return { status: 'Progressing', message: `Waiting for ${wanted - ready} pods to be ready...` };
  }
  return strategyHealth(object, ready);
}

function strategyHealth(object: KubeObject, ready: number): Health {
  const strategy = mappingAt(mappingAt(object, 'spec'), 'updateStrategy');
  const type = textAt(strategy, 'type');
  const rolling = strategy['rollingUpdate'];
  if (type === 'RollingUpdate' && typeof rolling === 'object' && rolling !== null) return partitionHealth(object);
  if (type === 'OnDelete') return { status: 'Healthy', message: `statefulset has ${ready} ready pods` };
  return revisionHealth(object);
}

function partitionHealth(object: KubeObject): Health {
  const spec = mappingAt(object, 'spec');
  const updated = numberAt(mappingAt(object, 'status'), 'updatedReplicas');
  const wanted = optionalNumberAt(spec, 'replicas');
  const partition = optionalNumberAt(mappingAt(mappingAt(spec, 'updateStrategy'), 'rollingUpdate'), 'partition');
  if (wanted !== undefined && partition !== undefined && updated < wanted - partition) {
    const progress = `${updated} out of ${wanted - partition} new pods have been updated...`;
    return { status: 'Progressing', message: `Waiting for partitioned roll out to finish: ${progress}` };
  }
  return { status: 'Healthy', message: `partitioned roll out complete: ${updated} new pods have been updated...` };
}

function revisionHealth(object: KubeObject): Health {
  const status = mappingAt(object, 'status');
  const update = textAt(status, 'updateRevision');
  const current = textAt(status, 'currentRevision');
  if (update !== current) {
    const progress = `${numberAt(status, 'updatedReplicas')} pods at revision ${update}...`;
    return { status: 'Progressing', message: `waiting for statefulset rolling update to complete ${progress}` };
  }
  const progress = `${numberAt(status, 'currentReplicas')} pods at revision ${current}...`;
  return { status: 'Healthy', message: `statefulset rolling update complete ${progress}` };
}
