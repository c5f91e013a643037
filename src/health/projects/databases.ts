import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions } from '../forms/by-conditions.ts';
import { byField, whenAbsent } from '../forms/by-field.ts';
import { always, type HealthRule, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionOf, conditionsOf, mappingAt, metadataOf, textAt, textsAt, valueAt } from '../read.ts';

const NODES_READY = '{status.ready}/{status.size} node(s) are ready';
const NO_STATUS = waiting('No status info available');
const REASON = '{condition.reason} {condition.message}';
const MARIADB = inTurn(
  firstFault('{condition.message}', ['*=False:Failed']),
  allGood('{condition.message}'),
  NO_STATUS,
);
const MARIADB_OBJECT = inTurn(
  byConditions([
    ['Ready=True', 'Healthy'],
    ['Ready!=True', 'Degraded'],
  ]),
  lastMessage,
  NO_STATUS,
);
const ATLAS_WAITING = waiting('Waiting for Atlas Operator');

/** Operators of databases: Postgres (Zalando), Percona, MariaDB, ClickHouse, Cassandra (Rook), Atlas's migrations. */
export const DATABASES: HealthRules = {
  'acid.zalan.do/postgresql': inTurn(
    byField(
      'status.PostgresClusterStatus',
      {
        Running: ['Healthy', '{status.PostgresClusterStatus}'],
        Creating: ['Progressing', '{status.PostgresClusterStatus}'],
        Updating: ['Progressing', '{status.PostgresClusterStatus}'],
      },
      ['Degraded', '{status.PostgresClusterStatus}'],
    ),
    waiting('Waiting for postgres cluster status...'),
  ),
  'psmdb.percona.com/PerconaServerMongoDB': inTurn(
    byField('status.state', {
      initializing: ['Progressing', NODES_READY],
      ready: ['Healthy', NODES_READY],
      error: ['Degraded', NODES_READY],
      stopping: ['Progressing', NODES_READY],
      paused: ['Suspended', NODES_READY],
    }),
    whenAbsent('status', 'Unknown', 'Cluster status is unknown'),
    always('Unknown', NODES_READY),
  ),
  'pxc.percona.com/PerconaXtraDBCluster': inTurn(
    byField('status.state', {
      initializing: ['Progressing', NODES_READY],
      ready: ['Healthy', NODES_READY],
      paused: ['Unknown', 'Cluster is paused'],
      stopping: ['Degraded', `Cluster is stopping (${NODES_READY})`],
    }),
    xtraDbFault,
    always(
      'Unknown',
      'Cluster status is unknown. Ensure your ArgoCD is current and then check for/file a bug report: https://github.com/argoproj/argo-cd/issues',
    ),
  ),
  'k8s.mariadb.com/MariaDB': MARIADB,
  'mariadb.mmontes.io/MariaDB': MARIADB,
  'k8s.mariadb.com/Backup': inTurn(backupFault, firstFault(REASON, []), allGood(REASON), NO_STATUS),
  'k8s.mariadb.com/Database': MARIADB_OBJECT,
  'k8s.mariadb.com/Grant': MARIADB_OBJECT,
  'k8s.mariadb.com/User': MARIADB_OBJECT,
  'k8s.mariadb.com/SqlJob': inTurn(
    byConditions([
      ['*=True:JobComplete', 'Healthy', REASON],
      ['*=True:JobFailed', 'Degraded', REASON],
    ]),
    sqlJobRunning,
    NO_STATUS,
  ),
  'clickhouse.altinity.com/ClickHouseInstallation': clickHouse('ClickHouse'),
  'clickhouse-keeper.altinity.com/ClickHouseKeeperInstallation': clickHouse('ClickHouseKeeper'),
  'cassandra.rook.io/Cluster': inTurn(racksReady, waiting('Waiting for Cassandra Cluster')),
  'db.atlasgo.io/AtlasMigration': inTurn(atlasReady('reason', ['Reconciling']), ATLAS_WAITING),
  'db.atlasgo.io/AtlasSchema': inTurn(atlasReady('message', ['Reconciling', 'GettingDevDB']), ATLAS_WAITING),
  'postgresql.cnpg.io/Cluster': cloudNativePgHealth,
};

/** The first condition that is False decides; only some of them mean a failure. */
function firstFault(template: string, failures: readonly string[]): HealthRule {
  return byConditions([
    ...failures.map((pattern) => [pattern, 'Degraded', template] as const),
    ['*=False', 'Progressing', template],
  ]);
}

/** Conditions of which none is False: the message is of the last. */
function allGood(template: string): HealthRule {
  return (object) => {
    const { conditions } = mappingAt(object, 'status');
    if (!Array.isArray(conditions)) return undefined;
    const last = byConditions([['*', 'Healthy', template]]);
    return last({ ...object, status: { conditions: conditions.slice(-1) } }) ?? { status: 'Healthy' };
  };
}

