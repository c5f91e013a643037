import type { KubeObject } from '../../object/kube-object.ts';
import { conditionOf, mappingAt, mappingsAt, metadataOf, textAt, valueAt } from '../read.ts';
import { current, failed, inProgress, type Kstatus } from './outcome.ts';

/** A pod that cannot be scheduled may yet be, when it is this young: nodes are being added. */
const SCHEDULING_WINDOW_MS = 15_000;

/** A pod's phase, with what keeps it there. A finished pod is current, however it ended. */
export function podStatus(object: KubeObject, nowMs: number): Kstatus {
  const phase = textAt(mappingAt(object, 'status'), 'phase');
  switch (phase) {
    case 'Succeeded':
    case 'Failed':
      return current();
    case 'Running':
      return runningStatus(object);
    case 'Pending':
      return pendingStatus(object, nowMs);
    default:
      return inProgress('PodNotObserved', 'Pod phase not available');
  }
}

function runningStatus(object: KubeObject): Kstatus {
  if (conditionOf(object, 'Ready')?.['status'] === 'True') return current();
  const crashing = crashLoopingOf(object);
  if (crashing.length > 0)
    return failed('ContainerCrashLooping', `Containers in CrashLoop state: ${crashing.join(',')}`);
  return inProgress('PodRunningNotReady', 'Pod is running but is not Ready');
}

function pendingStatus(object: KubeObject, nowMs: number): Kstatus {
  const scheduled = conditionOf(object, 'PodScheduled');
  if (scheduled?.['status'] === 'False' && scheduled['reason'] === 'Unschedulable') {
    const created = Date.parse(textAt(metadataOf(object), 'creationTimestamp'));
    if (nowMs - created < SCHEDULING_WINDOW_MS) return inProgress('PodNotScheduled', 'Pod has not been scheduled');
    return failed('PodUnschedulable', 'Pod could not be scheduled');
  }
  const crashing = crashLoopingOf(object);
  if (crashing.length > 0)
    return failed('ContainerCrashLooping', `Containers in CrashLoop state: ${crashing.join(',')}`);
  return inProgress('PodPending', 'Pod is in the Pending phase');
}

function crashLoopingOf(object: KubeObject): string[] {
  const status = mappingAt(object, 'status');
  return ['initContainerStatuses', 'containerStatuses']
    .flatMap((field) => mappingsAt(status, field))
    .filter((container) => valueAt(container, 'state.waiting.reason') === 'CrashLoopBackOff')
    .map((container) => textAt(container, 'name'));
}
