import type { GroupVersionKind } from '../../../object/kube-object.ts';
import type { FieldSpec } from './field-spec.ts';

/** A type of the tables; missing parts stand for any. */
export type TypeSelector = Partial<GroupVersionKind>;

/** The field specs of one type; paths that begin with `+` are made where they are missing. */
export function fieldSpecs(type: TypeSelector, paths: readonly string[]): FieldSpec[] {
  const { group = '', version = '', kind = '' } = type;
  return paths.map((path) => {
    const create = path.startsWith('+');
    return { group, version, kind, path: create ? path.slice(1) : path, create };
  });
}

/** The paths `inPod` within the pods that objects of a kind hold. */
export function inPods(kinds: readonly PodHolder[], inPod: readonly string[]): FieldSpec[] {
  return kinds.flatMap((kind) => {
    const paths = inPod.map((path) => POD_PREFIXES[kind] + path);
    return fieldSpecs({ kind }, paths);
  });
}

/** A kind whose objects hold the spec of a pod. */
export type PodHolder =
  | 'Pod'
  | 'PodTemplate'
  | 'Deployment'
  | 'ReplicaSet'
  | 'ReplicationController'
  | 'DaemonSet'
  | 'StatefulSet'
  | 'Job'
  | 'CronJob';

const TEMPLATE = 'spec/template/';
const POD_PREFIXES: Readonly<Record<PodHolder, string>> = {
  Pod: '',
  PodTemplate: 'template/',
  Deployment: TEMPLATE,
  ReplicaSet: TEMPLATE,
  ReplicationController: TEMPLATE,
  DaemonSet: TEMPLATE,
  StatefulSet: TEMPLATE,
  Job: TEMPLATE,
  CronJob: 'spec/jobTemplate/spec/template/',
};
