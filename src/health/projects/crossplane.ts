import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions } from '../forms/by-conditions.ts';
import { whenAbsent } from '../forms/by-field.ts';
import { always, type HealthRule, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionOf, conditionsOf, type Fields, mappingAt, textAt } from '../read.ts';

const UP_TO_DATE = 'Resource is up-to-date.';

/** Crossplane: its own kinds, the providers' managed resources (the old AWS provider by kind), and stacks. */
export const CROSSPLANE: HealthRules = {
  '*.crossplane.io/*': managedResource({
    goodTypes: ['Ready', 'Healthy', 'Offered', 'Established', 'ValidPipeline', 'RevisionHealthy'],
    withoutStatus: [
      'Composition',
      'CompositionRevision',
      'DeploymentRuntimeConfig',
      'ClusterProviderConfig',
      'ProviderConfig',
      'ProviderConfigUsage',
      'ControllerConfig',
    ],
  }),
  '*.upbound.io/*': managedResource({
    goodTypes: ['Ready'],
    withoutStatus: ['ClusterProviderConfig', 'ProviderConfig', 'ProviderConfigUsage'],
  }),
  'pkg.crossplane.io/Provider': inTurn(installed, waiting('Waiting for provider to be installed')),
  'stacks.crossplane.io/ClusterStackInstall': inTurn(
    byConditions([['Ready=True', 'Healthy', '{condition.reason}']], { at: 'status.conditionedStatus.conditions' }),
    lastReason,
    waiting('Waiting for stack to be installed'),
  ),
  'cloudfront.aws.crossplane.io/Distribution': awsResource('distribution'),
  'iam.aws.crossplane.io/Policy': awsResource('Policy'),
  'iam.aws.crossplane.io/Role': awsResource('Role'),
  'iam.aws.crossplane.io/RolePolicyAttachment': awsResource('RolePolicyAttachment'),
  'rds.aws.crossplane.io/DBCluster': awsResource('DBCluster'),
  'rds.aws.crossplane.io/DBInstance': awsResource('DBInstance'),
  'route53.aws.crossplane.io/ResourceRecordSet': awsResource('resourcrecordset'),
  's3.aws.crossplane.io/Bucket': awsResource('Bucket'),
};

interface ManagedResource {
  /** Conditions of which one must be True. */
  readonly goodTypes: readonly string[];
  /** Kinds that are configuration only: nothing is ever reported of them. */
  readonly withoutStatus: readonly string[];
}

/** A failed synchronization weighs more than a readiness that was reported before it. */
function managedResource({ goodTypes, withoutStatus }: ManagedResource): HealthRule {
  const good = goodTypes.map((type) => [`${type}=True`, 'Healthy', UP_TO_DATE] as const);
  return inTurn(
    whenAbsent('status', 'Healthy', UP_TO_DATE),
    (object) => {
      const isEmpty = Object.keys(mappingAt(object, 'status')).length === 0;
      return isEmpty && withoutStatus.includes(object.kind) ? SETTLED(object) : undefined;
    },
    (object) => {
      const { conditions, users } = mappingAt(object, 'status');
      const isUsed = (conditions ?? undefined) === undefined && (users ?? undefined) !== undefined;
      return isUsed && PROVIDER_CONFIGS.has(object.kind) ? IN_USE(object) : undefined;
    },
    byConditions([
      ['LastAsyncOperation=False', 'Degraded'],
      ['Synced=False', 'Degraded'],
    ]),
    byConditions(good),
    waiting('Provisioning ...'),
  );
}

const SETTLED = always('Healthy', UP_TO_DATE);
const IN_USE = always('Healthy', 'Resource is in use.');
const PROVIDER_CONFIGS: ReadonlySet<string> = new Set(['ProviderConfig', 'ClusterProviderConfig']);

function installed(object: KubeObject): Health | undefined {
  if (!Array.isArray(mappingAt(object, 'status')['conditions'])) return undefined;
  const pair = ['Installed', 'Healthy'].map((type) => conditionsOf(object).findLast((one) => one['type'] === type));
  const isGood = pair.every((condition) => condition?.['status'] === 'True');
  const message = pair.map((condition) => textAt(condition ?? {}, 'reason')).join(' ');
  return { status: isGood ? 'Healthy' : 'Degraded', message };
}

/** A stack that is not ready yet tells in its last condition why. */
function lastReason(object: KubeObject): Health | undefined {
  const { conditionedStatus } = mappingAt(object, 'status');
  const ready = conditionsOf({ ...object, status: conditionedStatus }).findLast(({ type }) => type === 'Ready');
  return ready === undefined ? undefined : { status: 'Progressing', message: textAt(ready, 'reason') };
}

function awsResource(name: string): HealthRule {
  const created = waiting(`Waiting for ${name} to be created`);
  const available = waiting(`Waiting for ${name} to be available`);
  return (object) => {
    if (!Array.isArray(mappingAt(object, 'status')['conditions'])) return created(object);
    const synced = conditionOf(object, 'Synced') ?? {};
    return synced['status'] === 'True' ? syncedHealth(object, synced, available) : unsyncedHealth(synced);
  };
}

function syncedHealth(object: KubeObject, synced: Fields, available: HealthRule): Health | undefined {
  const ready = conditionOf(object, 'Ready') ?? {};
  if (ready['status'] === 'True') return { status: 'Healthy', message: textAt(ready, 'reason') };
  return synced['reason'] === 'ReconcilePaused' ? { status: 'Degraded' } : available(object);
}

function unsyncedHealth(synced: Fields): Health {
  if (synced['reason'] === 'ReconcilePaused') return { status: 'Suspended', message: 'ReconcilePaused' };
  return { status: 'Degraded', message: synced['reason'] === 'ReconcileError' ? textAt(synced, 'message') : '' };
}
