import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions } from '../forms/by-conditions.ts';
import { always, type HealthRule, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionOf } from '../read.ts';

/** RabbitMQ's cluster operator and the objects of its topology operator. */
export const RABBITMQ: HealthRules = {
  'rabbitmq.com/RabbitmqCluster': inTurn(
    byConditions([['ReconcileSuccess=False', 'Degraded']]),
    clusterHealth,
    waiting('Waiting for RabbitMQ Operator'),
  ),
  'rabbitmq.com/Binding': topology('binding'),
  'rabbitmq.com/Exchange': topology('exchange'),
  'rabbitmq.com/Permission': topology('permission'),
  'rabbitmq.com/Policy': topology('policy'),
  'rabbitmq.com/Queue': topology('queue'),
  'rabbitmq.com/Shovel': topology('shovel'),
  'rabbitmq.com/User': topology('user'),
  'rabbitmq.com/Vhost': topology('vhost'),
};

function topology(name: string): HealthRule {
  return inTurn(
    byConditions([
      ['Ready=True:SuccessfulCreateOrUpdate', 'Healthy', `RabbitMQ ${name} ready`],
      ['Ready=False:FailedCreateOrUpdate', 'Degraded', `RabbitMQ ${name} failed to be created or updated`],
    ]),
    always('Unknown', `RabbitMQ ${name} status is unknown`),
  );
}

/** A cluster forms first; then its instances become ready. */
function clusterHealth(object: KubeObject): Health | undefined {
  const formed = conditionOf(object, 'ClusterAvailable')?.['status'];
  const ready = conditionOf(object, 'AllReplicasReady')?.['status'];
  if (formed === 'Unknown' || ready === 'Unknown') {
    return { status: 'Progressing', message: 'Waiting for RabbitMQ cluster readiness (conditions unknown)' };
  }
  if (formed === 'False') return { status: 'Progressing', message: 'Waiting for RabbitMQ cluster formation' };
  if (ready === 'False') return { status: 'Progressing', message: 'Waiting for RabbitMQ instances ready' };
  return formed === 'True' && ready === 'True' ? { status: 'Healthy', message: 'RabbitMQ cluster ready' } : undefined;
}
