import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions } from '../forms/by-conditions.ts';
import { byField } from '../forms/by-field.ts';
import { type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionsOf, textAt, valueAt } from '../read.ts';

const NO_STATUS = waiting('No status available');
const PHASE = '{status.phase}';

/** KubeVirt's machines and the volumes that it imports. */
export const VIRTUAL_MACHINES: HealthRules = {
  'kubevirt.io/VirtualMachine': inTurn(machineHealth, NO_STATUS),
  'kubevirt.io/VirtualMachineInstance': inTurn(
    byField('status.phase', {
      Failed: ['Degraded', PHASE],
      Pending: ['Progressing', PHASE],
      Scheduling: ['Progressing', PHASE],
      Scheduled: ['Progressing', PHASE],
      Succeeded: ['Suspended', PHASE],
      Unknown: ['Unknown', PHASE],
    }),
    byConditions([['Paused=True', 'Suspended']]),
    instanceReadiness,
    byField('status.phase', {}, ['Progressing', PHASE]),
    NO_STATUS,
  ),
  'cdi.kubevirt.io/DataVolume': inTurn(
    byField('status.phase', { Succeeded: ['Healthy', PHASE], Paused: ['Suspended', PHASE] }),
    byConditions([['Running=False:Error', 'Degraded']]),
    byField('status.phase', { Failed: ['Degraded', PHASE], Unknown: ['Degraded', PHASE] }, ['Progressing', PHASE]),
    NO_STATUS,
  ),
};

/** A machine that is not ready is starting if it was created, and else stopped; its own words go before ours. */
function machineHealth(object: KubeObject): Health | undefined {
  const paused = MACHINE_PAUSED(object);
  if (paused !== undefined) return paused;
  const readiness = machineReadiness(object);
  const words = valueAt(object, 'status.printableStatus');
  if (typeof words !== 'string') return readiness;
  return { status: readiness?.status ?? 'Progressing', message: words };
}

const MACHINE_PAUSED = byConditions([['Paused=True', 'Suspended', 'Paused']]);

function machineReadiness(object: KubeObject): Health | undefined {
  const ready = conditionsOf(object).findLast(({ type }) => type === 'Ready');
  if (ready === undefined) return undefined;
  if (ready['status'] === 'True') return { status: 'Healthy', message: 'Running' };
  return valueAt(object, 'status.created') === true
    ? { status: 'Progressing', message: 'Starting' }
    : { status: 'Suspended', message: 'Stopped' };
}

function instanceReadiness(object: KubeObject): Health | undefined {
  const ready = conditionsOf(object).findLast(({ type }) => type === 'Ready');
  if (ready === undefined) return undefined;
  return ready['status'] === 'True'
    ? { status: 'Healthy', message: 'Running' }
    : { status: 'Degraded', message: textAt(ready, 'message') };
}
