import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions } from '../forms/by-conditions.ts';
import { byField, whenAbsent, whenField, whenStale } from '../forms/by-field.ts';
import { printed } from '../forms/fill-in.ts';
import { always, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health, HealthStatus } from '../health.ts';
import { conditionsOf, mappingAt, textAt, valueAt } from '../read.ts';

const UPDATING = waiting('Update in progress');
const HUMIO_THING = inTurn(
  byField('status.state', {
    Exists: ['Healthy', 'Component state: Exists.'],
    NotFound: ['Missing', 'Component state: NotFound.'],
    ConfigError: ['Degraded', 'Component state: ConfigError.'],
    Unknown: ['Unknown', 'Component state: Unknown.'],
  }),
  UPDATING,
);
const CORALOGIX = inTurn(
  byConditions([
    ['RemoteSynced=True', 'Healthy', 'Resource is ready'],
    ['RemoteSynced=False', 'Degraded'],
  ]),
  waiting('Waiting for status to be updated'),
);
const RECONCILING = 'Waiting for the operator to reconcile';

/** Metrics, logs, traces and dashboards. */
export const OBSERVABILITY: HealthRules = {
  'monitoring.coreos.com/Prometheus': inTurn(prometheusHealth, waiting('Waiting for initialization')),
  'operator.victoriametrics.com/*': inTurn(
    whenAbsent('status', 'Progressing', RECONCILING),
    victoriaMetricsStale,
    victoriaMetricsHealth,
    waiting('Waiting for the operator to report status'),
  ),
  'core.humio.com/HumioAction': HUMIO_THING,
  'core.humio.com/HumioAlert': HUMIO_THING,
  'core.humio.com/HumioIngestToken': HUMIO_THING,
  'core.humio.com/HumioParser': HUMIO_THING,
  'core.humio.com/HumioRepository': HUMIO_THING,
  'core.humio.com/HumioView': HUMIO_THING,
  'core.humio.com/HumioCluster': inTurn(
    byField('status.state', {
      Running: ['Healthy', '{status.message|Cluster is in a healthy running state}'],
      Restarting: ['Progressing', '{status.message|Cluster pods are being restarted}'],
      Upgrading: ['Progressing', '{status.message|Cluster pods are being upgraded}'],
      ConfigError: [
        'Degraded',
        '{status.message|User-provided cluster specification resulted in a configuration error}',
      ],
      Pending: ['Progressing', '{status.message|Cluster is waiting on resources to be provisioned}'],
      Unknown: ['Unknown', '{status.message|Component state: Unknown.}'],
    }),
    UPDATING,
  ),
  'coralogix.com/Alert': CORALOGIX,
  'coralogix.com/RecordingRuleGroupSet': CORALOGIX,
  'datadoghq.com/DatadogMetric': inTurn(
    datadogError,
    byConditions([['Valid=False', 'Degraded', '{condition.message|DatadogMetric is not valid}']]),
    always('Healthy', 'DatadogMetric is healthy'),
  ),
  'jaegertracing.io/Jaeger': inTurn(
    byField('status.phase', {
      Running: ['Healthy', 'Jaeger is Running'],
      Failed: ['Degraded', 'Jaeger Failed For Some Reason'],
    }),
    waiting('Waiting for Jaeger'),
  ),
  'kiali.io/Kiali': inTurn(
    byConditions([
      ['Successful=True', 'Healthy'],
      ['Failure=True', 'Degraded'],
      ['Running:Running', 'Progressing'],
    ]),
    waiting('Waiting for Kiali'),
  ),
  'opentelemetry.io/OpenTelemetryCollector': collectorHealth,
  'grafana.integreatly.org/Grafana': inTurn(
    byField('status.stageStatus', { failed: ['Degraded', 'Failed at stage {status.stage}'] }),
    grafanaComplete,
    whenAbsent('status.stageStatus', 'Progressing', 'Waiting for Grafana status info'),
    waiting('{status.stage}'),
  ),
  'grafana.integreatly.org/GrafanaDashboard': grafanaObjectHealth,
  'grafana.integreatly.org/GrafanaFolder': grafanaObjectHealth,
  'grafana.integreatly.org/GrafanaDatasource': inTurn(
    whenAbsent('status', 'Progressing'),
    whenField('status.uid', '', 'Progressing'),
    whenField('status.NoMatchingInstances', true, 'Degraded', "can't find matching grafana instance"),
    always('Healthy'),
  ),
  'grafana-org-operator.kubitus-project.gitlab.io/*': inTurn(
    byConditions([
      ['Ready=False', 'Degraded'],
      ['Ready=True', 'Healthy'],
      ['Ready', 'Progressing'],
    ]),
    waiting('Waiting ...'),
  ),
};

