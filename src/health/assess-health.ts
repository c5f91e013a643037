import { type KubeObject, parseApiVersion } from '../object/kube-object.ts';
import { apiServiceHealth } from './api-service.ts';
import { findBundledCheck } from './bundled-checks.ts';
import { cronJobHealth } from './cron-job.ts';
import { customResourceDefinitionHealth } from './custom-resource-definition.ts';
import { daemonSetHealth } from './daemon-set.ts';
import { deploymentHealth } from './deployment.ts';
import type { HealthRule } from './forms/rule.ts';
import { HEALTH_ORDER, type Health } from './health.ts';
import { horizontalPodAutoscalerHealth } from './horizontal-pod-autoscaler.ts';
import { ingressHealth } from './ingress.ts';
import { jobHealth } from './job.ts';
import { persistentVolumeClaimHealth } from './persistent-volume-claim.ts';
import { podHealth } from './pod.ts';
import { podDisruptionBudgetHealth } from './pod-disruption-budget.ts';
import { listAt, metadataOf } from './read.ts';
import { replicaSetHealth } from './replica-set.ts';
import { serviceHealth } from './service.ts';
import { statefulSetHealth } from './stateful-set.ts';
import { workflowHealth } from './workflow.ts';

/**
 * Health of a live object; undefined for kinds that have none, which count as healthy. What is being deleted is
 * Progressing before any rule. Then the kind's rule: Argo CD's customizations before its built-in checks.
 * Never throws, whatever the shape of the object. Pure.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/gitops-engine/pkg/health/health.go
 */
export function assessHealth(object: KubeObject): Health | undefined {
  return deletionHealth(object) ?? assessByRule(object);
}

/** What is said of any object that is being deleted; undefined when it is not. */
export function deletionHealth(object: KubeObject): Health | undefined {
  return isBeingDeleted(object) ? { status: 'Progressing', message: 'Pending deletion' } : undefined;
}

/** What the rule of the object's kind says of it, be it deleted or not. */
export function assessByRule(object: KubeObject): Health | undefined {
  const groupKind = groupKindOf(object);
  if (groupKind === undefined) return undefined;
  const { group, kind } = groupKind;
  const rule = CUSTOMIZED.get(`${group}/${kind}`) ?? findBundledCheck(group, kind) ?? BUILT_IN.get(`${group}/${kind}`);
  return withoutEmptyMessage(rule?.(object));
}

/** What Argo CD's checks written in Go say of an object, without its customizations. */
export function assessBuiltIn(object: KubeObject): Health | undefined {
  const groupKind = groupKindOf(object);
  if (groupKind === undefined) return undefined;
  return deletionHealth(object) ?? withoutEmptyMessage(BUILT_IN.get(`${groupKind.group}/${groupKind.kind}`)?.(object));
}

/** Whether the kind has a rule of its own. */
export function hasRule(object: KubeObject): boolean {
  const groupKind = groupKindOf(object);
  if (groupKind === undefined) return false;
  const key = `${groupKind.group}/${groupKind.kind}`;
  return CUSTOMIZED.has(key) || BUILT_IN.has(key) || findBundledCheck(groupKind.group, groupKind.kind) !== undefined;
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

/** Checks by group and kind, with the versions they know where Argo CD refuses others. */
const BUILT_IN: ReadonlyMap<string, HealthRule> = new Map<string, HealthRule>([
  ['apps/Deployment', only(['v1'], deploymentHealth)],
  ['apps/StatefulSet', only(['v1'], statefulSetHealth)],
  ['apps/DaemonSet', only(['v1'], daemonSetHealth)],
  ['apps/ReplicaSet', only(['v1'], replicaSetHealth)],
  ['/Pod', only(['v1'], podHealth)],
  ['/Service', only(['v1'], serviceHealth)],
  ['/PersistentVolumeClaim', only(['v1'], persistentVolumeClaimHealth)],
  ['batch/Job', only(['v1'], jobHealth)],
  ['networking.k8s.io/Ingress', ingressHealth],
  ['extensions/Ingress', ingressHealth],
  ['autoscaling/HorizontalPodAutoscaler', only(['v1', 'v2'], horizontalPodAutoscalerHealth)],
  ['apiregistration.k8s.io/APIService', only(['v1', 'v1beta1'], apiServiceHealth)],
  ['argoproj.io/Workflow', workflowHealth],
]);

/** Kubernetes' own kinds that Argo CD judges by a customization. */
const CUSTOMIZED: ReadonlyMap<string, HealthRule> = new Map<string, HealthRule>([
  ['batch/CronJob', cronJobHealth],
  ['policy/PodDisruptionBudget', podDisruptionBudgetHealth],
  ['apiextensions.k8s.io/CustomResourceDefinition', customResourceDefinitionHealth],
]);

const HOOK_FINALIZER = 'argocd.argoproj.io/hook-finalizer';

/** A hook's finalizer is ours to remove, so that a hook waiting for it is judged by its kind. */
function isBeingDeleted(object: KubeObject): boolean {
  const metadata = metadataOf(object);
  if (metadata['deletionTimestamp'] === undefined || metadata['deletionTimestamp'] === null) return false;
  return !listAt(metadata, 'finalizers').includes(HOOK_FINALIZER);
}

function groupKindOf(object: KubeObject): { readonly group: string; readonly kind: string } | undefined {
  const { apiVersion, kind } = object as Partial<Record<'apiVersion' | 'kind', unknown>>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  return { group: parseApiVersion(apiVersion).group, kind };
}

function only(versions: readonly string[], check: HealthRule): HealthRule {
  return (object) => {
    const { group, version } = parseApiVersion(object.apiVersion);
    if (versions.includes(version)) return check(object);
    const name = object.kind === 'HorizontalPodAutoscaler' ? 'HPA' : object.kind;
    const message = `unsupported ${name} GVK: ${group}/${version}, Kind=${object.kind}`;
    return { status: 'Unknown', message };
  };
}

function withoutEmptyMessage(health: Health | undefined): Health | undefined {
  if (health === undefined) return undefined;
  const { status, message } = health;
  return message === undefined || message === '' ? { status } : { status, message };
}

function rank(health: Health): number {
  return HEALTH_ORDER.indexOf(health.status);
}
