import { describe, expect, it } from 'vitest';

import type { ApplicationStatus } from '../../src/api/types.ts';
import { configMapPath } from '../support/manifests.ts';
import { useOperator } from '../support/operator-fixture.ts';

const fixture = await useOperator({ argocdCm: { 'holdfast.helm.lookup': 'destination' } });
const { cluster } = fixture;
const MERGE = 'application/merge-patch+json';
const CHART = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';

/** As many charts do it: what is there is kept, else something is made up. */
const SECRET = `{{- $old := lookup "v1" "Secret" .Release.Namespace "password" }}
apiVersion: v1
kind: Secret
metadata: {name: password}
stringData:
  password: {{ if $old }}{{ index $old.data "password" | b64dec }}{{ else }}{{ randAlphaNum 20 }}{{ end }}
`;

const LOOKUP = { metadata: { annotations: { 'holdfast.dev/helm-lookup': 'true' } } };

function messagesOf(status: ApplicationStatus | undefined): string {
  return (status?.conditions ?? []).map(({ type, message }) => `${type}: ${message}`).join('\n');
}

describe('a chart that makes up a password', { timeout: 240_000 }, async () => {
  const namespace = await cluster.uniqueNamespace('lookup');
  const repository = await fixture.repository('lookup');
  const path = `/api/v1/namespaces/${namespace}/secrets/password`;
  const passwordNow = async (): Promise<unknown> => (await fixture.read(path))?.['data'];
  let first: unknown;

  it('is deployed with a warning that names function, template and line, and what to do', async () => {
    const revision = await repository.commit({ 'Chart.yaml': CHART, 'templates/secret.yaml': SECRET });
    await fixture.createApplication({ name: 'lookup', repoURL: repository.url, path: '.', destination: namespace });
    const { status } = await fixture.waitForSynced('lookup', revision);
    expect(messagesOf(status)).toContain('RandomOutputWarning: Secret "password" (web/templates/secret.yaml)');
    expect(messagesOf(status)).toContain('randAlphaNum (web/templates/secret.yaml:6)');
    expect(messagesOf(status)).toContain('switch that on with the annotation holdfast.dev/helm-lookup: "true"');
    first = await passwordNow();
  });

  it('keeps the password while nothing is rendered again', async () => {
    await fixture.refresh('lookup', 'normal');
    await fixture.waitForSynced('lookup');
    expect(await passwordNow()).toEqual(first);
  });

  it('keeps it in every render once lookup is on, and has no warning', async () => {
    await fixture.patchApplication('lookup', LOOKUP);
    const { status } = await fixture.waitForApplication(
      'lookup',
      ({ status: now }) => now?.sync?.status === 'Synced' && !messagesOf(now).includes('RandomOutputWarning'),
    );
    expect(messagesOf(status)).toBe('');
    const kept = await passwordNow();
    expect(kept).toEqual(first);
    await fixture.refresh('lookup', 'hard');
    const revision = await repository.commit({ 'templates/secret.yaml': `${SECRET}# another commit\n` });
    await fixture.waitForSynced('lookup', revision);
    expect(await passwordNow()).toEqual(kept);
    await fixture.restart('SIGKILL');
    await fixture.refresh('lookup', 'hard');
    await fixture.waitForSynced('lookup');
    expect(await passwordNow()).toEqual(kept);
  });
});

describe('lookup', { timeout: 240_000 }, async () => {
  const namespace = await cluster.uniqueNamespace('looking');
  const repository = await fixture.repository('looking');
  const template = (query: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: seen}\ndata: {found: {{ (${query}).data | toJson | quote }}}\n`;

  it('sees what there is in the destination namespace, again with each refresh', async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'there' }, data: { a: '1' } };
    await fixture.request(`POST /api/v1/namespaces/${namespace}/configmaps`, { body });
    const query = 'lookup "v1" "ConfigMap" .Release.Namespace "there"';
    const revision = await repository.commit({ 'Chart.yaml': CHART, 'templates/x.yaml': template(query) });
    await fixture.createApplication({ name: 'looking', repoURL: repository.url, path: '.', destination: namespace });
    await fixture.waitForSynced('looking', revision);
    expect((await fixture.read(configMapPath(namespace, 'seen')))?.['data']).toEqual({ found: 'null' });
    await fixture.patchApplication('looking', LOOKUP);
    const sees = (text: string) =>
      fixture.waitForObject(configMapPath(namespace, 'seen'), (live) => JSON.stringify(live['data']).includes(text));
    await sees('\\"1\\"');
    const changed = { data: { a: '2' } };
    await fixture.request(`PATCH ${configMapPath(namespace, 'there')}`, { body: changed, contentType: MERGE });
    await fixture.refresh('looking', 'normal');
    await sees('\\"2\\"');
  });

  it('is refused beyond the destination namespace, and what is deployed stays', async () => {
    await repository.commit({ 'templates/x.yaml': template('lookup "v1" "Secret" "kube-system" "x"') });
    const { status } = await fixture.waitForApplication('looking', ({ status: now }) =>
      messagesOf(now).includes('error calling lookup'),
    );
    expect(messagesOf(status)).toContain('charts may look into the destination namespace');
    expect(await fixture.read(configMapPath(namespace, 'seen'))).toBeDefined();
  });

  it('finds what was missing when it comes, although nobody asks for a refresh', async () => {
    const wants = `{{ if not (lookup "v1" "ConfigMap" .Release.Namespace "late") }}{{ fail "make late first" }}{{ end }}\n`;
    await repository.commit({ 'templates/x.yaml': `${wants}${template('dict')}` });
    await fixture.waitForApplication('looking', ({ status: now }) => messagesOf(now).includes('make late first'));
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'late' } };
    await fixture.request(`POST /api/v1/namespaces/${namespace}/configmaps`, { body });
    await fixture.waitForApplication('looking', ({ status: now }) => now?.sync?.status === 'Synced');
  });
});
