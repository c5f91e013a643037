import { describe, expect, it } from 'vitest';
import { type ApplicationSample, createMetrics, type MetricSources } from '../../../src/telemetry/metrics.ts';

const SAMPLE: ApplicationSample = {
  namespace: 'argocd',
  name: 'shop',
  project: 'default',
  repo: 'https://git.test/shop.git',
  destServer: 'https://kubernetes.default.svc',
  destNamespace: 'prod',
  autosync: true,
  syncStatus: 'Synced',
  healthStatus: 'Healthy',
  operation: '',
};

function sources(applications: () => readonly ApplicationSample[]): MetricSources {
  return { applications, liveObjects: () => 7, watchedKinds: () => 3, queueDepth: () => 2 };
}

describe('createMetrics()', () => {
  it('shows every application as it is when somebody scrapes', async () => {
    const metrics = createMetrics();
    let applications = [SAMPLE];
    metrics.attach(sources(() => applications));
    expect(await metrics.registry.metrics()).toContain(
      'argocd_app_info{namespace="argocd",name="shop",project="default",repo="https://git.test/shop.git",dest_server="https://kubernetes.default.svc",dest_namespace="prod",autosync_enabled="true",sync_status="Synced",health_status="Healthy",operation=""} 1',
    );
    applications = [{ ...SAMPLE, syncStatus: 'OutOfSync' }];
    const text = await metrics.registry.metrics();
    expect(text).toContain('sync_status="OutOfSync"');
    expect(text).not.toContain('sync_status="Synced"');
    applications = [];
    expect(await metrics.registry.metrics()).not.toContain('argocd_app_info{');
  });

  it('reads the gauges', async () => {
    const metrics = createMetrics();
    metrics.attach(sources(() => []));
    const text = await metrics.registry.metrics();
    expect(text).toContain('\nargocd_cluster_api_resource_objects 7\n');
    expect(text).toContain('\nargocd_cluster_api_resources 3\n');
    expect(text).toContain('\nholdfast_queue_depth 2\n');
  });

  it('counts requests by verb and status', async () => {
    const metrics = createMetrics();
    metrics.observe('GET', 200, 5);
    metrics.observe('GET', 200, 5);
    metrics.observe('PATCH', 0, 5);
    const text = await metrics.registry.metrics();
    expect(text).toContain('argocd_app_k8s_request_total{verb="GET",response_code="200"} 2');
    expect(text).toContain('argocd_app_k8s_request_total{verb="PATCH",response_code="0"} 1');
  });

  it('keeps two operators in one process apart', async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.observe('GET', 200, 5);
    expect(await other.registry.metrics()).not.toContain('verb="GET"');
  });

  it('takes any text for a label', async () => {
    const metrics = createMetrics();
    metrics.attach(sources(() => [{ ...SAMPLE, project: 'a"b\\c\nd' }]));
    expect(await metrics.registry.metrics()).toContain(String.raw`project="a\"b\\c\nd"`);
  });
});
