import type { Application } from '../api/types.ts';
import { prepareDesired } from '../diff/prepare-desired.ts';
import { describeKey, type KubeObject } from '../object/kube-object.ts';
import type { Services } from './services.ts';
import type { TrackedApplication } from './tracked-application.ts';

/**
 * Leaves out the rules of ClusterRoles that the cluster aggregates from other roles: its controller writes them, and
 * would undo ours for ever. A condition says so.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
 */
export function leaveAggregatedRules(app: TrackedApplication, application: Application, services: Services): void {
  const desired = new Map(app.desired);
  const conditions = [...app.desiredConditions];
  for (const [key, stated] of app.desired) {
    if (!statesRules(stated.object)) continue;
    if (!isAggregated(services.live.get(stated.gvk, '', stated.name))) continue;
    const { rules: _rules, ...rest } = stated.object;
    const context = {
      instanceName: app.instanceName,
      installationId: services.installationId,
      destinationNamespace: application.spec.destination.namespace ?? '',
    };
    desired.set(key, prepareDesired(rest, { namespaced: false, statusSubresource: false }, context, stated.origin));
    const message = `${describeKey(key)} (${stated.origin}): its rules are left to the cluster, which aggregates them from other ClusterRoles by aggregationRule; state them in a role that the rule selects`;
    conditions.push({ type: 'ExcludedResourceWarning', message });
  }
  app.desired = desired;
  app.desiredConditions = conditions;
}

/** True for a role whose rules the cluster writes. */
export function isAggregated(live: KubeObject | undefined): boolean {
  return live?.kind === 'ClusterRole' && live['aggregationRule'] !== undefined && live['aggregationRule'] !== null;
}

function statesRules(object: KubeObject): boolean {
  return object.kind === 'ClusterRole' && object.apiVersion.startsWith('rbac.') && object['rules'] !== undefined;
}
