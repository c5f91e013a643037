import { describe, expect, it } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { configMapPath } from '../support/manifests.ts';
import { useOperator } from '../support/operator-fixture.ts';

const fixture = await useOperator();
const { cluster } = fixture;

const CHART = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';
const GOOD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: COLOUR}\n';
/** Two maps that hold themselves twice, forty times over: comparing them takes for ever, in one call. */
const ENDLESS = `{{ $d := dict "a" "b" }}{{ $e := dict "a" "b" }}
{{ range until 40 }}{{ $d = dict "a" $d "b" $d }}{{ $e = dict "a" $e "b" $e }}{{ end }}
data: {{ deepEqual $d $e }}
`;
/** It grows until the memory is full. */
const GREEDY = '\n\n{{ $l := list "a" }}{{ range until 60 }}{{ $l = concat $l $l }}{{ end }}{{ toYaml $l }}\n';

describe('a chart that never ends', { timeout: 240_000 }, async () => {
  const namespace = await cluster.uniqueNamespace('limits');
  const loops = await fixture.repository('loops');
  const others = await fixture.repository('others');

  it('is ended and named by template and line, while another application of the operator is served', async () => {
    await loops.commit({
      'loop/Chart.yaml': CHART,
      'loop/templates/good.yaml': GOOD,
      'loop/templates/loop.yaml': ENDLESS,
      'greedy/Chart.yaml': CHART,
      'greedy/templates/greedy.yaml': GREEDY,
    });
    const first = await others.commit({
      'web/Chart.yaml': CHART,
      'web/templates/a.yaml': GOOD.replace('COLOUR', 'red'),
    });
    for (const name of ['loop', 'greedy']) {
      await fixture.createApplication({ name, repoURL: loops.url, path: name, destination: namespace });
    }
    await fixture.createApplication({ name: 'web', repoURL: others.url, path: 'web', destination: namespace });
    await fixture.waitForSynced('web', first);
    const second = await others.commit({ 'web/templates/a.yaml': GOOD.replace('COLOUR', 'blue') });
    await fixture.refresh('web');
    await fixture.waitForSynced('web', second);
    expect((await fixture.read(configMapPath(namespace, 'web')))?.['data']).toEqual({ colour: 'blue' });
    const message = await eventually(
      () => conditionOf('loop'),
      () => 'the loop was never ended',
    );
    expect(message).toContain('Cannot render loop: template: web/templates/loop.yaml:3:');
    expect(message).toMatch(/the render takes (?:longer than 30 s|more than \d+ steps)/);
  });

  it('is not tried again for the same commit', async () => {
    const message = await eventually(
      () => conditionOf('greedy'),
      () => 'the greedy chart was never ended',
    );
    expect(message).toContain('web/templates/greedy.yaml');
    const rendered = await failedRenders();
    for (const name of ['loop', 'greedy']) await fixture.refresh(name);
    expect(await failedRenders()).toBe(rendered);
    expect(await fixture.read(configMapPath(namespace, 'loop'))).toBeUndefined();
  });

  it('is deployed once it is repaired', async () => {
    const revision = await loops.commit({ 'loop/templates/loop.yaml': '' });
    await fixture.refresh('loop');
    await fixture.waitForSynced('loop', revision);
    expect((await fixture.read(configMapPath(namespace, 'loop')))?.['data']).toEqual({ colour: 'COLOUR' });
  });
});

async function conditionOf(name: string): Promise<string | undefined> {
  const { status } = await fixture.application(name);
  return status?.conditions?.find(({ type }) => type === 'ComparisonError')?.message;
}

async function failedRenders(): Promise<string> {
  const lines = (await fixture.operator.metrics()).split('\n');
  return lines.find((line) => /renders.*result="failed"/.test(line)) ?? 'none';
}
