import { type KubeObject, parseApiVersion } from '../../object/kube-object.ts';
import { conditionsOf, metadataOf, optionalNumberAt, textAt, valueAt } from '../read.ts';
import { KSTATUS_KINDS } from './kinds.ts';
import { current, inProgress, type Kstatus, reported } from './outcome.ts';

/** When an object was looked at, in milliseconds since 1970. */
export interface KstatusOptions {
  readonly nowMs: number;
}

/**
 * An object's status by the conventions that kustomize's and Flux's tools share: what holds for all kinds, then what
 * some of Kubernetes' own kinds tell in other words, then the condition `Ready`. Pure.
 *
 * @see https://github.com/kubernetes-sigs/cli-utils/blob/5895ad6/pkg/kstatus/status/core.go
 */
export function computeKstatus(object: KubeObject, options: KstatusOptions): Kstatus {
  return commonStatus(object) ?? kindOf(object)?.(object, options.nowMs) ?? readyStatus(object) ?? current();
}

/**
 * The same for a kind that nothing is known of: undefined unless the object carries a sign of the conventions, because
 * what has none is as it should be in the eyes of Argo CD.
 */
export function computeGenericStatus(object: KubeObject): Kstatus | undefined {
  return commonStatus(object) ?? readyStatus(object);
}

function kindOf(object: KubeObject): ((object: KubeObject, nowMs: number) => Kstatus | undefined) | undefined {
  return KSTATUS_KINDS.get(`${parseApiVersion(object.apiVersion).group}/${object.kind}`);
}

function commonStatus(object: KubeObject): Kstatus | undefined {
  if (valueAt(object, 'metadata.deletionTimestamp') !== undefined) {
    return { status: 'Terminating', reason: '', message: 'Resource scheduled for deletion', conditions: [] };
  }
  const generation = optionalNumberAt(metadataOf(object), 'generation');
  const observed = valueAt(object, 'status.observedGeneration');
  if (generation !== undefined && typeof observed === 'number' && observed !== generation) {
    const message = `${object.kind} generation is ${generation}, but latest observed generation is ${observed}`;
    return inProgress('LatestGenerationNotObserved', message);
  }
  for (const condition of conditionsOf(object)) {
    if (condition['status'] !== 'True') continue;
    if (condition['type'] === 'Reconciling') return reported('InProgress', condition);
    if (condition['type'] === 'Stalled') return reported('Failed', condition);
  }
  return undefined;
}

function readyStatus(object: KubeObject): Kstatus | undefined {
  const ready = conditionsOf(object).find(({ type }) => type === 'Ready');
  if (ready === undefined) return undefined;
  switch (textAt(ready, 'status')) {
    case 'True':
      return { ...current(), message: textAt(ready, 'message') };
    case 'False':
    case 'Unknown':
      return reported('InProgress', ready);
    default:
      return undefined;
  }
}
