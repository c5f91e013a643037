import type { KubeObject } from '../../object/kube-object.ts';
import { byField, whenAbsent, whenField } from '../forms/by-field.ts';
import { type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health, HealthStatus } from '../health.ts';
import { mappingAt, textAt, valueAt } from '../read.ts';

const UNREPORTED = 'Waiting for status to be reported';
const BUCKET_PHASE = 'Object bucket claim phase is {status.phase}';
const VOLUME_SNAPSHOT = inTurn(
  whenField('status.readyToUse', true, 'Healthy', 'Ready to use'),
  (object) =>
    valueAt(object, 'status.error') === undefined
      ? undefined
      : { status: 'Degraded', message: textAt(mappingAt(mappingAt(object, 'status'), 'error'), 'message') },
  waiting('Waiting for status'),
);

/** Storage: Ceph (Rook), object buckets, MinIO, volume snapshots. */
export const STORAGE: HealthRules = {
  'ceph.rook.io/CephCluster': cephClusterHealth,
  'ceph.rook.io/CephObjectStore': cephObjectStoreHealth,
  'objectbucket.io/ObjectBucketClaim': inTurn(
    byField('status.phase', { Bound: ['Healthy', BUCKET_PHASE], Failed: ['Degraded', BUCKET_PHASE] }, [
      'Progressing',
      BUCKET_PHASE,
    ]),
    whenAbsent('status', 'Progressing', UNREPORTED),
    waiting('Waiting for phase to be reported'),
  ),
  'minio.min.io/Tenant': inTurn(
    byField(
      'status.currentState',
      {
        Initialized: ['Healthy', '{status.currentState}'],
        'Statefulset not controlled by operator': ['Degraded', '{status.currentState}'],
        'Another MinIO Tenant already exists in the namespace': ['Degraded', '{status.currentState}'],
        'Tenant credentials are not set properly': ['Degraded', '{status.currentState}'],
        'Different versions across MinIO Pools': ['Degraded', '{status.currentState}'],
        'Pool Decommissioning Not Allowed': ['Degraded', '{status.currentState}'],
      },
      ['Progressing', '{status.currentState}'],
    ),
    waiting('No status info available'),
  ),
  'snapshot.storage.k8s.io/VolumeSnapshot': VOLUME_SNAPSHOT,
  'snapshot.storage.k8s.io/VolumeSnapshotContent': VOLUME_SNAPSHOT,
};

/** Ceph's own verdict first; the operator's state only matters while Ceph is well. */
function cephClusterHealth(object: KubeObject): Health {
  if (valueAt(object, 'status') === undefined) return { status: 'Progressing', message: UNREPORTED };
  const status = mappingAt(object, 'status');
  const ceph = mappingAt(status, 'ceph');
  const verdict = textAt(ceph, 'health');
  const told = CEPH.get(verdict) ?? 'Progressing';
  const state = textAt(status, 'state');
  const hasState = told === 'Healthy' && state !== '';
  const notes = [
    verdict === '' ? '' : `Ceph health is ${verdict}${detailsOf(ceph)}`,
    hasState ? `Ceph cluster state is ${state}` : '',
    textAt(status, 'message'),
  ];
  const message = notes.filter((note) => note !== '').join(' - ');
  return { status: hasState ? (CEPH_STATES.get(state) ?? 'Progressing') : told, message };
}

const CEPH: ReadonlyMap<string, HealthStatus> = new Map([
  ['HEALTH_OK', 'Healthy'],
  ['HEALTH_WARN', 'Degraded'],
  ['HEALTH_ERR', 'Degraded'],
]);
const CEPH_STATES: ReadonlyMap<string, HealthStatus> = new Map([
  ['Created', 'Healthy'],
  ['Connected', 'Healthy'],
  ['Error', 'Degraded'],
]);

function detailsOf(ceph: ReturnType<typeof mappingAt>): string {
  const details = mappingAt(ceph, 'details');
  const messages = Object.keys(details)
    .toSorted()
    .map((type) => textAt(mappingAt(details, type), 'message'))
    .filter((message) => message !== '');
  return messages.length === 0 ? '' : ` (${messages.join('; ')})`;
}

function cephObjectStoreHealth(object: KubeObject): Health {
  const health = CEPH_STORE(object) ?? { status: 'Progressing' as const, message: UNREPORTED };
  const endpoint = valueAt(object, 'status.info.endpoint');
  if (typeof endpoint !== 'string' || endpoint === '') return health;
  return { ...health, message: `${health.message ?? ''} - endpoint: ${endpoint}` };
}

const STORE_PHASE = 'Ceph object store phase is {status.phase}';
const CEPH_STORE = byField('status.phase', { Ready: ['Healthy', STORE_PHASE], Failure: ['Degraded', STORE_PHASE] }, [
  'Progressing',
  STORE_PHASE,
]);
