import { byConditions } from '../forms/by-conditions.ts';
import { byField, whenField } from '../forms/by-field.ts';
import { always, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import { mappingAt } from '../read.ts';

const NO_STATUS = waiting('No status available');
const RUN = inTurn(
  byField('status.state', { Completed: ['Healthy', '{kind} Completed'], Running: ['Progressing', '{kind} Running'] }, [
    'Degraded',
    '{status.state}',
  ]),
  NO_STATUS,
);
const WORD = '{status.message}';

/** NetApp's Astra and Trident. */
export const NETAPP: HealthRules = {
  'astra.netapp.io/Application': inTurn(
    byConditions([
      ['Ready=True', 'Healthy', 'Astra Application Ready, protectionState: {status.protectionState}'],
      ['Ready=False', 'Degraded', 'Astra Application Degraded, message: {condition.message}'],
    ]),
    NO_STATUS,
  ),
  'astra.netapp.io/AppVault': inTurn(
    byField('status.state', {
      available: ['Healthy', '{kind} Available'],
      Available: ['Healthy', '{kind} Available'],
      failed: ['Degraded', '{kind} Failed'],
      Failed: ['Degraded', '{kind} Failed'],
    }),
    NO_STATUS,
  ),
  'astra.netapp.io/Backup': RUN,
  'astra.netapp.io/ExecHooksRun': RUN,
  'astra.netapp.io/ResourceBackup': RUN,
  'astra.netapp.io/ResticVolumeBackup': RUN,
  'astra.netapp.io/Snapshot': RUN,
  'astra.netapp.io/ExecHook': inTurn(
    byField('spec.enabled', { true: ['Healthy', '{kind} enabled'], false: ['Suspended', '{kind} disabled'] }),
    NO_STATUS,
  ),
  'astra.netapp.io/Schedule': inTurn(
    whenField('status.lastScheduleTime', undefined, 'Healthy', 'Protection policy not yet executed'),
    always('Healthy', 'Protection policy lastScheduleTime: {status.lastScheduleTime}'),
  ),
  'trident.netapp.io/TridentBackendConfig': inTurn(
    (object) =>
      mappingAt(object, 'status')['phase'] === 'Bound'
        ? byField('status.lastOperationStatus', { Success: ['Healthy', WORD] })(object)
        : undefined,
    byField('status.lastOperationStatus', { Failed: ['Degraded', WORD] }),
    waiting('Waiting for backend creation'),
  ),
  'trident.netapp.io/TridentOrchestrator': inTurn(
    byField('status.status', { Installed: ['Healthy', WORD], Failed: ['Degraded', WORD], Error: ['Degraded', WORD] }),
    waiting('Waiting for trident installation'),
  ),
};
