import { describe, expect, it } from 'vitest';

import type { ApplicationStatus } from '../../src/api/types.ts';
import { countWrites, newWrites } from '../support/api-writes.ts';
import { pause } from '../support/eventually.ts';
import { configMapPath } from '../support/manifests.ts';
import { useOperator } from '../support/operator-fixture.ts';
import { ownControlPlane } from '../support/own-control-plane.ts';

// Writes are counted, so nobody else may write.
const cluster = await ownControlPlane();
const fixture = await useOperator({ cluster });
const APPLIED = /^APPLY /;
const MERGE = 'application/merge-patch+json';

const CHART = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';

/** A ConfigMap named after the release, whose data are lines of a template. */
function configMapTemplate(...data: readonly string[]): string {
  const lines = data.map((line) => `  ${line}\n`).join('');
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata:\n${lines}`;
}

async function dataOf(namespace: string, name: string): Promise<unknown> {
  return (await fixture.read(configMapPath(namespace, name)))?.['data'];
}

function messagesOf(status: ApplicationStatus | undefined): string {
  return (status?.conditions ?? []).map(({ type, message }) => `${type}: ${message}`).join('\n');
}

describe('a chart in Git', { timeout: 240_000 }, async () => {
  const namespace = await cluster.uniqueNamespace('chart');
  const repository = await fixture.repository('chart');
  const files = {
    'charts/web/Chart.yaml': `${CHART}deprecated: true\n`,
    'charts/web/values.yaml': 'colour: red\nsize: 1\n',
    'charts/web/templates/_names.tpl': '{{- define "colour" -}}{{ .Values.colour | upper }}{{- end -}}\n',
    'charts/web/templates/settings.yaml': configMapTemplate(
      'colour: {{ include "colour" . }}',
      'size: {{ .Values.size | quote }}',
      'place: {{ .Release.Namespace }}',
      'state: {{ ternary "upgrade" "install" .Release.IsUpgrade }}',
    ),
    'charts/web/templates/hook.yaml':
      'apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate, annotations: {helm.sh/hook: "pre-install,pre-upgrade"}}\n',
    'charts/web/templates/tests/test.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: try, annotations: {helm.sh/hook: test}}\n',
    'charts/web/crds/things.yaml': JSON.stringify(crd('things', 'Thing')),
    'charts/web/templates/NOTES.txt': 'Have fun with {{ .Release.Name }}\n',
    'values/live.yaml': 'colour: blue\n',
  };

  it('is deployed as helm renders it', async () => {
    const revision = await repository.commit(files);
    await fixture.createApplication({
      name: 'chart',
      repoURL: repository.url,
      path: 'charts/web',
      destination: namespace,
    });
    const { status } = await fixture.waitForSynced('chart', revision);
    expect(status?.sourceType).toBe('Helm');
    expect(await dataOf(namespace, 'chart')).toEqual({ colour: 'RED', size: '1', place: namespace, state: 'install' });
    const names = status?.resources?.map(({ kind, name }) => `${kind} ${name}`).sort();
    expect(names).toEqual(['ConfigMap chart', 'CustomResourceDefinition things.chart.test']);
  });

  it('has its hooks named, which nothing runs yet, and not its tests', async () => {
    const { status } = await fixture.application('chart');
    const message = messagesOf(status);
    expect(message).toContain('ExcludedResourceWarning: Hooks are left out');
    expect(message).toContain('Job migrate (charts/web/templates/hook.yaml: PreSync)');
    expect(message).not.toContain('Pod try');
  });

  it('has what helm warns of in the log', () => {
    expect(fixture.operator.output()).toContain('chart charts/web: this chart is deprecated');
  });

  it('takes values from all over spec.source.helm, later kinds over earlier ones', async () => {
    const helm = {
      releaseName: 'named',
      valueFiles: ['../../values/*.yaml'],
      valuesObject: { size: 2 },
      parameters: [{ name: 'size', value: '3', forceString: true }],
    };
    await fixture.patchApplication('chart', { spec: { source: { helm } } });
    await fixture.waitForObject(configMapPath(namespace, 'named'), () => true);
    expect(await dataOf(namespace, 'named')).toMatchObject({ colour: 'BLUE', size: '3' });
    await fixture.waitUntilGone(configMapPath(namespace, 'chart'));
  });

  it('follows a commit to a value file outside the chart', async () => {
    const revision = await repository.commit({ 'values/live.yaml': 'colour: green\n' });
    await fixture.waitForSynced('chart', revision);
    expect(await dataOf(namespace, 'named')).toMatchObject({ colour: 'GREEN' });
  });

  it('I7 costs no write once it stands, not for a refresh or a commit beside it either', async () => {
    await pause(3_000);
    const before = await countWrites(cluster);
    await fixture.refresh('chart', 'hard');
    const revision = await repository.commit({ 'elsewhere/x.yaml': 'new\n' });
    await fixture.waitForSynced('chart', revision);
    expect(newWrites(before, await countWrites(cluster), APPLIED)).toEqual([]);
  });

  it('has drift repaired', async () => {
    const path = configMapPath(namespace, 'named');
    await fixture.request(`PATCH ${path}`, { body: { data: { colour: 'grey' } }, contentType: MERGE });
    await fixture.waitForObject(path, (live) => (live['data'] as { colour?: string }).colour === 'GREEN');
  });

  it('I2 keeps what is deployed and says which value file is missing', async () => {
    await fixture.patchApplication('chart', { spec: { source: { helm: { valueFiles: ['no.yaml'] } } } });
    const { status } = await fixture.waitForApplication('chart', ({ status: now }) =>
      messagesOf(now).includes('no.yaml'),
    );
    expect(messagesOf(status)).toContain('ComparisonError: ');
    expect(messagesOf(status)).toContain('looked for charts/web/no.yaml');
    expect(await dataOf(namespace, 'named')).toMatchObject({ colour: 'GREEN' });
    const helm = { valueFiles: ['no.yaml', '/values/live.yaml'], ignoreMissingValueFiles: true };
    await fixture.patchApplication('chart', { spec: { source: { helm } } });
    await fixture.waitForApplication('chart', ({ status: now }) => !messagesOf(now).includes('ComparisonError'));
  });

  it('says what a template asks for in its own words', async () => {
    const template = configMapTemplate('password: {{ required "set .Values.password" .Values.password }}');
    await repository.commit({ 'charts/web/templates/settings.yaml': template });
    await fixture.waitForApplication('chart', ({ status: now }) => messagesOf(now).includes('set .Values.password'));
    const helm = { valuesObject: { password: 'stand-in' } };
    await fixture.patchApplication('chart', { spec: { source: { helm } } });
    await fixture.waitForObject(
      configMapPath(namespace, 'named'),
      (live) => (live['data'] as { password?: string }).password === 'stand-in',
    );
  });
});

describe('Release.IsUpgrade', { timeout: 120_000 }, async () => {
  const namespace = await cluster.uniqueNamespace('release');
  const repository = await fixture.repository('release');
  const template = configMapTemplate(
    'state: {{ ternary "upgrade" "install" .Release.IsUpgrade }}',
    'size: "{{ .Values.size }}"',
  );

  it('is told from the history with holdfast.dev/helm-upgrade, from the second deployment on', async () => {
    const first = await repository.commit({
      'Chart.yaml': CHART,
      'values.yaml': 'size: 1\n',
      'templates/x.yaml': template,
    });
    await fixture.createApplication({ name: 'release', repoURL: repository.url, path: '.', destination: namespace });
    await fixture.patchApplication('release', { metadata: { annotations: { 'holdfast.dev/helm-upgrade': 'true' } } });
    await fixture.waitForSynced('release', first);
    await fixture.refresh('release', 'hard');
    expect(await dataOf(namespace, 'release')).toEqual({ state: 'install', size: '1' });
    const second = await repository.commit({ 'values.yaml': 'size: 2\n' });
    await fixture.waitForSynced('release', second);
    expect(await dataOf(namespace, 'release')).toEqual({ state: 'upgrade', size: '2' });
    await fixture.restart();
    await fixture.refresh('release', 'hard');
    expect(await dataOf(namespace, 'release')).toEqual({ state: 'upgrade', size: '2' });
  });
});

describe('Capabilities', { timeout: 120_000 }, async () => {
  const namespace = await cluster.uniqueNamespace('capabilities');
  const repository = await fixture.repository('capabilities');

  it('are those of the cluster, and a kind that arrives has the chart rendered again', async () => {
    const { body } = await fixture.request('GET /version');
    const { gitVersion } = body as { gitVersion: string };
    const template = configMapTemplate(
      'version: {{ .Capabilities.KubeVersion.Version }}',
      'widgets: "{{ .Capabilities.APIVersions.Has "late.test/v1/Widget" }}"',
      'deployments: "{{ .Capabilities.APIVersions.Has "apps/v1/Deployment" }}"',
    );
    await repository.commit({ 'Chart.yaml': CHART, 'templates/x.yaml': template });
    await fixture.createApplication({ name: 'able', repoURL: repository.url, path: '.', destination: namespace });
    await fixture.waitForSynced('able');
    const version = /^v[\d.]+/.exec(gitVersion)?.[0];
    expect(await dataOf(namespace, 'able')).toEqual({ version, widgets: 'false', deployments: 'true' });
    await fixture.request('POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      body: crd('widgets', 'Widget', 'late.test'),
    });
    await fixture.waitForObject(
      configMapPath(namespace, 'able'),
      (live) => (live['data'] as { widgets?: string }).widgets === 'true',
    );
  });
});

function crd(plural: string, kind: string, group = 'chart.test'): object {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, kind },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}
