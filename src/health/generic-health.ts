import { type KubeObject, parseApiVersion } from '../object/kube-object.ts';
import type { Health, HealthStatus } from './health.ts';
import { computeGenericStatus } from './kstatus/kstatus.ts';
import type { KstatusCode } from './kstatus/outcome.ts';

/**
 * Health of a custom resource whose kind has no rule, by the conventions of kstatus; undefined when the object carries
 * none of their signs (an observed generation that is behind, or a condition `Ready`, `Reconciling` or `Stalled`), and
 * for Kubernetes' own kinds, all of which are known.
 */
export function genericHealth(object: KubeObject): Health | undefined {
  if (isKubernetesOwn(object)) return undefined;
  const outcome = computeGenericStatus(object);
  if (outcome === undefined) return undefined;
  const { reason, message } = outcome;
  const words = [reason, message].filter((text) => text !== '').join(': ');
  return words === '' ? { status: HEALTH[outcome.status] } : { status: HEALTH[outcome.status], message: words };
}

const HEALTH: Readonly<Record<KstatusCode, HealthStatus>> = {
  Current: 'Healthy',
  InProgress: 'Progressing',
  Failed: 'Degraded',
  Terminating: 'Progressing',
};

/** Groups without a dot are Kubernetes' own, and some of k8s.io; others there are custom resources. */
function isKubernetesOwn(object: KubeObject): boolean {
  const { apiVersion } = object as Partial<Record<'apiVersion', unknown>>;
  if (typeof apiVersion !== 'string') return true;
  const { group } = parseApiVersion(apiVersion);
  return !group.includes('.') || OWN_GROUPS.has(group);
}

const OWN_GROUPS: ReadonlySet<string> = new Set([
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'internal.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
  'storagemigration.k8s.io',
]);
