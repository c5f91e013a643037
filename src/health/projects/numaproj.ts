import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions, type ConditionRow } from '../forms/by-conditions.ts';
import { byField, type Verdict, whenAbsent, whenField, whenUnobserved } from '../forms/by-field.ts';
import { always, type HealthRule, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionsOf, mappingAt, metadataOf, textAt, valueAt } from '../read.ts';

const NOT_RECONCILED = 'Not yet reconciled';

/** Numaflow's pipelines, and Numaplane's roll-outs of them. */
export const NUMAPROJ: HealthRules = {
  'numaflow.numaproj.io/InterStepBufferService': workload('InterStepBufferService', {
    fault: 'condition',
    isProgressive: true,
  }),
  'numaflow.numaproj.io/MonoVertex': workload('MonoVertex', { paused: ['Paused'], isProgressive: true }),
  'numaflow.numaproj.io/Pipeline': workload('Pipeline', { paused: ['Paused', 'Pausing'], isProgressive: true }),
  'numaflow.numaproj.io/Vertex': workload('Vertex', { fault: 'condition', paused: ['Paused'] }),
  'numaplane.numaproj.io/ISBServiceRollout': rollout({ failure: 'ISBSvcFailed', isProgressive: true }),
  'numaplane.numaproj.io/MonoVertexRollout': rollout({
    failure: 'MonoVertexFailed',
    isProgressive: true,
    name: 'MonoVertex',
  }),
  'numaplane.numaproj.io/PipelineRollout': rollout({
    failure: 'PipelineFailed',
    isProgressive: true,
    name: 'Pipeline',
  }),
  'numaplane.numaproj.io/NumaflowControllerRollout': rollout({ failure: '!Progressing' }),
};

interface Workload {
  /** Where the message of an unhealthy child is from: its condition, or the same words for all. */
  readonly fault?: 'condition';
  /** Phases in which it rests. */
  readonly paused?: readonly string[];
  /** Whether a failed progressive upgrade is noted on it. */
  readonly isProgressive?: boolean;
}

function workload(kind: string, { fault, paused = [], isProgressive = false }: Workload): HealthRule {
  const resting = paused.map((phase): [string, Verdict] => [phase, ['Healthy', `${kind} is paused`]]);
  return inTurn(
    whenAbsent('status', 'Progressing', `Waiting for ${kind} status`),
    whenUnobserved(`Waiting for ${kind} status`),
    whenField('status.phase', 'Failed', 'Degraded', '{status.message}'),
    (object) => (isProgressive ? upgradeFailed(object) : undefined),
    (object) => {
      const broken = conditionsOf(object).findLast(({ status }) => status === 'False');
      if (broken === undefined) return undefined;
      const message = fault === 'condition' ? textAt(broken, 'message') : 'Subresources are unhealthy';
      return { status: 'Degraded', message };
    },
    byField('status.phase', { ...Object.fromEntries(resting), Running: ['Healthy', `${kind} is healthy`] }),
    waiting(`Waiting for ${kind} status`),
  );
}

function upgradeFailed(object: KubeObject): Health | undefined {
  const labels = mappingAt(metadataOf(object), 'labels');
  if (labels['numaplane.numaproj.io/progressive-result-state'] !== 'failed') return undefined;
  return { status: 'Degraded', message: 'Failed progressive upgrade' };
}

interface Rollout {
  /** Reason of unhealthy children that is a failure. */
  readonly failure: string;
  readonly isProgressive?: boolean;
  /** Kind that is rolled out, where it can be paused. */
  readonly name?: string;
}

function rollout({ failure, isProgressive = false, name }: Rollout): HealthRule {
  const failures: ConditionRow[] = [[`ChildResourcesHealthy=False:${failure}`, 'Degraded']];
  if (isProgressive) failures.push(['ProgressiveUpgradeSucceeded=False', 'Degraded', 'Progressive upgrade failed']);
  return inTurn(
    whenAbsent('status', 'Progressing', NOT_RECONCILED),
    whenUnobserved(NOT_RECONCILED),
    (object) => (isProgressive && PROGRESSIVE_FAILURE(object) !== undefined ? undefined : upgrading(object)),
    byConditions([['ChildResourcesHealthy=False:Progressing', 'Progressing', 'Child Progressing']]),
    whenField('status.phase', 'Failed', 'Degraded', '{status.message}'),
    byConditions(failures),
    byConditions(name === undefined ? [] : [[`${name}PausingOrPaused=True`, 'Healthy']]),
    byConditions([['ChildResourcesHealthy=True', 'Healthy', 'Healthy']]),
    always('Unknown', `Unknown ${name === undefined ? '' : `${name} `}status`),
  );
}

const PROGRESSIVE_FAILURE = byConditions([['ProgressiveUpgradeSucceeded=False', 'Degraded']]);

function upgrading(object: KubeObject): Health | undefined {
  const upgrade = valueAt(object, 'status.upgradeInProgress');
  const isUpgrading = (upgrade !== undefined && upgrade !== '') || valueAt(object, 'status.phase') === 'Pending';
  return isUpgrading ? { status: 'Progressing', message: 'Update in progress' } : undefined;
}
