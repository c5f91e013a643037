import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions, type ConditionRow } from '../forms/by-conditions.ts';
import { whenField } from '../forms/by-field.ts';
import { type HealthRule, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionsOf, mappingAt, optionalNumberAt, textAt } from '../read.ts';

type Fault = 'Invalid' | 'Orphan' | 'Failed';

const FAULTS: Readonly<Record<Fault, string>> = {
  Invalid: 'configuration is invalid',
  Orphan: 'references non-existing resources',
  Failed: 'synchronization failed',
};

/** 3scale API management. */
export const THREE_SCALE: HealthRules = {
  'apps.3scale.net/APIManager': inTurn(
    managerHealth,
    byConditions([['Available=True', 'Healthy', '3scale APIManager is available']]),
    managerFault,
    waitingFor('APIManager'),
  ),
  'capabilities.3scale.net/ActiveDoc': capability(
    'ActiveDoc',
    ['Ready=True', 'is ready'],
    ['Invalid', 'Orphan', 'Failed'],
  ),
  'capabilities.3scale.net/Application': inTurn(
    whenField('status.state', 'suspended', 'Suspended', '3scale Application is suspended'),
    applicationHealth,
    waitingFor('Application'),
  ),
  'capabilities.3scale.net/ApplicationAuth': inTurn(
    byConditions([
      ['Ready=True', 'Healthy', '3scale ApplicationAuth is ready'],
      ['Failed=True', 'Degraded', '{condition.message|3scale ApplicationAuth failed}'],
    ]),
    waitingFor('ApplicationAuth'),
  ),
  'capabilities.3scale.net/Backend': capability('Backend', ['Synced=True', 'is synced'], ['Invalid', 'Failed']),
  'capabilities.3scale.net/CustomPolicyDefinition': capability(
    'CustomPolicyDefinition',
    ['Ready=True', 'is ready'],
    ['Invalid', 'Failed'],
  ),
  'capabilities.3scale.net/DeveloperAccount': inTurn(
    byConditions([
      ...capabilityRows('DeveloperAccount', ['Ready=True', 'is ready'], ['Invalid', 'Failed']),
      ['Waiting=True', 'Suspended', '{condition.message|3scale DeveloperAccount is waiting for approval}'],
    ]),
    waitingFor('DeveloperAccount'),
  ),
  'capabilities.3scale.net/DeveloperUser': inTurn(
    whenField(
      'status.developerUserState',
      'suspended',
      'Suspended',
      '3scale Developer user is waiting for admin approval',
    ),
    capability('DeveloperUser', ['Ready=True', 'is ready'], ['Invalid', 'Orphan', 'Failed']),
  ),
  'capabilities.3scale.net/OpenAPI': inTurn(
    byConditions([
      ...capabilityRows('OpenAPI', ['Ready=True', 'is ready'], ['Invalid']),
      ['Failed=True', 'Degraded', '{condition.message|3scale OpenAPI reconciliation failed}'],
    ]),
    waitingFor('OpenAPI'),
  ),
  'capabilities.3scale.net/Product': capability(
    'Product',
    ['Synced=True', 'is synced'],
    ['Invalid', 'Orphan', 'Failed'],
  ),
  'capabilities.3scale.net/ProxyConfigPromote': inTurn(
    byConditions([
      ['Ready=True', 'Healthy', '3scale ProxyConfigPromote is ready'],
      ['In-progress=True', 'Progressing', '{condition.message|3scale ProxyConfigPromote is in progress}'],
      // Argo CD's spelling.
      ['Failed=True', 'Degraded', '{condition.message|3cale ProxyConfigPromote failed}'],
    ]),
    waitingFor('ProxyConfigPromote'),
  ),
  'capabilities.3scale.net/Tenant': inTurn(tenantHealth, waitingFor('Tenant')),
};

function capability(kind: string, good: readonly [string, string], faults: readonly Fault[]): HealthRule {
  return inTurn(byConditions(capabilityRows(kind, good, faults)), waitingFor(kind));
}

function capabilityRows(kind: string, good: readonly [string, string], faults: readonly Fault[]): ConditionRow[] {
  const [pattern, words] = good;
  return [
    [pattern, 'Healthy', `3scale ${kind} ${words}`],
    ...faults.map((type): ConditionRow => {
      return [`${type}=True`, 'Degraded', `{condition.message|3scale ${kind} ${FAULTS[type]}}`];
    }),
  ];
}

function waitingFor(kind: string): HealthRule {
  return waiting(`Waiting for 3scale ${kind} status...`);
}

/** All deployments ready, none starting or stopped; anything else leaves the word to the conditions. */
function managerHealth(object: KubeObject): Health | undefined {
  const deployments = mappingAt(mappingAt(object, 'status'), 'deployments');
  const has = (field: string): boolean => (deployments[field] ?? undefined) !== undefined;
  if (!has('ready') || has('starting') || has('stopped')) return undefined;
  return { status: 'Healthy', message: '3scale APIManager is available' };
}

function managerFault(object: KubeObject): Health | undefined {
  const reason = conditionsOf(object)
    .filter(({ type }) => type === 'Available')
    .map((condition) => textAt(condition, 'reason'))
    .find((text) => text !== '');
  return reason === undefined ? undefined : { status: 'Degraded', message: `3scale APIManager is degraded: ${reason}` };
}

/** An application that has its id exists in 3scale; then a lost readiness is being worked on. */
function applicationHealth(object: KubeObject): Health | undefined {
  const exists = isPositive(object, 'adminId');
  const rows: ConditionRow[] = [['Ready=True', 'Healthy', '3scale Application is ready']];
  if (!exists) rows.push(['Ready!=True', 'Degraded', '{condition.message|3scale Application is not ready}']);
  return byConditions(rows)(object);
}

function tenantHealth(object: KubeObject): Health | undefined {
  const exists = isPositive(object, 'tenantId') && isPositive(object, 'adminId');
  const ready = byConditions([['Ready=True', 'Healthy', '3scale Tenant is ready']])(object);
  if (exists && ready !== undefined) return ready;
  return byConditions([['Ready!=True', 'Degraded', '{condition.message|3scale Tenant is degraded}']])(object);
}

function isPositive(object: KubeObject, field: string): boolean {
  return (optionalNumberAt(mappingAt(object, 'status'), field) ?? 0) > 0;
}
