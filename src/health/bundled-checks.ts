import type { HealthRule, HealthRules } from './forms/rule.ts';
import { ARGO } from './projects/argo.ts';
import { ARGO_PROMOTER } from './projects/argo-promoter.ts';
import { ARGO_ROLLOUTS } from './projects/argo-rollouts.ts';
import { AUTOSCALING } from './projects/autoscaling.ts';
import { CERT_MANAGER } from './projects/cert-manager.ts';
import { CLUSTER_API } from './projects/cluster-api.ts';
import { CROSSPLANE } from './projects/crossplane.ts';
import { DATABASES } from './projects/databases.ts';
import { DELIVERY } from './projects/delivery.ts';
import { ELASTIC } from './projects/elastic.ts';
import { FLUX } from './projects/flux.ts';
import { GATEWAY_API } from './projects/gateway-api.ts';
import { GATEWAYS } from './projects/gateways.ts';
import { GOOGLE } from './projects/google.ts';
import { KAFKA } from './projects/kafka.ts';
import { KNATIVE } from './projects/knative.ts';
import { KRUISE } from './projects/kruise.ts';
import { NETAPP } from './projects/netapp.ts';
import { NUMAPROJ } from './projects/numaproj.ts';
import { OBSERVABILITY } from './projects/observability.ts';
import { OPENSHIFT } from './projects/openshift.ts';
import { OPERATOR_LIFECYCLE_MANAGER } from './projects/operator-lifecycle-manager.ts';
import { PLATFORM } from './projects/platform.ts';
import { POLICIES } from './projects/policies.ts';
import { RABBITMQ } from './projects/rabbitmq.ts';
import { SECRETS } from './projects/secrets.ts';
import { SPARK } from './projects/spark.ts';
import { STORAGE } from './projects/storage.ts';
import { THREE_SCALE } from './projects/three-scale.ts';
import { VIRTUAL_MACHINES } from './projects/virtual-machines.ts';
import { WORKLOADS } from './projects/workloads.ts';

/**
 * The rule that Holdfast brings along for a custom resource: that of its kind, else that of a wildcard; undefined when
 * there is none. Kinds, statuses and messages are those of Argo CD's own customizations.
 *
 * @see https://github.com/argoproj/argo-cd/tree/v3.5.1/resource_customizations
 */
export function findBundledCheck(group: string, kind: string): HealthRule | undefined {
  return EXACT.get(`${group}/${kind}`) ?? wildcardFor(group);
}

/** All rules by `group/Kind`. */
export const BUNDLED_CHECKS: HealthRules = {
  ...ARGO,
  ...ARGO_PROMOTER,
  ...ARGO_ROLLOUTS,
  ...AUTOSCALING,
  ...CERT_MANAGER,
  ...CLUSTER_API,
  ...CROSSPLANE,
  ...DATABASES,
  ...DELIVERY,
  ...ELASTIC,
  ...FLUX,
  ...GATEWAY_API,
  ...GATEWAYS,
  ...GOOGLE,
  ...KAFKA,
  ...KNATIVE,
  ...KRUISE,
  ...NETAPP,
  ...NUMAPROJ,
  ...OBSERVABILITY,
  ...OPENSHIFT,
  ...OPERATOR_LIFECYCLE_MANAGER,
  ...PLATFORM,
  ...POLICIES,
  ...RABBITMQ,
  ...SECRETS,
  ...SPARK,
  ...STORAGE,
  ...THREE_SCALE,
  ...VIRTUAL_MACHINES,
  ...WORKLOADS,
};

const ANY_KIND = '/*';
const EXACT: ReadonlyMap<string, HealthRule> = new Map(
  Object.entries(BUNDLED_CHECKS).filter(([key]) => !key.endsWith(ANY_KIND)),
);
/** Rules for all kinds of a group, by the group; `*.` before it means what is below it. */
const WILDCARDS: ReadonlyMap<string, HealthRule> = new Map(
  Object.entries(BUNDLED_CHECKS)
    .filter(([key]) => key.endsWith(ANY_KIND))
    .map(([key, rule]) => [key.slice(0, -ANY_KIND.length), rule]),
);

function wildcardFor(group: string): HealthRule | undefined {
  const whole = WILDCARDS.get(group);
  if (whole !== undefined) return whole;
  for (let dot = group.indexOf('.'); dot >= 0; dot = group.indexOf('.', dot + 1)) {
    const rule = WILDCARDS.get(`*${group.slice(dot)}`);
    if (rule !== undefined) return rule;
  }
  return undefined;
}
