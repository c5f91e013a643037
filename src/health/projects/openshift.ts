import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions, conditionMatcher } from '../forms/by-conditions.ts';
import { always, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionsOf, mappingAt, mappingsAt, valueAt } from '../read.ts';

/** OpenShift's workloads, routes, ingress controllers and storage. */
export const OPENSHIFT: HealthRules = {
  'apps.openshift.io/DeploymentConfig': deploymentConfigHealth,
  'operator.openshift.io/IngressController': inTurn(
    byConditions([
      ['Degraded=True', 'Degraded'],
      ['DeploymentReplicasAllAvailable=False', 'Progressing'],
      ['Progressing=True', 'Progressing', '{condition.reason}'],
      ['Available=True', 'Healthy', 'IngressController is available'],
    ]),
    waiting('Status of IngressController is not known yet'),
  ),
  'route.openshift.io/Route': routeHealth,
  'ocs.openshift.io/StorageCluster': inTurn(
    byConditions([['Degraded=True', 'Degraded']]),
    byConditions([['Progressing=True', 'Progressing']]),
    byConditions([['Available=True', 'Healthy']]),
    always('Unknown', 'StorageCluster is in an unknown state.'),
  ),
};

const ALL_SIGNS = 2;

/** Two conditions tell that a roll-out is over; with one of them it is under way. */
function deploymentConfigHealth(object: KubeObject): Health {
  const { conditions, replicas } = mappingAt(object, 'status');
  const waitingForPods: Health = {
    status: 'Progressing',
    message: 'replication controller is waiting for pods to run',
  };
  if (!Array.isArray(conditions) || (replicas ?? undefined) === undefined) return waitingForPods;
  const signs = conditionsOf(object).filter((condition) => SIGNS.some((matches) => matches(condition))).length;
  if (signs === ALL_SIGNS || replicas === 0) {
    return { status: 'Healthy', message: 'replication controller successfully rolled out' };
  }
  return signs === 1 ? waitingForPods : { status: 'Degraded', message: 'Deployment config is degraded' };
}

const SIGNS = ['Available=True', 'Progressing=True:NewReplicationControllerAvailable'].map(conditionMatcher);

/** A route is healthy when every router has admitted it. */
function routeHealth(object: KubeObject): Health {
  const admitting: Health = { status: 'Progressing', message: 'Route is still getting admitted' };
  if (!Array.isArray(valueAt(object, 'status.ingress'))) return admitting;
  const routers = mappingsAt(mappingAt(object, 'status'), 'ingress');
  const admitted = routers
    .flatMap((router) => mappingsAt(router, 'conditions'))
    .filter(({ type }) => type === 'Admitted')
    .map(({ status }) => status);
  const accepted = admitted.filter((status) => status === 'True').length;
  if (accepted === routers.length) return { status: 'Healthy', message: 'Route is healthy' };
  return admitted.includes('False') ? { status: 'Degraded', message: 'Route is degraded' } : admitting;
}
