import type { KubeObject } from '../../object/kube-object.ts';
import { conditionOf, mappingAt, metadataOf, textAt, valueAt } from '../read.ts';
import { current, failed, inProgress, type Kstatus, reported } from './outcome.ts';
import { podStatus } from './pod.ts';
import { daemonSetStatus, deploymentStatus, replicaSetStatus, statefulSetStatus } from './workloads.ts';

type KindStatus = (object: KubeObject, nowMs: number) => Kstatus | undefined;

/** What Kubernetes' own kinds tell in words of their own, by `group/Kind`. */
export const KSTATUS_KINDS: ReadonlyMap<string, KindStatus> = new Map<string, KindStatus>([
  ['/Pod', podStatus],
  ['/Service', serviceStatus],
  ['/PersistentVolumeClaim', claimStatus],
  ['/ConfigMap', current],
  ['/Secret', current],
  ['apps/Deployment', deploymentStatus],
  ['apps/ReplicaSet', replicaSetStatus],
  ['apps/StatefulSet', statefulSetStatus],
  ['apps/DaemonSet', daemonSetStatus],
  ['policy/PodDisruptionBudget', current],
  ['batch/CronJob', current],
  ['batch/Job', jobStatus],
  ['apiextensions.k8s.io/CustomResourceDefinition', definitionStatus],
]);

function serviceStatus(object: KubeObject): Kstatus {
  const spec = mappingAt(object, 'spec');
  const isWaiting = spec['type'] === 'LoadBalancer' && textAt(spec, 'clusterIP') === '';
  return isWaiting ? inProgress('NoIPAssigned', 'ClusterIP not set. Service type: LoadBalancer') : current();
}

function claimStatus(object: KubeObject): Kstatus {
  const phase = textAt(mappingAt(object, 'status'), 'phase');
  return phase === 'Bound' ? current() : inProgress('NotBound', `PVC is not Bound. phase: ${phase || 'unknown'}`);
}

function jobStatus(object: KubeObject): Kstatus {
  if (conditionOf(object, 'Complete')?.['status'] === 'True') return current();
  const failure = conditionOf(object, 'Failed');
  if (failure?.['status'] === 'True') {
    return failed('JobFailed', `Job failed: ${textAt(failure, 'message') || textAt(metadataOf(object), 'name')}`);
  }
  const hasStarted = valueAt(object, 'status.startTime') !== undefined;
  return hasStarted ? current() : inProgress('JobNotStarted', 'Job not started');
}

function definitionStatus(object: KubeObject): Kstatus {
  const names = conditionOf(object, 'NamesAccepted');
  if (names?.['status'] === 'False') return reported('Failed', names);
  const established = conditionOf(object, 'Established');
  if (established?.['status'] === 'True') return current();
  const isRefused = established?.['status'] === 'False' && established['reason'] !== 'Installing';
  return isRefused ? reported('Failed', established) : inProgress('Installing', 'Install in progress');
}
