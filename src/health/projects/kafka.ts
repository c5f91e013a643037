import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions } from '../forms/by-conditions.ts';
import { byField, whenField } from '../forms/by-field.ts';
import { type HealthRule, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionsOf, mappingAt, textAt, valueAt } from '../read.ts';

/** Kafka's operators: Strimzi, Banzai Cloud, Confluent; ZooKeeper's of Pravega. */
export const KAFKA: HealthRules = {
  // A cluster that is being created is not ready either.
  'kafka.strimzi.io/Kafka': strimzi('Kafka Cluster', 'NotReady=True:!Creating'),
  'kafka.strimzi.io/KafkaBridge': strimzi('KafkaBridge'),
  'kafka.strimzi.io/KafkaConnect': strimzi('Kafka Connect'),
  'kafka.strimzi.io/KafkaConnector': strimzi('KafkaConnector'),
  'kafka.strimzi.io/KafkaTopic': strimzi('Kafka Topic'),
  'kafka.strimzi.io/KafkaUser': strimzi('Kafka User'),
  'kafka.banzaicloud.io/KafkaCluster': inTurn(
    whenField('status.state', 'ClusterRollingUpgrading', 'Progressing', 'Kafka Cluster is Rolling Upgrading.'),
    brokersHealth,
    waiting('Waiting for KafkaCluster'),
  ),
  'platform.confluent.io/Connect': confluent('Connect'),
  'platform.confluent.io/ControlCenter': confluent('ControlCenter'),
  'platform.confluent.io/Kafka': confluent('Kafka'),
  'platform.confluent.io/KsqlDB': confluent('KsqlDB'),
  'platform.confluent.io/SchemaRegistry': confluent('SchemaRegistry'),
  'platform.confluent.io/Zookeeper': confluent('Zookeeper'),
  'platform.confluent.io/Connector': inTurn(connectorHealth, waiting('Waiting for Kafka Connector')),
  'zookeeper.pravega.io/ZookeeperCluster': zookeeperHealth,
};

function strimzi(name: string, fault = 'NotReady=True'): HealthRule {
  return inTurn(
    byConditions([
      [fault, 'Degraded'],
      ['Ready=True', 'Healthy', ''],
    ]),
    waiting(`Waiting for ${name}`),
  );
}

function confluent(name: string): HealthRule {
  return inTurn(
    byField('status.phase', {
      RUNNING: ['Healthy', `${name} running`],
      PROVISIONING: ['Progressing', `${name} provisioning`],
    }),
    waiting(`Waiting for ${name}`),
  );
}

function connectorHealth(object: KubeObject): Health | undefined {
  const status = mappingAt(object, 'status');
  const state = valueAt(object, 'status.state');
  const failed = valueAt(object, 'status.failedTasksCount');
  if (state === undefined) return undefined;
  if (state === 'CREATED' && status['connectorState'] === 'RUNNING' && failed === undefined) {
    return { status: 'Healthy', message: 'Connector running' };
  }
  if (state === 'ERROR') {
    const [condition] = conditionsOf(object);
    const message = condition === undefined ? 'No conditions available' : textAt(condition, 'message');
    return { status: 'Degraded', message };
  }
  const hasFailed = typeof failed === 'number' && failed > 0;
  return hasFailed ? { status: 'Degraded', message: 'Connector has failed tasks' } : undefined;
}

function brokersHealth(object: KubeObject): Health | undefined {
  const brokersState = valueAt(object, 'status.brokersState');
  if (brokersState === undefined) return undefined;
  if (!Object.values(mappingAt({ brokersState }, 'brokersState')).every(isBrokerInSync)) {
    return { status: 'Degraded', message: 'Broker Config is out of Sync or CruiseControlState is not Ready' };
  }
  const { state, cruiseControlTopicStatus: topic } = mappingAt(object, 'status');
  if (topic === 'CruiseControlTopicReady' && state === 'ClusterRunning') {
    return { status: 'Healthy', message: 'Kafka Brokers, CruiseControl and cluster are in Healthy State.' };
  }
  const isTopicMissing = (topic ?? 'CruiseControlTopicNotReady') === 'CruiseControlTopicNotReady';
  if (!isTopicMissing || state !== 'ClusterReconciling') return undefined;
  return { status: 'Progressing', message: 'Kafka Cluster is Reconciling.' };
}

const SCALED = new Set<unknown>(['GracefulUpscaleSucceeded', 'GracefulDownscaleSucceeded']);

function isBrokerInSync(broker: unknown): boolean {
  const action = valueAt({ broker }, 'broker.gracefulActionState.cruiseControlState');
  return valueAt({ broker }, 'broker.configurationState') === 'ConfigInSync' && SCALED.has(action);
}

function zookeeperHealth(object: KubeObject): Health {
  const { readyReplicas, replicas } = mappingAt(object, 'status');
  const isComplete = valueAt(object, 'status') !== undefined && readyReplicas !== 0 && readyReplicas === replicas;
  return isComplete
    ? { status: 'Healthy', message: 'All ZK Nodes have joined the ensemble' }
    : { status: 'Progressing', message: 'Waiting for ZK Nodes to join the ensemble' };
}
