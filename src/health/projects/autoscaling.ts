import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions, byReady, conditionMatcher } from '../forms/by-conditions.ts';
import { whenStale } from '../forms/by-field.ts';
import { type HealthRule, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionsOf, textAt, valueAt } from '../read.ts';

/** KEDA and Karpenter. */
export const AUTOSCALING: HealthRules = {
  'keda.sh/ScaledObject': keda(['Ready=False', 'Fallback=True'], 'Creating HorizontalPodAutoscaler Object'),
  'keda.sh/ScaledJob': keda(['Ready=False', 'Ready=Unknown'], 'Waiting for ScaledJob'),
  'karpenter.sh/NodePool': inTurn(byReady(), waiting('Waiting for NodePool to be ready')),
  'karpenter.sh/NodeClaim': inTurn(
    nodeClaimStale,
    byConditions([['Disrupting=True', 'Suspended']]),
    byReady(),
    byConditions([['Initialized=True', 'Progressing', 'Node initialized, waiting for Ready']]),
    byConditions([['Registered=True', 'Progressing', 'Node registered, waiting for initialization']]),
    byConditions([['Launched=True', 'Progressing', 'Node launched, waiting for registration']]),
    waiting('Waiting for NodeClaim to be launched'),
  ),
  'karpenter.k8s.aws/EC2NodeClass': inTurn(
    byConditions([
      ['Ready=False', 'Degraded'],
      ['Ready=True', 'Healthy', 'EC2NodeClass is ready'],
    ]),
    waiting('Waiting for EC2NodeClass to be ready'),
  ),
};

/** All conditions are read before one decides; the message is of the last that tells anything. */
function keda(faults: readonly string[], template: string): HealthRule {
  const bad = faults.map(conditionMatcher);
  const ready = conditionMatcher('Ready=True');
  const paused = conditionMatcher('Paused=True');
  return inTurn((object) => {
    const conditions = conditionsOf(object);
    const has = (...matchers: readonly (typeof ready)[]) =>
      conditions.findLast((condition) => matchers.some((matches) => matches(condition)));
    const message = textAt(has(...bad, ready, paused) ?? {}, 'message');
    if (has(...bad) !== undefined) return { status: 'Degraded', message };
    if (has(ready) === undefined) return undefined;
    return { status: has(paused) === undefined ? 'Healthy' : 'Suspended', message };
  }, waiting(template));
}

function nodeClaimStale(object: KubeObject): Health | undefined {
  if (valueAt(object, 'metadata.generation') === undefined) return undefined;
  return whenStale('Waiting for NodeClaim spec to be reconciled')(object);
}
