import type { KubeObject } from '../../object/kube-object.ts';
import { conditionMatcher } from '../forms/by-conditions.ts';
import type { HealthRules } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionsOf, type Fields, mappingAt, textAt } from '../read.ts';

/** The Operator Lifecycle Manager's subscriptions. */
export const OPERATOR_LIFECYCLE_MANAGER: HealthRules = { 'operators.coreos.com/Subscription': subscriptionHealth };

/** Whether an operator's upgrades go through. The message lists all conditions and the state. */
function subscriptionHealth(object: KubeObject): Health {
  const status = mappingAt(object, 'status');
  if (!Array.isArray(status['conditions'])) {
    return { status: 'Progressing', message: 'An install plan for a subscription is pending installation' };
  }
  const isHeld = awaitsApproval(object);
  // An upgrade that a person must approve is no fault of what is installed.
  const told = [...conditionsOf(object).entries()].filter(([, { type }]) => !isHeld || type !== 'InstallPlanPending');
  const lines = told.map(([index, one]) => `${index + 1}: ${textAt(one, 'type')} | ${textAt(one, 'status')}\n`);
  const weights = [...told.map(([, condition]) => weightOf(condition)), stateWeight(status['state'], isHeld)];
  const message = `${lines.join('')}${stateLine(status['state'], isHeld)}`;
  if (weights.includes('Degraded')) return { status: 'Degraded', message };
  return { status: weights.includes('Progressing') ? 'Progressing' : 'Healthy', message };
}

type Weight = 'Healthy' | 'Progressing' | 'Degraded';

function awaitsApproval(object: KubeObject): boolean {
  if (mappingAt(object, 'spec')['installPlanApproval'] !== 'Manual') return false;
  const { installedCSV } = mappingAt(object, 'status');
  return (installedCSV ?? undefined) !== undefined && conditionsOf(object).some(NEEDS_APPROVAL);
}

const NEEDS_APPROVAL = conditionMatcher('InstallPlanPending=True:RequiresApproval');
const PENDING = conditionMatcher('InstallPlanPending=True');
const FAULTS = [
  'InstallPlanMissing:!ReferencedInstallPlanNotFound',
  'CatalogSourcesUnhealthy=True',
  'InstallPlanFailed=True',
  'ResolutionFailed=True',
].map(conditionMatcher);

function weightOf(condition: Fields): Weight {
  if (PENDING(condition)) return 'Progressing';
  return FAULTS.some((matches) => matches(condition)) ? 'Degraded' : 'Healthy';
}

function stateWeight(state: unknown, isHeld: boolean): Weight {
  if (state === 'UpgradeFailed') return 'Degraded';
  if (state === 'UpgradePending') return isHeld ? 'Healthy' : 'Progressing';
  return UNSETTLED.has(state ?? undefined) ? 'Progressing' : 'Healthy';
}

const UNSETTLED: ReadonlySet<unknown> = new Set([undefined, '', 'UpgradeAvailable']);

function stateLine(state: unknown, isHeld: boolean): string {
  if (typeof state !== 'string') return '.status.state not yet known\n';
  const note = isHeld && state === 'UpgradePending' ? ' (manual InstallPlan approval pending; treated as healthy)' : '';
  return `.status.state is '${state}'${note}\n`;
}
