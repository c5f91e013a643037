import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

import type { ApplicationStatus } from '../../src/api/types.ts';
import type { KubeObject } from '../../src/object/kube-object.ts';
import { useOperator } from '../support/operator-fixture.ts';
import { ownControlPlane } from '../support/own-control-plane.ts';

const SHARED = process.env['HOLDFAST_SHARED'] ?? fileURLToPath(new URL('../../../shared', import.meta.url));
const CHARTS = path.join(SHARED, 'seeds/charts');
const present = existsSync(CHARTS);
if (!present) {
  const message = `no charts of the first user at ${CHARTS}: set HOLDFAST_SHARED to the folder that holds seeds/`;
  if (process.env['CI'] === 'true') throw new Error(message);
  console.warn(`SKIPPED: ${message}`);
}

const HELPERS = `{{- define "myapp.fullname" -}}{{ .Release.Name }}-{{ .Chart.Name }}{{- end }}
{{- define "myapp.name" -}}{{ .Chart.Name }}{{- end }}
{{- define "myapp.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- define "myapp.labels" -}}
{{ include "myapp.selectorLabels" . }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}
`;

const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "myapp.fullname" . }}
data:
  logLevel: {{ .Values.config.app.logLevel | quote }}
`;

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: {{ include "myapp.fullname" . }}
spec:
  type: {{ .Values.service.type }}
  selector:
    {{- include "myapp.selectorLabels" . | nindent 4 }}
  ports:
    - port: {{ .Values.service.port }}
`;

const INGRESS = `{{- if .Values.ingress.enabled }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ include "myapp.fullname" . }}
  annotations:
    {{- toYaml .Values.ingress.annotations | nindent 4 }}
spec:
  ingressClassName: {{ .Values.ingress.className }}
  tls:
    {{- toYaml .Values.ingress.tls | nindent 4 }}
  rules:
    {{- range .Values.ingress.hosts }}
    - host: {{ .host }}
      http:
        paths:
          {{- range .paths }}
          - path: {{ .path }}
            pathType: {{ .pathType }}
            backend: {service: {name: {{ include "myapp.fullname" $ }}, port: {number: {{ $.Values.service.port }}}}}
          {{- end }}
    {{- end }}
{{- end }}
`;

const HPA = `{{- if .Values.autoscaling.enabled }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "myapp.fullname" . }}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ include "myapp.fullname" . }}}
  minReplicas: {{ .Values.autoscaling.minReplicas }}
  maxReplicas: {{ .Values.autoscaling.maxReplicas }}
{{- end }}
`;

