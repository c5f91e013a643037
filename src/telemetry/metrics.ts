import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ClientObserver } from '../cluster/client.ts';

/** One application as the metrics show it. */
export interface ApplicationSample {
  readonly namespace: string;
  readonly name: string;
  readonly project: string;
  readonly repo: string;
  readonly destServer: string;
  readonly destNamespace: string;
  readonly autosync: boolean;
  readonly syncStatus: string;
  readonly healthStatus: string;
  readonly operation: string;
}

/** Gauges are read when somebody scrapes, so that keeping them costs nothing. */
export interface MetricSources {
  readonly applications: () => Iterable<ApplicationSample>;
  readonly liveObjects: () => number;
  readonly watchedKinds: () => number;
  readonly queueDepth: () => number;
}

/** The operator's metrics. Argo CD's names where the meaning is the same, `holdfast_*` else. */
export interface Metrics extends ClientObserver {
  readonly registry: Registry;
  /** Connects the gauges; called once the controller stands. */
  attach(sources: MetricSources): void;
  readonly syncs: Counter<'namespace' | 'name' | 'phase'>;
  readonly repairs: Counter<'kind' | 'result'>;
  /** Seconds from the watch event to the API server's answer to the repair. */
  readonly repairSeconds: Histogram;
  readonly reconcileSeconds: Histogram;
  readonly renders: Counter<'result'>;
  readonly gitRequests: Counter<'request_type'>;
  readonly dryRuns: Counter;
  readonly events: Counter<'result'>;
}

/** Creates a registry of its own, so that several operators can run in one process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  // The default of 10 ms wakes an idle process a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 500 });
  const registers = [registry];
  const requests = new Counter({
    name: 'argocd_app_k8s_request_total',
    help: 'Requests to the API server, watches apart',
    labelNames: ['verb', 'response_code'],
    registers,
  });
  const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  return {
    registry,
    attach: (sources) => attachGauges(registry, sources),
    observe: (method, status) => requests.inc({ verb: method, response_code: String(status) }),
    syncs: new Counter({
      name: 'argocd_app_sync_total',
      help: 'Finished sync operations',
      labelNames: ['namespace', 'name', 'phase'],
      registers,
    }),
    repairs: new Counter({
      name: 'holdfast_repairs_total',
      help: 'Objects put back to what Git says',
      labelNames: ['kind', 'result'],
      registers,
    }),
    repairSeconds: new Histogram({
      name: 'holdfast_repair_seconds',
      help: 'Time from the watch event of a drift to the answer to its repair',
      buckets: seconds,
      registers,
    }),
    reconcileSeconds: new Histogram({
      name: 'argocd_app_reconcile',
      help: 'Duration of reconciliations in seconds',
      buckets: seconds,
      registers,
    }),
    renders: new Counter({
      name: 'holdfast_renders_total',
      help: 'Renders by result: rendered, reused (nothing that it reads has changed) or failed',
      labelNames: ['result'],
      registers,
    }),
    gitRequests: new Counter({
      name: 'argocd_git_request_total',
      help: 'Requests to Git servers',
      labelNames: ['request_type'],
      registers,
    }),
    dryRuns: new Counter({ name: 'holdfast_dry_runs_total', help: 'Comparisons that needed a dry-run', registers }),
    events: new Counter({
      name: 'holdfast_events_total',
      help: 'Kubernetes Events by what became of them',
      labelNames: ['result'],
      registers,
    }),
  };
}

function attachGauges(registry: Registry, sources: MetricSources): void {
  const registers = [registry];
  const info = new Gauge({
    name: 'argocd_app_info',
    help: 'Applications',
    labelNames: [
      'namespace',
      'name',
      'project',
      'repo',
      'dest_server',
      'dest_namespace',
      'autosync_enabled',
      'sync_status',
      'health_status',
      'operation',
    ],
    registers,
    collect() {
      info.reset();
      for (const sample of sources.applications()) info.set(infoLabels(sample), 1);
    },
  });
  const gauge = (name: string, help: string, read: () => number): void => {
    const metric = new Gauge({
      name,
      help,
      registers,
      collect() {
        metric.set(read());
      },
    });
  };
  gauge('argocd_cluster_api_resource_objects', 'Live objects held', sources.liveObjects);
  gauge('argocd_cluster_api_resources', 'Kinds watched', sources.watchedKinds);
  gauge('holdfast_queue_depth', 'Applications waiting for a turn', sources.queueDepth);
}

function infoLabels(sample: ApplicationSample): Record<string, string> {
  return {
    namespace: sample.namespace,
    name: sample.name,
    project: sample.project,
    repo: sample.repo,
    dest_server: sample.destServer,
    dest_namespace: sample.destNamespace,
    autosync_enabled: String(sample.autosync),
    sync_status: sample.syncStatus,
    health_status: sample.healthStatus,
    operation: sample.operation,
  };
}
