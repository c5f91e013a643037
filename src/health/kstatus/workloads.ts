import type { KubeObject } from '../../object/kube-object.ts';
import { conditionOf, type Fields, mappingAt, numberAt, optionalNumberAt, textAt, valueAt } from '../read.ts';
import { current, failed, inProgress, type Kstatus } from './outcome.ts';

/** A comparison of two counts: with fewer than wanted the workload is in progress for the reason. */
type Shortage = readonly [have: number, want: number, reason: string, what: string];

/** A Deployment is current when its roll-out is over and it says that it is available. */
export function deploymentStatus(object: KubeObject): Kstatus {
  const progressing = conditionOf(object, 'Progressing');
  if (progressing?.['reason'] === 'ProgressDeadlineExceeded') {
    return failed('ProgressDeadlineExceeded', 'Progress deadline exceeded');
  }
  const status = mappingAt(object, 'status');
  const wanted = replicasOf(object);
  const [replicas, updated] = [numberAt(status, 'replicas'), numberAt(status, 'updatedReplicas')];
  const shortage = firstShortage([
    [replicas, wanted, 'LessReplicas', 'replicas'],
    [updated, wanted, 'LessUpdated', 'updated'],
    [wanted, replicas, 'ExtraPods', 'pending termination'],
    [numberAt(status, 'availableReplicas'), updated, 'LessAvailable', 'available'],
    [numberAt(status, 'readyReplicas'), wanted, 'LessReady', 'ready'],
  ]);
  if (shortage !== undefined) return shortage;
  const hasDeadline = valueAt(object, 'spec.progressDeadlineSeconds') !== undefined;
  const isReplaced = progressing?.['status'] === 'True' && progressing['reason'] === 'NewReplicaSetAvailable';
  // Without a deadline the condition is not kept; without the condition there is nothing to wait for.
  if (!isReplaced && hasDeadline) return inProgress('ReplicaSetNotAvailable', 'ReplicaSet not Available');
  const isAvailable = conditionOf(object, 'Available')?.['status'] === 'True';
  return isAvailable ? current() : inProgress('DeploymentNotAvailable', 'Deployment not Available');
}

/** A ReplicaSet is current when its pods are labelled, available and ready. */
export function replicaSetStatus(object: KubeObject): Kstatus {
  const failure = conditionOf(object, 'ReplicaFailure');
  if (failure?.['status'] === 'True') return inProgress('ReplicaFailure', 'Replica Failure condition. Check Pods');
  const status = mappingAt(object, 'status');
  const wanted = replicasOf(object);
  return (
    firstShortage([
      [numberAt(status, 'fullyLabeledReplicas'), wanted, 'LessLabelled', 'labelled'],
      [numberAt(status, 'availableReplicas'), wanted, 'LessAvailable', 'available'],
      [numberAt(status, 'readyReplicas'), wanted, 'LessReady', 'ready'],
      [wanted, numberAt(status, 'replicas'), 'ExtraPods', 'pending termination'],
    ]) ?? current()
  );
}

/** A StatefulSet is current when its pods are ready and of its revision, as far as its partition reaches. */
export function statefulSetStatus(object: KubeObject): Kstatus {
  const strategy = mappingAt(mappingAt(object, 'spec'), 'updateStrategy');
  if (textAt(strategy, 'type') === 'OnDelete') return current();
  const status = mappingAt(object, 'status');
  const wanted = replicasOf(object);
  const replicas = numberAt(status, 'replicas');
  const shortage = firstShortage([
    [replicas, wanted, 'LessReplicas', 'replicas'],
    [numberAt(status, 'readyReplicas'), wanted, 'LessReady', 'ready'],
    [wanted, replicas, 'ExtraPods', 'pending deletion'],
  ]);
  return (
    shortage ?? revisionStatus(status, wanted, optionalNumberAt(mappingAt(strategy, 'rollingUpdate'), 'partition'))
  );
}

function revisionStatus(status: Fields, wanted: number, partition: number | undefined): Kstatus {
  if (partition !== undefined && partition > 0) {
    const row: Shortage = [numberAt(status, 'updatedReplicas'), wanted - partition, 'PartitionRollout', 'updated'];
    return firstShortage([row]) ?? current();
  }
  const shortage = firstShortage([[numberAt(status, 'currentReplicas'), wanted, 'LessCurrent', 'current']]);
  if (shortage !== undefined) return shortage;
  const [now, next] = [textAt(status, 'currentRevision'), textAt(status, 'updateRevision')];
  return now === next ? current() : inProgress('RollingUpdate', `Waiting for pods of revision ${next}`);
}

/** A DaemonSet is current when every node that should have its pod has the latest, and it is ready. */
export function daemonSetStatus(object: KubeObject): Kstatus {
  const status = mappingAt(object, 'status');
  const wanted = optionalNumberAt(status, 'desiredNumberScheduled');
  if (optionalNumberAt(status, 'observedGeneration') === undefined) {
    return inProgress('NoObservedGeneration', 'Missing .status.observedGeneration');
  }
  if (wanted === undefined) return inProgress('NoDesiredNumber', 'Missing .status.desiredNumberScheduled');
  return (
    firstShortage([
      [numberAt(status, 'currentNumberScheduled'), wanted, 'LessCurrent', 'current'],
      [numberAt(status, 'updatedNumberScheduled'), wanted, 'LessUpdated', 'updated'],
      [numberAt(status, 'numberAvailable'), wanted, 'LessAvailable', 'available'],
      [numberAt(status, 'numberReady'), wanted, 'LessReady', 'ready'],
    ]) ?? current()
  );
}

function firstShortage(rows: readonly Shortage[]): Kstatus | undefined {
  const short = rows.find(([have, want]) => have < want);
  if (short === undefined) return undefined;
  const [have, want, reason, what] = short;
  return inProgress(reason, reason === 'ExtraPods' ? `Pods ${what}: ${want - have}` : `${what}: ${have}/${want}`);
}

function replicasOf(object: KubeObject): number {
  return optionalNumberAt(mappingAt(object, 'spec'), 'replicas') ?? 1;
}
