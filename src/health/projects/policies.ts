import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions } from '../forms/by-conditions.ts';
import { byField, whenAbsent, whenField, whenStale, whenUnobserved } from '../forms/by-field.ts';
import { type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionsOf, type Fields, listAt, mappingAt, mappingsAt, textAt, valueAt } from '../read.ts';

const UNREPORTED = 'Waiting for the status to be reported';
const OUTDATED = 'Waiting for the status to be updated';

/** Policies: Open Cluster Management's and Kyverno's. */
export const POLICIES: HealthRules = {
  'policy.open-cluster-management.io/CertificatePolicy': inTurn(
    byField('status.compliant', { Compliant: ['Healthy', 'All certificates found comply with the policy'] }, [
      'Degraded',
      'At least once certificate does not comply with the policy',
    ]),
    waiting(UNREPORTED),
  ),
  'policy.open-cluster-management.io/ConfigurationPolicy': inTurn(
    whenAbsent('status.compliant', 'Progressing', UNREPORTED),
    whenUnobserved(OUTDATED, 'status.lastEvaluatedGeneration'),
    configurationHealth,
    waiting('Waiting for compliance'),
  ),
  'policy.open-cluster-management.io/OperatorPolicy': inTurn(
    whenAbsent('status.conditions', 'Progressing', UNREPORTED),
    whenStale(OUTDATED),
    byConditions([
      ['Compliant=True', 'Healthy'],
      ['Compliant', 'Degraded'],
    ]),
    waiting('Waiting for the compliance condition'),
  ),
  'policy.open-cluster-management.io/Policy': inTurn(
    whenField('spec.disabled', true, 'Healthy', 'Policy is disabled'),
    policyHealth,
    waiting(UNREPORTED),
  ),
  'kyverno.io/Policy': inTurn(kyvernoReady, waiting('Waiting for Policy to be ready')),
};

function configurationHealth(object: KubeObject): Health | undefined {
  const status = mappingAt(object, 'status');
  if (valueAt(object, 'status.compliancyDetails') === undefined) return undefined;
  const messages = mappingsAt(status, 'compliancyDetails')
    .flatMap((details) => mappingsAt(details, 'conditions'))
    .filter((one) => typeof one['message'] === 'string' && typeof one['type'] === 'string')
    .map((one) => `${textAt(one, 'type')} - ${textAt(one, 'message')}`);
  return { ...compliance(status), message: messages.join('; ') };
}

/** On the hub a policy tells of clusters, on a managed cluster of templates. */
function policyHealth(object: KubeObject): Health | undefined {
  const status = mappingAt(object, 'status');
  const hasClusters = valueAt(object, 'status.status') !== undefined;
  if (valueAt(object, 'status.compliant') === undefined) {
    const isUnmatched = !hasClusters && listAt(status, 'placement').length > 0;
    return isUnmatched ? { status: 'Healthy', message: 'No clusters match this policy' } : undefined;
  }
  if (hasClusters) {
    const names = nonCompliant(status, 'status').map((entry) => textAt(entry, 'clustername'));
    return { ...compliance(status), message: listed('clusters', names) };
  }
  if (valueAt(object, 'status.details') === undefined) return compliance(status);
  const names = nonCompliant(status, 'details').map((entry) => textAt(mappingAt(entry, 'templateMeta'), 'name'));
  return { ...compliance(status), message: listed('templates', names) };
}

function compliance(status: Fields): Health {
  return { status: status['compliant'] === 'Compliant' ? 'Healthy' : 'Degraded' };
}

function nonCompliant(status: Fields, field: string): readonly Fields[] {
  return mappingsAt(status, field).filter(({ compliant }) => compliant !== 'Compliant');
}

function listed(what: string, names: readonly string[]): string {
  return names.length === 0 ? `All ${what} are compliant` : `NonCompliant ${what}: ${names.join(', ')}`;
}

function kyvernoReady(object: KubeObject): Health | undefined {
  const isReady = conditionsOf(object).some(
    ({ type, status, reason, message }) =>
      type === 'Ready' && status === 'True' && reason === 'Succeeded' && message === 'Ready',
  );
  return isReady ? { status: 'Healthy', message: 'Policy is ready' } : undefined;
}
