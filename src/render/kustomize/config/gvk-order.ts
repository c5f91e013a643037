import type { GroupVersionKind } from '../../../object/kube-object.ts';
import { compareStrings } from '../node/metadata.ts';
import { isGvkEqual } from '../resource/res-id.ts';

/**
 * The order of types in which kustomize keeps its field specs: kinds that others depend upon first, webhooks last, the
 * rest by group, version and kind.
 * @returns a negative number if `a` comes before `b`, zero if neither does
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 resid/gvk.go
 */
export function compareGvks(a: GroupVersionKind, b: GroupVersionKind): number {
  if (isGvkEqual(a, b)) return 0;
  const byRank = rankOf(a.kind) - rankOf(b.kind);
  return byRank === 0 ? compareStrings(sortText(a), sortText(b)) : byRank;
}

function rankOf(kind: string): number {
  return RANKS.get(kind) ?? 0;
}

/** Kinds that others depend upon, in the order in which they come before all others. */
export const FIRST_KINDS: readonly string[] = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
/** Kinds that come after all others, in their order. */
export const LAST_KINDS: readonly string[] = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

const RANKS: ReadonlyMap<string, number> = new Map([
  ...FIRST_KINDS.map((kind, index) => [kind, index - FIRST_KINDS.length] as const),
  ...LAST_KINDS.map((kind, index) => [kind, index + 1] as const),
]);

/** Absent parts are `~` and a letter, which sorts them behind all others. */
function sortText({ group, version, kind }: GroupVersionKind): string {
  return `${group === '' ? '~G' : group}_${version === '' ? '~V' : version}_${kind === '' ? '~K' : kind}`;
}
