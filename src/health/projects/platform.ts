import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions } from '../forms/by-conditions.ts';
import { always, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionsOf, mappingAt, textAt, valueAt } from '../read.ts';

const BROKER = inTurn(
  (object) =>
    valueAt(object, 'metadata.deletionTimestamp') === undefined
      ? undefined
      : { status: 'Progressing', message: 'Resource is being deleted' },
  brokeredHealth,
  waiting('Waiting for status'),
);

/** Identity, networks and cloud services: Keycloak, IAM roles, node networks, DNS service discovery, SAP services. */
export const PLATFORM: HealthRules = {
  'k8s.keycloak.org/Keycloak': keycloakHealth,
  'iammanager.keikoproj.io/Iamrole': inTurn(roleHealth, waiting('Waiting for Iamrole to be reconciled')),
  'nmstate.io/NodeNetworkConfigurationPolicy': inTurn(networkHealth, waiting('Waiting for policy to be applied')),
  'proclaim.dogmatiq.io/DNSSDServiceInstance': serviceInstanceHealth,
  'services.cloud.sap.com/ServiceBinding': BROKER,
  'services.cloud.sap.com/ServiceInstance': BROKER,
};

/** The oldest transition that tells decides; what has no time comes last. */
function keycloakHealth(object: KubeObject): Health {
  if (valueAt(object, 'status.conditions') === undefined) {
    return { status: 'Progressing', message: 'Waiting for Keycloak status conditions to exist' };
  }
  const time = (one: Readonly<Record<string, unknown>>): string => textAt(one, 'lastTransitionTime') || '~';
  const conditions = conditionsOf(object).toSorted((a, b) => (time(a) < time(b) ? -1 : Number(time(a) > time(b))));
  return KEYCLOAK({ ...object, status: { conditions } }) ?? { status: 'Progressing' };
}

const KEYCLOAK = byConditions([
  ['Ready=True', 'Healthy', ''],
  ['HasErrors=True', 'Degraded', 'Has Errors: {condition.message}'],
]);

function roleHealth(object: KubeObject): Health | undefined {
  const status = mappingAt(object, 'status');
  const [name, arn, id] = ['roleName', 'roleARN', 'roleID'].map((field) => {
    const value = valueAt(object, `status.${field}`);
    return typeof value === 'string' ? value : '<none>';
  });
  if (status['state'] === 'Ready') {
    return { status: 'Healthy', message: `Role '${name}' exists with ARN '${arn}' and ID '${id}'.` };
  }
  if (!ROLE_FAULTS.has(textAt(status, 'state'))) return undefined;
  const { retryCount, errorDescription } = status;
  const retry = typeof retryCount === 'number' && retryCount > 0 ? `(retry ${retryCount}) ` : '';
  const why = typeof errorDescription === 'string' ? ` Reconciliation error was: ${errorDescription}` : '';
  const message = `Failed to reconcile the Iamrole ${retry}for role '${name}' with ARN '${arn}' and ID '${id}'.${why}`;
  return { status: 'Degraded', message };
}

const ROLE_FAULTS: ReadonlySet<string> = new Set([
  'Error',
  'RolesMaxLimitReached',
  'PolicyNotAllowed',
  'RoleNameNotAvailable',
]);

/** One of its conditions is True; that one tells. */
function networkHealth(object: KubeObject): Health | undefined {
  const health = NETWORK(object);
  return health === undefined ? undefined : { ...health, message: (health.message ?? '').replace(/: $/, '') };
}

const TOLD = '{condition.reason}: {condition.message}';
const NETWORK = byConditions([
  ['Available=True', 'Healthy', TOLD],
  ['Degraded=True', 'Degraded', TOLD],
  ['Progressing=True', 'Progressing', TOLD],
  ['Ignored=True', 'Suspended', TOLD],
]);

function serviceInstanceHealth(object: KubeObject): Health {
  const [adopted = {}, advertised = {}, discovered = {}] = ['Adopted', 'Advertised', 'Discoverable'].map((type) =>
    conditionsOf(object).findLast((condition) => condition['type'] === type),
  );
  if (adopted['status'] === 'False') return { status: 'Degraded', message: textAt(adopted, 'message') };
  if (advertised['reason'] === 'AdvertiseError' || advertised['reason'] === 'UnadvertiseError') {
    return { status: 'Degraded', message: textAt(advertised, 'message') };
  }
  const message = textAt(discovered, 'message');
  if (discovered['reason'] === 'DiscoveryError') return { status: 'Unknown', message };
  return { status: discovered['status'] === 'True' ? 'Healthy' : 'Progressing', message };
}

/** A service of SAP's cloud is usable unless a condition speaks against it. */
function brokeredHealth(object: KubeObject): Health | undefined {
  if (!Array.isArray(valueAt(object, 'status.conditions'))) return undefined;
  const generation = valueAt(object, 'metadata.generation');
  for (const condition of conditionsOf(object)) {
    const observed = valueAt(condition, 'observedGeneration');
    if (observed !== undefined && generation !== undefined && observed !== generation) {
      return { status: 'Progressing', message: 'Waiting for spec update to be observed' };
    }
    const fault = BROKER_FAULT({ ...object, status: { conditions: [condition] } });
    if (fault !== undefined) return fault;
  }
  return READY_TO_USE(object);
}

const BROKER_FAULT = byConditions([
  ['Succeeded=False', 'Degraded'],
  ['Failed=True', 'Degraded'],
]);
const READY_TO_USE = always('Healthy', 'Ready to use');