function backupFault(object: KubeObject): Health | undefined {
  const fault = conditionsOf(object).find(({ status }) => status === 'False');
  const isFailed = fault?.['reason'] === 'CronJobScheduled' && fault['message'] === 'Failed';
  return isFailed ? { status: 'Degraded', message: 'CronJobScheduled Failed' } : undefined;
}

function lastMessage(object: KubeObject): Health | undefined {
  const last = conditionsOf(object).at(-1);
  return last === undefined ? undefined : { status: 'Progressing', message: textAt(last, 'message') };
}

function sqlJobRunning(object: KubeObject): Health | undefined {
  const last = conditionsOf(object).at(-1);
  if (last === undefined) return undefined;
  return { status: 'Progressing', message: `${textAt(last, 'reason')} ${textAt(last, 'message')}` };
}

function xtraDbFault(object: KubeObject): Health | undefined {
  const status = mappingAt(object, 'status');
  if (status['state'] !== 'error') return undefined;
  return { status: 'Degraded', message: `Cluster is on error: ${textsAt(status, 'message').join(', ')}` };
}

function clickHouse(name: string): HealthRule {
  return inTurn(
    byField(
      'status.status',
      {
        Completed: ['Healthy', `${name} installation completed successfully`],
        InProgress: ['Progressing', `${name} installation in progress`],
      },
      ['Degraded', `${name} status: {status.status}`],
    ),
    waiting(`${name} status not yet available`),
  );
}

function racksReady(object: KubeObject): Health | undefined {
  const racks = valueAt(object, 'status.racks');
  if (racks === undefined) return undefined;
  const isReady = Object.values(mappingAt({ racks }, 'racks')).every((rack) => {
    const [members, ready] = ['members', 'readyMembers'].map((field) => valueAt({ rack }, `rack.${field}`));
    return members === undefined || ready === undefined || members === ready;
  });
  return isReady ? { status: 'Healthy' } : undefined;
}

/** Atlas tells what it is at in the reason of its one condition, or in its message. */
function atlasReady(field: 'reason' | 'message', busy: readonly string[]): HealthRule {
  return (object) => {
    const ready = conditionOf(object, 'Ready');
    if (ready === undefined) return undefined;
    const message = textAt(ready, 'reason');
    if (ready['status'] === 'True') return { status: 'Healthy', message };
    return { status: busy.includes(textAt(ready, field)) ? 'Progressing' : 'Degraded', message };
  };
}

function cloudNativePgHealth(object: KubeObject): Health {
  const annotations = mappingAt(metadataOf(object), 'annotations');
  if (annotations['cnpg.io/reconciliationLoop'] === 'disabled') {
    return { status: 'Suspended', message: 'Cluster reconciliation is suspended' };
  }
  return CLOUD_NATIVE_PG(object) ?? { status: 'Progressing' };
}

const PHASE_REASON = '{status.phaseReason}';
const GROWING = ['Progressing', PHASE_REASON] as const;
const DISTURBED = ['Degraded', PHASE_REASON] as const;
const STUCK = ['Suspended', PHASE_REASON] as const;

const CLOUD_NATIVE_PG = inTurn(
  byConditions([
    ['cnpg.io/hibernation=True', 'Suspended'],
    ['cnpg.io/hibernation', 'Degraded'],
  ]),
  (object) => (valueAt(object, 'status.conditions') === undefined ? always(...GROWING)(object) : undefined),
  byField('status.phase', {
    'Cluster in healthy state': ['Healthy', PHASE_REASON],
    'Setting up primary': GROWING,
    'Creating a new replica': GROWING,
    'Upgrading cluster': GROWING,
    'Waiting for the instances to become active': GROWING,
    'Promoting to primary cluster': GROWING,
    'Switchover in progress': DISTURBED,
    'Failing over': DISTURBED,
    'Upgrading Postgres major version': DISTURBED,
    'Cluster upgrade delayed': DISTURBED,
    'Waiting for user action': DISTURBED,
    'Primary instance is being restarted in-place': DISTURBED,
    'Primary instance is being restarted without a switchover': DISTURBED,
    'Cluster cannot execute instance online upgrade due to missing architecture binary': DISTURBED,
    'Online upgrade in progress': DISTURBED,
    'Applying configuration': DISTURBED,
    'Unable to create required cluster objects': STUCK,
    'Cluster cannot proceed to reconciliation due to an unknown plugin being required': STUCK,
    'Cluster has incomplete or invalid image catalog': STUCK,
    'Cluster is unrecoverable and needs manual intervention': STUCK,
  }),
  always('Unknown', PHASE_REASON),
);