function prometheusHealth(object: KubeObject): Health | undefined {
  const available = conditionsOf(object).findLast(({ type }) => type === 'Available');
  return available === undefined ? undefined : PROMETHEUS({ ...object, status: { conditions: [available] } });
}

const PROMETHEUS = byConditions([
  ['Available=True', 'Healthy', 'All instances are available'],
  ['Available:SomePodsNotReady', 'Progressing', '{condition.message|condition.reason}'],
  ['Available', 'Degraded', '{condition.message|condition.reason}'],
]);

function victoriaMetricsStale(object: KubeObject): Health | undefined {
  return valueAt(object, 'metadata.generation') === undefined ? undefined : whenStale(RECONCILING)(object);
}

/** The operator's reason, where it gives one. */
function victoriaMetricsHealth(object: KubeObject): Health | undefined {
  const status = mappingAt(object, 'status');
  const known = VICTORIA_METRICS.get(textAt(status, 'updateStatus'));
  if (known === undefined) return undefined;
  const [health, words] = known;
  const reason = health === 'Healthy' ? '' : textAt(status, 'reason');
  return { status: health, message: reason === '' ? words : reason };
}

const VICTORIA_METRICS: ReadonlyMap<string, readonly [HealthStatus, string]> = new Map([
  ['operational', ['Healthy', 'All components are operational']],
  ['expanding', ['Progressing', 'Reconciliation in progress']],
  ['paused', ['Suspended', 'Reconciliation is paused']],
  ['failed', ['Degraded', 'Reconciliation failed']],
]);

function datadogError(object: KubeObject): Health | undefined {
  const error = conditionsOf(object).find(({ type, status }) => type === 'Error' && status === 'True');
  if (error === undefined) return undefined;
  const reason = textAt(error, 'reason');
  const message =
    valueAt(error, 'message') === undefined ? 'DatadogMetric reported an error' : textAt(error, 'message');
  return { status: 'Degraded', message: reason === '' ? message : `${reason}: ${message}` };
}

/** The collector counts its pods as a text, "ready/total"; a sidecar has none of its own. */
function collectorHealth(object: KubeObject): Health {
  if (valueAt(object, 'status') === undefined) {
    return { status: 'Progressing', message: 'Waiting for OpenTelemetry Collector status' };
  }
  const mode = valueAt(object, 'spec.mode');
  const replicas = printed(valueAt(object, 'status.scale.statusReplicas'));
  if (replicas === undefined) {
    return mode === 'sidecar'
      ? { status: 'Healthy', message: 'Collector is running in sidecar mode' }
      : { status: 'Progressing', message: 'Scale status not available' };
  }
  const counts = /(\d+)\/(\d+)/.exec(replicas);
  if (counts === null) {
    return { status: 'Progressing', message: `Unable to parse replica status: ${replicas}` };
  }
  return collectorPods(Number(counts[1]), Number(counts[2]), mode);
}

function collectorPods(ready: number, total: number, mode: unknown): Health {
  if (ready === 0) {
    return mode === 'daemonset' && total === 0
      ? { status: 'Healthy', message: 'DaemonSet has no eligible nodes (0/0)' }
      : { status: 'Degraded', message: 'No replicas are ready' };
  }
  return ready === total
    ? { status: 'Healthy', message: 'All replicas are ready' }
    : { status: 'Progressing', message: 'Replicas are starting up' };
}

function grafanaComplete(object: KubeObject): Health | undefined {
  const { stage, stageStatus } = mappingAt(object, 'status');
  return stage === 'complete' && stageStatus === 'success' ? { status: 'Healthy' } : undefined;
}

/** Each condition adds its words, up to the first that is False. */
function grafanaObjectHealth(object: KubeObject): Health {
  const told = conditionsOf(object).filter((condition) => valueAt(condition, 'status') !== undefined);
  const fault = told.findIndex(({ status }) => status === 'False');
  const counted = fault < 0 ? told : told.slice(0, fault + 1);
  const message = counted.map(grafanaWords).join(', ');
  if (fault >= 0) return { status: 'Degraded', message };
  return { status: told.some(({ status }) => status === 'True') ? 'Healthy' : 'Progressing', message };
}

function grafanaWords(condition: Readonly<Record<string, unknown>>): string {
  const [reason, type, message] = ['reason', 'type', 'message'].map((field) => valueAt(condition, field));
  if (typeof reason !== 'string') return '';
  if (typeof type !== 'string') return reason;
  return `${reason} for ${type}${typeof message === 'string' ? ` because ${message}` : ''}`;
}
