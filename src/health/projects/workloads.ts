import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions, byReady } from '../forms/by-conditions.ts';
import { byField, whenAbsent } from '../forms/by-field.ts';
import { always, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionsOf, listAt, mappingAt, mappingsAt, numberAt, optionalNumberAt, textAt, valueAt } from '../read.ts';

const INSUFFICIENT = 'Current resource status is insufficient';

const JOB = '{status.ansibleJobResult.status} job - {status.ansibleJobResult.url}';
const ANSIBLE = byField('status.ansibleJobResult.status', {
  successful: ['Healthy', JOB],
  failed: ['Degraded', JOB],
  error: ['Degraded', JOB],
  canceled: ['Degraded', JOB],
  new: ['Progressing', JOB],
  pending: ['Progressing', JOB],
  waiting: ['Progressing', JOB],
  running: ['Progressing', JOB],
});

/** What runs or places others' programs: functions, integrations, jobs, federated workloads. */
export const WORKLOADS: HealthRules = {
  'camel.apache.org/Integration': inTurn(byReady(), waiting('Waiting for Integration')),
  'core.spinkube.dev/SpinApp': spinAppHealth,
  'openfaas.com/Function': inTurn(functionHealth, waiting('Waiting for Function')),
  'flink.apache.org/FlinkDeployment': inTurn(flinkHealth, waiting('Waiting for Flink operator')),
  'work.karmada.io/ClusterResourceBinding': bindingHealth,
  'work.karmada.io/ResourceBinding': bindingHealth,
  'tower.ansible.com/AnsibleJob': inTurn(ANSIBLE, waiting('Waiting for AnsibleJob')),
  'solr.apache.org/SolrCloud': inTurn(
    whenAbsent('status.solrNodes', 'Progressing', 'Waiting for solr to exist'),
    (object) =>
      mappingsAt(mappingAt(object, 'status'), 'solrNodes').every(({ ready }) => ready === true)
        ? undefined
        : { status: 'Progressing', message: 'Not all replicas are ready' },
    always('Healthy', 'Solr is ready'),
  ),
};

/** Unavailable is degraded at once; a condition that gave up on progress weighs most. */
function spinAppHealth(object: KubeObject): Health {
  if (valueAt(object, 'status') === undefined) {
    return { status: 'Progressing', message: 'Waiting for status to be available' };
  }
  const fault = spinAppFault(object);
  if (fault !== undefined) return fault;
  const available = conditionsOf(object).findLast(({ type }) => type === 'Available');
  if (available?.['status'] !== 'True') {
    const message = available === undefined ? '' : messageOr(available, 'Application is not available');
    return { status: 'Degraded', message };
  }
  const ready = numberAt(mappingAt(object, 'status'), 'readyReplicas');
  const wanted = optionalNumberAt(mappingAt(object, 'spec'), 'replicas') ?? 1;
  if (ready < wanted) {
    return { status: 'Progressing', message: `Waiting for replicas to be ready (${ready}/${wanted})` };
  }
  return (
    SPIN_PROGRESS(object) ?? {
      status: 'Healthy',
      message: `Application is healthy with ${ready}/${wanted} replicas ready`,
    }
  );
}

const SPIN_PROGRESS = byConditions([
  ['Progressing=True', 'Progressing', '{condition.message|Application progress status}'],
]);

function spinAppFault(object: KubeObject): Health | undefined {
  const fault = conditionsOf(object).find((condition) => {
    if (condition['type'] !== 'Progressing' || condition['status'] !== 'False') return false;
    return condition['reason'] === 'ProgressDeadlineExceeded' || /timeout|failed/i.test(textAt(condition, 'message'));
  });
  if (fault === undefined) return undefined;
  return { status: 'Degraded', message: messageOr(fault, 'Application deployment has failed') };
}

function messageOr(condition: Readonly<Record<string, unknown>>, fallback: string): string {
  const message = valueAt(condition, 'message');
  return typeof message === 'string' ? message : fallback;
}

/** A function that is ready without replicas is scaled to nothing. */
function functionHealth(object: KubeObject): Health | undefined {
  const health = FUNCTION(object);
  if (health?.status !== 'Healthy' || numberAt(mappingAt(object, 'status'), 'replicas') > 0) return health;
  return { status: 'Suspended', message: 'No replicas available' };
}

const FUNCTION = byConditions([
  ['Ready=False', 'Degraded'],
  ['Stalled=True', 'Degraded'],
  ['Ready=True', 'Healthy'],
]);

function flinkHealth(object: KubeObject): Health | undefined {
  if (valueAt(object, 'status.reconciliationStatus') === undefined) return undefined;
  const { success, state } = mappingAt(mappingAt(object, 'status'), 'reconciliationStatus');
  if (success === true || state === 'DEPLOYED') return { status: 'Healthy' };
  return FLINK(object);
}

const FLINK = byField('status.jobManagerDeploymentStatus', {
  DEPLOYED_NOT_READY: ['Progressing', 'Waiting for deploying'],
  DEPLOYING: ['Progressing', 'Waiting for deploying'],
  ERROR: ['Degraded', '{status.reconciliationStatus.error}'],
});

/** A binding waits until each of its clusters has reported. */
function bindingHealth(object: KubeObject): Health {
  const clusters = listAt(mappingAt(object, 'spec'), 'clusters');
  const reports = mappingsAt(mappingAt(object, 'status'), 'aggregatedStatus');
  if (clusters.length === 0 || clusters.length !== reports.length)
    return { status: 'Progressing', message: INSUFFICIENT };
  const isAmiss = reports.some(
    ({ health, applied }) => health === 'Unhealthy' || (health === 'Unknown' && applied !== true),
  );
  return isAmiss ? { status: 'Degraded', message: 'Current resource status is unhealthy' } : { status: 'Healthy' };
}
