import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions } from '../forms/by-conditions.ts';
import { byField, generationOf, whenField, whenUnobserved } from '../forms/by-field.ts';
import { type HealthRule, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { type Fields, listAt, mappingAt, numberAt, valueAt } from '../read.ts';

const UNOBSERVED = whenUnobserved('Waiting for initialization');
const STILL_RUNNING = 'BroadcastJob is still running';
const ACTIVE_JOBS = 'AdvancedCronJobs has active jobs';
const GAME_SERVERS_STARTING = 'Waiting for GameServerSet initialization';

/** OpenKruise: its workloads, roll-outs and game servers. */
export const KRUISE: HealthRules = {
  'apps.kruise.io/CloneSet': inTurn(UNOBSERVED, cloneSetHealth, waiting('Waiting for initialization')),
  'apps.kruise.io/StatefulSet': inTurn(UNOBSERVED, statefulSetHealth, waiting('Waiting for initialization')),
  'apps.kruise.io/DaemonSet': inTurn(UNOBSERVED, daemonSetHealth, waiting('Waiting for initialization')),
  'apps.kruise.io/AdvancedCronJob': advancedCronJobHealth,
  'apps.kruise.io/BroadcastJob': inTurn(broadcastJobHealth, waiting(STILL_RUNNING)),
  'rollouts.kruise.io/Rollout': inTurn(
    whenUnobserved('Rollout is still progressing'),
    rolloutHealth,
    waiting('Rollout is still progressing'),
  ),
  'game.kruise.io/GameServer': gameServerHealth,
  'game.kruise.io/GameServerSet': inTurn(
    whenUnobserved(GAME_SERVERS_STARTING),
    whenField('spec.updateStrategy.rollingUpdate.paused', true, 'Suspended', 'GameServerSet is paused'),
    gameServerSetHealth,
    waiting(GAME_SERVERS_STARTING),
  ),
};

/** A partition holds pods back until a person moves it; at the first generation there is nothing to hold back. */
function cloneSetHealth(object: KubeObject): Health | undefined {
  const status = mappingAt(object, 'status');
  const isPaused = valueAt(object, 'spec.updateStrategy.paused') === true;
  if (isPaused || lacks(status, 'updatedAvailableReplicas')) return suspended('Cloneset is paused');
  if (valueAt(object, 'spec.updateStrategy.partition') !== 0 && isChanged(object)) {
    const isHeld = numberAt(status, 'updatedReplicas') >= numberAt(status, 'expectedUpdatedReplicas');
    return isHeld ? suspended('Cloneset needs manual intervention') : undefined;
  }
  return allAvailable(status, 'Cloneset');
}

function statefulSetHealth(object: KubeObject): Health | undefined {
  const status = mappingAt(object, 'status');
  const { paused, partition } = rollingUpdateOf(object);
  if (paused === true || lacks(status, 'updatedAvailableReplicas')) return suspended('Statefulset is paused');
  if (partition !== 0 && isChanged(object)) {
    const wanted = numberAt(status, 'replicas') - (typeof partition === 'number' ? partition : 0);
    return numberAt(status, 'updatedReplicas') > wanted
      ? suspended('Statefulset needs manual intervention')
      : undefined;
  }
  return allAvailable(status, 'Statefulset');
}

function daemonSetHealth(object: KubeObject): Health | undefined {
  const status = mappingAt(object, 'status');
  const { paused, partition } = rollingUpdateOf(object);
  if (paused === true || lacks(status, 'updatedNumberScheduled')) return suspended('Daemonset is paused');
  const updated = numberAt(status, 'updatedNumberScheduled');
  const desired = numberAt(status, 'desiredNumberScheduled');
  if (typeof partition === 'number' && partition !== 0 && isChanged(object)) {
    return updated > desired - partition ? suspended('Daemonset needs manual intervention') : undefined;
  }
  if (updated !== desired) return undefined;
  if (status['numberAvailable'] === desired) {
    return { status: 'Healthy', message: 'All Daemonset workloads are ready and updated' };
  }
  if (status['numberUnavailable'] !== desired) return undefined;
  return { status: 'Degraded', message: 'Some pods are not ready or available' };
}

function allAvailable(status: Fields, kind: string): Health {
  return status['updatedAvailableReplicas'] === status['replicas']
    ? { status: 'Healthy', message: `All ${kind} workloads are ready and updated` }
    : { status: 'Degraded', message: 'Some replicas are not ready or available' };
}

function advancedCronJobHealth(object: KubeObject): Health {
  const status = mappingAt(object, 'status');
  const hasRun = !lacks(status, 'lastScheduleTime');
  if (!hasRun && valueAt(object, 'spec.paused') === true) return suspended('AdvancedCronJob is Paused');
  if (listAt(status, 'active').length > 0) return { status: 'Progressing', message: ACTIVE_JOBS };
  return hasRun
    ? { status: 'Healthy', message: 'AdvancedCronJobs has run successfully' }
    : { status: 'Degraded', message: 'AdvancedCronJobs has not run successfully' };
}

function broadcastJobHealth(object: KubeObject): Health | undefined {
  const status = mappingAt(object, 'status');
  const { phase } = status;
  if (phase === 'completed' && status['desired'] === status['succeeded']) {
    return { status: 'Healthy', message: 'BroadcastJob is completed successfully' };
  }
  if (phase === 'failed' && status['failed'] !== 0) return { status: 'Degraded', message: 'BroadcastJob failed' };
  if (phase === 'paused' && valueAt(object, 'spec.paused') === true) return suspended('BroadcastJob is Paused');
  return undefined;
}

function rolloutHealth(object: KubeObject): Health | undefined {
  const step = valueAt(object, 'status.canaryStatus.currentStepState');
  const rule = typeof step === 'string' ? ROLLOUT_STEPS.get(step) : undefined;
  return rule?.(object);
}

const DISABLED = ['Degraded', 'Rollout is Disabled or Terminating'] as const;
const ROLLOUT_STEPS: ReadonlyMap<string, HealthRule> = new Map([
  [
    'StepPaused',
    byField('status.phase', {
      Progressing: ['Suspended', 'Rollout is Paused need manual intervention'],
      Terminating: DISABLED,
      Disabled: DISABLED,
    }),
  ],
  ['Completed', byField('status.phase', { Healthy: ['Healthy', 'Rollout is Completed'] })],
]);

function gameServerHealth(object: KubeObject): Health {
  const { currentState, desiredState } = mappingAt(object, 'status');
  if ((currentState ?? undefined) !== (desiredState ?? undefined)) {
    const [from, to] = [currentState, desiredState].map((state) => (typeof state === 'string' ? state : 'Unknown'));
    return { status: 'Progressing', message: `State change: ${from} → ${to}` };
  }
  const fault = POD_READY(object);
  if (fault !== undefined) return fault;
  return currentState === 'Ready'
    ? { status: 'Healthy', message: 'GameServer is Ready' }
    : { status: 'Unknown', message: 'Waiting for GameServer to be ready' };
}

const POD_READY = byConditions([['KruisePodReady!=True', 'Degraded', 'Pod is not ready: KruisePodReady']], {
  at: 'status.podStatus.conditions',
});

function gameServerSetHealth(object: KubeObject): Health | undefined {
  const status = mappingAt(object, 'status');
  const { partition } = rollingUpdateOf(object);
  const held = typeof partition === 'number' ? partition : 0;
  const replicas = numberAt(status, 'replicas');
  if (held !== 0 && numberAt(status, 'updatedReplicas') >= replicas - held) {
    return suspended(`Partition=${held}, waiting for manual intervention`);
  }
  if (numberAt(status, 'updatedReadyReplicas') === replicas) {
    return { status: 'Healthy', message: 'All GameServerSet replicas are updated and ready' };
  }
  const ready = numberAt(status, 'readyReplicas');
  if (ready >= replicas) return undefined;
  return { status: 'Progressing', message: `ReadyReplicas ${ready}/${replicas}, still progressing` };
}

function rollingUpdateOf(object: KubeObject): Fields {
  return mappingAt({ update: valueAt(object, 'spec.updateStrategy.rollingUpdate') }, 'update');
}

function isChanged(object: KubeObject): boolean {
  const generation = generationOf(object);
  return typeof generation === 'number' && generation > 1;
}

function lacks(status: Fields, field: string): boolean {
  return (status[field] ?? undefined) === undefined;
}

function suspended(message: string): Health {
  return { status: 'Suspended', message };
}
