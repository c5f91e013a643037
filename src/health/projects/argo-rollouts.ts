import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions } from '../forms/by-conditions.ts';
import { byField } from '../forms/by-field.ts';
import { always, type HealthRules, inTurn } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { countAt, listAt, mappingAt, numberAt, optionalNumberAt, textAt, valueAt } from '../read.ts';

const WORD = '{status.message}';

/** Argo Rollouts' main kind. Since its version 1.0 the phase tells; before that, counts and hashes do. */
export const ARGO_ROLLOUTS: HealthRules = {
  'argoproj.io/Rollout': inTurn(
    unobserved,
    byField(
      'status.phase',
      {
        Healthy: ['Healthy', WORD],
        Progressing: ['Progressing', WORD],
        Degraded: ['Degraded', WORD],
        Paused: ['Suspended', WORD],
      },
      ['Unknown', WORD],
    ),
    byConditions([
      ['InvalidSpec', 'Degraded'],
      ['Progressing:RolloutAborted', 'Degraded'],
      ['Progressing:ProgressDeadlineExceeded', 'Degraded'],
    ]),
    paused,
    unfinished,
    unstable,
    always('Healthy'),
  ),
};

function unobserved(object: KubeObject): Health | undefined {
  const isObserved = sawGeneration(object) && sawWorkload(object);
  return isObserved ? undefined : progressing('Waiting for rollout spec update to be observed');
}

/** Once, the observed generation was a hash: what is no number tells nothing, and a larger one is of later. */
function sawGeneration(object: KubeObject): boolean {
  if (valueAt(object, 'status') === undefined) return false;
  const observed = countAt(mappingAt(object, 'status'), 'observedGeneration');
  const generation = valueAt(object, 'metadata.generation');
  return observed === undefined || typeof generation !== 'number' || observed >= generation;
}

/** A roll-out may take its pods from a Deployment, whose generation is kept in an annotation. */
function sawWorkload(object: KubeObject): boolean {
  const annotations = valueAt(object, 'metadata.annotations');
  if (valueAt(object, 'spec.workloadRef') === undefined || annotations === undefined) return true;
  const wanted = countAt(mappingAt({ annotations }, 'annotations'), 'rollout.argoproj.io/workload-generation');
  return wanted === countAt(mappingAt(object, 'status'), 'workloadObservedGeneration');
}

function paused(object: KubeObject): Health | undefined {
  const isPaused =
    listAt(mappingAt(object, 'status'), 'pauseConditions').length > 0 || valueAt(object, 'spec.paused') === true;
  return isPaused ? { status: 'Suspended', message: 'Rollout is paused' } : undefined;
}

function unfinished(object: KubeObject): Health | undefined {
  const status = mappingAt(object, 'status');
  if (valueAt(object, 'status.currentPodHash') === undefined) {
    return progressing('Waiting for rollout to finish: status has not been reconciled.');
  }
  const updated = numberAt(status, 'updatedReplicas');
  if (updated < (optionalNumberAt(mappingAt(object, 'spec'), 'replicas') ?? 1)) {
    return progressing('Waiting for roll out to finish: More replicas need to be updated');
  }
  if (numberAt(status, 'availableReplicas') >= updated) return undefined;
  return progressing('Waiting for roll out to finish: updated replicas are still becoming available');
}

function unstable(object: KubeObject): Health | undefined {
  const strategy = mappingAt(mappingAt(object, 'spec'), 'strategy');
  if ((strategy['blueGreen'] ?? undefined) !== undefined) return blueGreen(object);
  return (strategy['canary'] ?? undefined) === undefined ? undefined : canary(object);
}

function blueGreen(object: KubeObject): Health | undefined {
  const current = valueAt(object, 'status.currentPodHash');
  if (valueAt(object, 'status.blueGreen.activeSelector') !== current) {
    return progressing('active service cutover pending');
  }
  const stable = stableHash(object);
  return stable === '' || stable === current ? undefined : progressing('waiting for analysis to complete');
}

function canary(object: KubeObject): Health | undefined {
  const status = mappingAt(object, 'status');
  if (numberAt(status, 'replicas') > numberAt(status, 'updatedReplicas')) {
    return progressing('Waiting for roll out to finish: old replicas are pending termination');
  }
  const stable = stableHash(object);
  const isStable = stable !== '' && stable === status['currentPodHash'];
  return isStable ? undefined : progressing('Waiting for rollout to finish steps');
}

function stableHash(object: KubeObject): string {
  const status = mappingAt(object, 'status');
  return textAt(status, 'stableRS') || textAt(mappingAt(status, 'canary'), 'stableRS');
}

function progressing(message: string): Health {
  return { status: 'Progressing', message };
}
