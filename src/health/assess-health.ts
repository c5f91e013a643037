import { type KubeObject, parseApiVersion } from '../object/kube-object.ts';
import { apiServiceHealth } from './api-service.ts';
import { cronJobHealth } from './cron-job.ts';
import { customResourceDefinitionHealth } from './custom-resource-definition.ts';
import { daemonSetHealth } from './daemon-set.ts';
import { deploymentHealth } from './deployment.ts';
import { HEALTH_ORDER, type Health } from './health.ts';
import { horizontalPodAutoscalerHealth } from './horizontal-pod-autoscaler.ts';
import { ingressHealth } from './ingress.ts';
import { jobHealth } from './job.ts';
import { persistentVolumeClaimHealth } from './persistent-volume-claim.ts';
import { podHealth } from './pod.ts';
import { podDisruptionBudgetHealth } from './pod-disruption-budget.ts';
import { listAt, metadataOf } from './read.ts';
import { readyCondition } from './ready-condition.ts';
import { replicaSetHealth } from './replica-set.ts';
import { serviceHealth } from './service.ts';
import { statefulSetHealth } from './stateful-set.ts';
import { workflowHealth } from './workflow.ts';

/**
 * Health of a live object by Argo CD's built-in rules; undefined for kinds that have none, which count as healthy.
 * Never throws, whatever the shape of the object. Pure.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/health/health.go
 */
export function assessHealth(object: KubeObject): Health | undefined {
  if (isBeingDeleted(object)) return { status: 'Progressing', message: 'Pending deletion' };
  const check = findCheck(object);
  if (check === undefined) return undefined;
  const { status, message } = check(object);
  return message === undefined || message === '' ? { status } : { status, message };
}

/** The worst of several verdicts, the first of its kind; undefined when there is none. */
export function worstHealth(list: Iterable<Health | undefined>): Health | undefined {
  let worst: Health | undefined;
  for (const health of list) {
    if (health === undefined) continue;
    if (worst === undefined || rank(health) > rank(worst)) worst = health;
  }
  return worst;
}

type HealthCheck = (object: KubeObject) => Health;

/** Checks by group and kind, with the versions they know where Argo CD refuses others. */
const CHECKS: ReadonlyMap<string, HealthCheck> = new Map<string, HealthCheck>([
  ['apps/Deployment', only(['v1'], deploymentHealth)],
  ['apps/StatefulSet', only(['v1'], statefulSetHealth)],
  ['apps/DaemonSet', only(['v1'], daemonSetHealth)],
  ['apps/ReplicaSet', only(['v1'], replicaSetHealth)],
  ['/Pod', only(['v1'], podHealth)],
  ['/Service', only(['v1'], serviceHealth)],
  ['/PersistentVolumeClaim', only(['v1'], persistentVolumeClaimHealth)],
  ['batch/Job', only(['v1'], jobHealth)],
  ['batch/CronJob', cronJobHealth],
  ['networking.k8s.io/Ingress', ingressHealth],
  ['extensions/Ingress', ingressHealth],
  ['autoscaling/HorizontalPodAutoscaler', only(['v1', 'v2'], horizontalPodAutoscalerHealth)],
  ['policy/PodDisruptionBudget', podDisruptionBudgetHealth],
  ['apiextensions.k8s.io/CustomResourceDefinition', customResourceDefinitionHealth],
  ['apiregistration.k8s.io/APIService', only(['v1', 'v1beta1'], apiServiceHealth)],
  ['argoproj.io/Workflow', workflowHealth],
  [
    'cert-manager.io/Certificate',
    readyCondition({ type: 'Ready', busyType: 'Issuing', waiting: 'Waiting for certificate' }),
  ],
  ['cert-manager.io/Issuer', readyCondition({ type: 'Ready', waiting: 'Initializing issuer' })],
  ['cert-manager.io/ClusterIssuer', readyCondition({ type: 'Ready', waiting: 'Initializing ClusterIssuer' })],
  [
    'bitnami.com/SealedSecret',
    readyCondition({ type: 'Synced', waiting: 'Waiting for Sealed Secret to be decrypted' }),
  ],
]);

const HOOK_FINALIZER = 'argocd.argoproj.io/hook-finalizer';

/** A hook's finalizer is ours to remove, so that a hook waiting for it is judged by its kind. */
function isBeingDeleted(object: KubeObject): boolean {
  const metadata = metadataOf(object);
  if (metadata['deletionTimestamp'] === undefined || metadata['deletionTimestamp'] === null) return false;
  return !listAt(metadata, 'finalizers').includes(HOOK_FINALIZER);
}

function findCheck(object: KubeObject): HealthCheck | undefined {
  const { apiVersion, kind } = object as Partial<Record<'apiVersion' | 'kind', unknown>>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  return CHECKS.get(`${parseApiVersion(apiVersion).group}/${kind}`);
}

function only(versions: readonly string[], check: HealthCheck): HealthCheck {
  return (object) => {
    const { group, version } = parseApiVersion(object.apiVersion);
    if (versions.includes(version)) return check(object);
    const name = object.kind === 'HorizontalPodAutoscaler' ? 'HPA' : object.kind;
    const message = `unsupported ${name} GVK: ${group}/${version}, Kind=${object.kind}`;
    return { status: 'Unknown', message };
  };
}

function rank(health: Health): number {
  return HEALTH_ORDER.indexOf(health.status);
}
