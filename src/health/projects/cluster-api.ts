import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions } from '../forms/by-conditions.ts';
import { byField, whenField } from '../forms/by-field.ts';
import { type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionsOf, mappingAt, textAt, valueAt } from '../read.ts';

/** Cluster API and its AWS provider; Gardener's clusters. */
export const CLUSTER_API: HealthRules = {
  'addons.cluster.x-k8s.io/ClusterResourceSet': inTurn(
    byConditions([
      ['ResourcesApplied=True', 'Healthy', 'cluster resource set is applied'],
      ['ResourcesApplied=False', 'Degraded'],
    ]),
    waiting('Initializing cluster resource set'),
  ),
  'cluster.x-k8s.io/Cluster': inTurn(
    whenField('spec.paused', true, 'Suspended', 'Cluster is paused'),
    byConditions([['Ready=False', 'Degraded']]),
    byField('status.phase', { Provisioned: ['Healthy', 'Cluster is running'], Failed: ['Degraded'] }),
    waiting('Waiting for clusters'),
  ),
  'cluster.x-k8s.io/Machine': machineHealth,
  'cluster.x-k8s.io/MachineDeployment': inTurn(
    whenField('spec.paused', true, 'Suspended', 'MachineDeployment is paused'),
    byField('status.phase', {
      Running: ['Healthy', 'Machines are running under this deployment'],
      ScalingUp: ['Progressing', 'Cluster is spawning machines'],
      ScalingDown: ['Progressing', 'Cluster is stopping machines'],
      Failed: ['Degraded', 'MachineDeployment is failed'],
    }),
    waiting('Waiting for machines'),
  ),
  'cluster.x-k8s.io/MachineHealthCheck': inTurn(machinesAsExpected, waiting('')),
  'cluster.x-k8s.io/MachinePool': machinePoolHealth,
  'controlplane.cluster.x-k8s.io/AWSManagedControlPlane': controlPlaneHealth,
  'core.gardener.cloud/Shoot': shootHealth,
};

/** A machine that does not run tells why it is not ready. */
function machineHealth(object: KubeObject): Health | undefined {
  const phase = valueAt(object, 'status.phase');
  if (phase === 'Running') return { status: 'Healthy', message: 'Machine is running' };
  const fault = conditionsOf(object).find(({ type, status }) => type === 'Ready' && status === 'False');
  const message = fault === undefined ? 'Condition is unknown' : textAt(fault, 'message');
  return { status: phase === 'Failed' ? 'Degraded' : 'Progressing', message };
}

function machinesAsExpected(object: KubeObject): Health | undefined {
  const current = valueAt(object, 'status.currentHealthy');
  if (current === undefined) return undefined;
  return { status: current === valueAt(object, 'status.expectedMachines') ? 'Healthy' : 'Degraded' };
}

function machinePoolHealth(object: KubeObject): Health | undefined {
  const { status, message = '' } = POOL_PHASE(object) ?? { status: 'Progressing' as const };
  const faults = conditionsOf(object)
    .filter((condition) => typeof condition['type'] === 'string' && condition['status'] === 'False')
    .map((condition) => {
      const reason = valueAt(condition, 'reason');
      return `Not ${textAt(condition, 'type')}${typeof reason === 'string' ? ` (${reason})` : ''}`;
    });
  return { status, message: faults.length === 0 ? message : `${message}: ${faults.join(', ')}` };
}

const IN_PHASE = 'MachinePool is {status.phase}';
const POOL_PHASE = byField(
  'status.phase',
  {
    Running: ['Healthy', IN_PHASE],
    Scaling: ['Healthy', IN_PHASE],
    Failed: ['Degraded', IN_PHASE],
    Unknown: ['Degraded', IN_PHASE],
  },
  ['Progressing', IN_PHASE],
);

/** Errors only count while the control plane is not ready; what is before the readiness in the list does not. */
function controlPlaneHealth(object: KubeObject): Health | undefined {
  if (valueAt(object, 'status.conditions') === undefined) return { status: 'Progressing', message: 'Provisioning...' };
  if (conditionsOf(object).some(({ type, status }) => type === 'Ready' && status === 'True')) {
    return { status: 'Healthy', message: 'Control plane is ready' };
  }
  const errors = conditionsOf(object).filter(({ status, severity }) => status === 'False' && severity === 'Error');
  if (errors.length > 0) {
    return { status: 'Degraded', message: errors.map((condition) => `${textAt(condition, 'message')} `).join('') };
  }
  const why = mappingAt(object, 'status')['ready'] === false ? ' (.status.ready is false)' : '';
  return { status: 'Progressing', message: `Control plane is not ready${why}` };
}

/** Gardener sums a cluster's health up in a label. */
function shootHealth(object: KubeObject): Health | undefined {
  switch (mappingAt(mappingAt(object, 'metadata'), 'labels')['shoot.gardener.cloud/status']) {
    case 'healthy':
      return { status: 'Healthy', message: 'Component state: Healthy' };
    case 'progressing':
      return { status: 'Progressing', message: 'Component state: Update in progress' };
    case 'unhealthy':
      return { status: 'Degraded', message: 'Component state: Unhealthy' };
    case 'unknown':
      return { status: 'Unknown', message: 'Component state: Unknown' };
    default:
      return { status: 'Progressing', message: 'Update in progress' };
  }
}