/** A dependency of the name and version that the chart states, in place of one from a repository. */
function dependency(name: string, version: string): Record<string, string> {
  return {
    [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: ${version}\n`,
    [`charts/${name}/templates/settings.yaml`]: `apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-${name}"}
data: {size: {{ (.Values.primary | default .Values.master).persistence.size }}}
`,
  };
}

function seedFiles(chart: string): Record<string, string> {
  const root = path.join(CHARTS, chart);
  const names = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return [path.relative(root, file), readFileSync(file, 'utf8')];
    }),
  );
}

function isRefused(status: ApplicationStatus | undefined): boolean {
  return (status?.conditions ?? []).some(({ type }) => type === 'ComparisonError');
}

function messagesOf(status: ApplicationStatus | undefined): string {
  return (status?.conditions ?? []).map(({ message }) => message).join('\n');
}

interface LiveDeployment extends KubeObject {
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
      readonly spec: { readonly containers: readonly { readonly env?: readonly object[]; readonly image: string }[] };
    };
  };
}

describe.skipIf(!present)("the first user's charts", { timeout: 240_000 }, async () => {
  if (!present) return;
  const cluster = await ownControlPlane();
  const fixture = await useOperator({ cluster });

  it('002 is deployed with stand-ins for what the document leaves out, and follows its values', async () => {
    const namespace = await cluster.uniqueNamespace('seed-002');
    const repository = await fixture.repository('seed-002');
    const seeds = seedFiles('002-myapp');
    const revision = await repository.commit({
      ...seeds,
      'templates/_helpers.tpl': HELPERS,
      'templates/configmap.yaml': CONFIG_MAP,
      'templates/service.yaml': SERVICE,
      'templates/ingress.yaml': INGRESS,
      'templates/hpa.yaml': HPA,
      ...dependency('postgresql', '11.6.12'),
      ...dependency('redis', '16.9.11'),
    });
    await fixture.createApplication({ name: 'shop', repoURL: repository.url, path: '.', destination: namespace });
    // Its values hold the text of a template, quotes and all, inside a quoted text: `helm template` refuses that, too.
    const { status: refused } = await fixture.waitForApplication('shop', ({ status: now }) => isRefused(now));
    expect(messagesOf(refused)).toContain('YAML parse error on myapp/templates/deployment.yaml');
    const config = { database: { host: 'database.test' }, redis: { host: 'redis.test' } };
    await fixture.patchApplication('shop', { spec: { source: { helm: { valuesObject: { config } } } } });
    const { status } = await fixture.waitForSynced('shop', revision);
    const names = status?.resources?.map(({ kind, name }) => `${kind} ${name}`).sort();
    expect(names).toEqual([
      'ConfigMap shop-myapp',
      'ConfigMap shop-postgresql',
      'ConfigMap shop-redis',
      'Deployment shop-myapp',
      'HorizontalPodAutoscaler shop-myapp',
      'Ingress shop-myapp',
      'Service shop-myapp',
    ]);
    const at = `/apis/apps/v1/namespaces/${namespace}/deployments/shop-myapp`;
    const live = (await fixture.read(at)) as LiveDeployment;
    expect(live.spec.template.spec.containers[0]).toMatchObject({
      image: 'myapp:latest',
      env: expect.arrayContaining([
        { name: 'REDIS_URL', value: 'redis://redis.test:6379/0' },
        { name: 'LOG_LEVEL', value: 'info' },
      ]) as unknown,
    });
    const checksum = live.spec.template.metadata.annotations?.['checksum/config'];
    const values = seeds['values.yaml']?.replace('logLevel: "info"', 'logLevel: "debug"') ?? '';
    const next = await repository.commit({ 'values.yaml': values });
    await fixture.waitForSynced('shop', next);
    const changed = (await fixture.read(at)) as LiveDeployment;
    expect(changed.spec.template.metadata.annotations?.['checksum/config']).not.toBe(checksum);
  });

  it('002 as it is names the dependencies that are missing, and what to do', async () => {
    const message = await refusalOf('002-myapp', seedFiles('002-myapp'));
    // As `helm template` of v4.3.1 says.
    expect(message).toContain('found in Chart.yaml, but missing in charts/ directory: postgresql, redis');
    expect(message).toContain('commit the folder charts/');
  });

  it('004 as it is fails for the cause that helm names', async () => {
    const message = await refusalOf('004-myapp', seedFiles('004-myapp'));
    // As `helm template myapp 004-myapp` of v4.3.1 says.
    expect(message).toContain('YAML parse error on myapp/templates/deployment.yaml: error converting YAML to JSON');
    expect(message).toContain(
      'invalid map key: map[interface {}]interface {}{"include \\"myapp.fullname\\" .":interface {}(nil)}',
    );
  });

  it('004 is deployed once its braces are repaired', async () => {
    const namespace = await cluster.uniqueNamespace('seed-004');
    const repository = await fixture.repository('seed-004');
    const seeds = seedFiles('004-myapp');
    const mangled = seeds['templates/deployment.yaml'] ?? '';
    const repaired = mangled.replaceAll('{ {', '{{').replaceAll('} }', '}}');
    expect(repaired).not.toBe(mangled);
    const revision = await repository.commit({
      ...seeds,
      'templates/deployment.yaml': repaired,
      'templates/_helpers.tpl': HELPERS,
      'templates/service.yaml': SERVICE,
      'templates/NOTES.txt': 'Thank you for installing {{ .Chart.Name }}.\n',
    });
    await fixture.createApplication({ name: 'small', repoURL: repository.url, path: '.', destination: namespace });
    await fixture.waitForSynced('small', revision);
    const live = await fixture.read(`/apis/apps/v1/namespaces/${namespace}/deployments/small-myapp`);
    expect(live).toMatchObject({ spec: { replicas: 3, selector: { matchLabels: { app: 'myapp' } } } });
  });

  async function refusalOf(chart: string, files: Readonly<Record<string, string>>): Promise<string> {
    const name = `as-it-is-${chart}`;
    const repository = await fixture.repository(name);
    await repository.commit(files);
    const destination = await cluster.uniqueNamespace('as-it-is');
    await fixture.createApplication({ name, repoURL: repository.url, path: '.', destination });
    const { status } = await fixture.waitForApplication(name, ({ status: now }) => isRefused(now));
    return messagesOf(status);
  }
});
