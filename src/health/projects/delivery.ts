import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions } from '../forms/by-conditions.ts';
import { byField, whenField } from '../forms/by-field.ts';
import { always, type HealthRule, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health, HealthStatus } from '../health.ts';
import { conditionsOf, countAt, mappingAt, textAt, valueAt } from '../read.ts';

/** Progressive delivery and its measurements: Flagger, Spot's deployments, Keptn. */
export const DELIVERY: HealthRules = {
  'flagger.app/Canary': inTurn(canaryHealth, always('Unknown', 'No status')),
  'spot.io/SpotDeployment': spotHealth,
  'lifecycle.keptn.sh/KeptnAppVersion': keptn('status.status'),
  'lifecycle.keptn.sh/KeptnTask': keptn('status.status'),
  'lifecycle.keptn.sh/KeptnWorkloadInstance': keptn('status.status'),
  'lifecycle.keptn.sh/KeptnWorkloadVersion': keptn('status.status'),
  'lifecycle.keptn.sh/KeptnEvaluation': keptn('status.overallStatus'),
  'metrics.keptn.sh/Analysis': inTurn(
    whenField('status.pass', true, 'Healthy', 'Analysis is healthy'),
    whenField('status.warning', true, 'Healthy', 'Analysis is healthy with warnings'),
    whenField('status.pass', false, 'Degraded', 'Analysis is degraded'),
    waiting('Analysis is progressing'),
  ),
  'metrics.keptn.sh/KeptnMetric': inTurn(metricHealth, waiting('KeptnMetric is progressing')),
};

function canaryHealth(object: KubeObject): Health | undefined {
  if (valueAt(object, 'status') === undefined) return undefined;
  const status = mappingAt(object, 'status');
  const phase = textAt(status, 'phase');
  const weight = countAt(status, 'canaryWeight') ?? 0;
  const words = [
    ...(weight > 0 ? [`Canary Weight: ${weight} %`] : []),
    ...conditionsOf(object).map((condition) => textAt(condition, 'message')),
  ];
  return { status: CANARY.get(phase) ?? 'Unknown', message: [phase, words.join(SEPARATOR)].join(SEPARATOR) };
}

const SEPARATOR = ' --- ';
const CANARY: ReadonlyMap<string, HealthStatus> = new Map([
  ['Failed', 'Degraded'],
  ['Progressing', 'Progressing'],
  ['Finalising', 'Progressing'],
  ['Promoting', 'Progressing'],
  ['Succeeded', 'Healthy'],
  ['Initialized', 'Healthy'],
]);

/** Nothing is known before there are conditions. */
function spotHealth(object: KubeObject): Health | undefined {
  return valueAt(object, 'status.conditions') === undefined ? undefined : SPOT(object);
}

const SPOT = inTurn(
  byConditions([
    ['InvalidSpec', 'Degraded'],
    ['Progressing:RolloutAborted', 'Degraded'],
    ['Progressing:ProgressDeadlineExceeded', 'Degraded'],
    ['Paused=True', 'Suspended', 'Rollout is paused'],
  ]),
  byField('status.phase', { Progressing: ['Progressing', 'Waiting for rollout to finish steps'] }),
  always('Healthy'),
);

function keptn(path: string): HealthRule {
  return inTurn(
    byField(path, { Succeeded: ['Healthy', '{kind} is healthy'], Failed: ['Degraded', '{kind} is degraded'] }),
    waiting('{kind} is progressing'),
  );
}

function metricHealth(object: KubeObject): Health | undefined {
  if ((valueAt(object, 'status.errMsg') ?? '') !== '')
    return { status: 'Degraded', message: 'KeptnMetric is degraded' };
  if (valueAt(object, 'status.value') === undefined) return undefined;
  return { status: 'Healthy', message: 'KeptnMetric is healthy' };
}
