import type { KubeObject } from '../../object/kube-object.ts';
import { byField } from '../forms/by-field.ts';
import { always, type HealthRule, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { mappingAt, mappingsAt, numberAt, optionalNumberAt, valueAt } from '../read.ts';

const REPORT =
  'Ensure your ArgoCD is current and then check for/file a bug report: https://github.com/argoproj/argo-cd/issues';
const CHECK = 'Check the status of indices, replicas and shards';

/** Elastic's operator: its products have a color. */
export const ELASTIC: HealthRules = {
  'beat.k8s.elastic.co/Beat': inTurn(
    byField('status.health', {
      red: ['Degraded', 'Elastic Beat status is Red'],
      green: ['Healthy', 'Elastic Beat status is Green'],
    }),
    beatDeploying,
    always('Unknown', `Elastic Beat status is unknown. ${REPORT}`),
  ),
  'elasticsearch.k8s.elastic.co/Elasticsearch': inTurn(
    nodesStarting,
    clusterHealth,
    always('Unknown', `Elasticsearch Cluster status is unknown. ${REPORT}`),
  ),
  'logstash.k8s.elastic.co/Logstash': inTurn(
    byField('status.health', {
      green: ['Healthy', 'Logstash status is Green'],
      yellow: ['Progressing', 'Logstash status is Yellow'],
      red: ['Degraded', 'Logstash status is Red'],
    }),
    waiting('Waiting for Logstash'),
  ),
};

function beatDeploying(object: KubeObject): Health | undefined {
  const health = valueAt(object, 'status.health');
  const [available, expected] = ['availableNodes', 'expectedNodes'].map((field) => valueAt(object, `status.${field}`));
  if (health === 'yellow' && available !== undefined && expected !== undefined) return BEAT_NODES(object);
  const isStarting = health === 'yellow' || (health === undefined && expected !== undefined);
  return isStarting ? { status: 'Progressing', message: 'Elastic Beat phase is progressing' } : undefined;
}

const BEAT_NODES = always(
  'Progressing',
  'Elastic Beat status is deploying, there is {status.availableNodes} instance(s) on {status.expectedNodes} expected',
);

function wantedNodes(object: KubeObject): number {
  return mappingsAt(mappingAt(object, 'spec'), 'nodeSets').reduce((sum, set) => sum + numberAt(set, 'count'), 0);
}

function nodesStarting(object: KubeObject): Health | undefined {
  const available = optionalNumberAt(mappingAt(object, 'status'), 'availableNodes');
  const wanted = wantedNodes(object);
  if (available === undefined || available >= wanted) return undefined;
  const message = `The desired amount of availableNodes is ${wanted} but the current amount is ${available}`;
  return { status: 'Progressing', message };
}

/** The color only counts once all nodes are there and no change is under way. */
function clusterHealth(object: KubeObject): Health | undefined {
  const { availableNodes, health } = mappingAt(object, 'status');
  if (availableNodes !== wantedNodes(object) || (health ?? undefined) === undefined) return undefined;
  return PHASE(object);
}

const COLOR = byField('status.health', {
  green: ['Healthy', 'Elasticsearch Cluster status is Green'],
  yellow: ['Progressing', `Elasticsearch Cluster status is Yellow. ${CHECK}`],
  red: ['Degraded', `Elasticsearch Cluster status is Red. ${CHECK}`],
});
const PHASE: HealthRule = inTurn(
  (object) => (valueAt(object, 'status.phase') === 'Ready' ? COLOR(object) : undefined),
  byField('status.phase', {
    ApplyingChanges: ['Progressing', 'Elasticsearch phase is ApplyingChanges'],
    MigratingData: ['Progressing', 'Elasticsearch phase is MigratingData'],
    Invalid: ['Degraded', 'Elasticsearch phase is Invalid'],
  }),
);
