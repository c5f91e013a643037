import { describe, expect, it } from 'vitest';
import { RenderBudget } from '../../../../src/render/gotemplate/budget.ts';
import { TemplateLimitError } from '../../../../src/render/gotemplate/template-error.ts';
import { describeUnstable } from '../../../../src/render/helm/find-unstable.ts';
import { type LookupAnswers, lookupKey } from '../../../../src/render/helm/lookup.ts';
import {
  type ClusterChart,
  type ClusterOptions,
  templateForCluster,
} from '../../../../src/render/helm/template-for-cluster.ts';
import { memoryTree } from '../../../../src/source/memory-tree.ts';

const OPTIONS = { releaseName: 'rel', namespace: 'ns' };

function run(templates: Record<string, string>, options: Partial<ClusterOptions> = {}) {
  const files = Object.entries(templates).map(([name, text]) => [`templates/${name}`, text] as const);
  const tree = memoryTree({
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    ...Object.fromEntries(files),
  });
  return templateForCluster(tree, '', { ...OPTIONS, ...options });
}

function rendered(templates: Record<string, string>, options?: Partial<ClusterOptions>): ClusterChart {
  const outcome = run(templates, options);
  if ('needs' in outcome) throw new Error('it asks for more');
  return outcome;
}

function secret(data: string, name = 'web'): string {
  return `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}}\n${data}\n`;
}

const QUERY = { apiVersion: 'v1', kind: 'Secret', namespace: 'ns', name: 'web' };

function found(data: Record<string, string>): LookupAnswers {
  const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'web', namespace: 'ns', generation: 7 }, data };
  return new Map([[lookupKey(QUERY), { object }]]);
}

const NOTHING: LookupAnswers = new Map([[lookupKey(QUERY), { absent: true }]]);

/** As many charts do it. */
const GUARDED = secret(`{{- $old := lookup "v1" "Secret" .Release.Namespace "web" }}
{{- $password := randAlphaNum 20 | b64enc }}
{{- if $old }}{{ $password = index $old.data "password" }}{{ end }}
data: {password: {{ $password }}}`);

describe('templateForCluster()', () => {
  it('templateForCluster() finds nothing with lookup while it is switched off', () => {
    const { chart } = rendered({
      'a.yaml': secret('data: {found: {{ len (lookup "v1" "Secret" "ns" "web") | quote }}}'),
    });
    expect(chart.manifests[0]?.content).toContain('found: "0"');
    expect(chart.lookups).toEqual([QUERY]);
  });

  it('templateForCluster() asks for what is looked up, all at once and each once', () => {
    const text =
      '{{ lookup "v1" "Secret" "ns" "web" }}{{ lookup "apps/v1" "Deployment" "" "" }}{{ lookup "v1" "Secret" "ns" "web" }}';
    const outcome = run({ 'a.yaml': `# ${text}`, 'b.yaml': `# ${text}` }, { lookups: new Map() });
    const list = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: '', name: '' };
    expect('needs' in outcome && outcome.needs.map(({ query }) => query)).toEqual([QUERY, list]);
  });

  it('templateForCluster() asks before it fails for want of an answer', () => {
    const text = '{{ if not (lookup "v1" "Secret" "ns" "web") }}{{ fail "no secret" }}{{ end }}';
    expect(run({ 'a.yaml': text }, { lookups: new Map() })).toHaveProperty('needs');
    expect(() => run({ 'a.yaml': text }, { lookups: NOTHING })).toThrow('no secret');
    expect(rendered({ 'a.yaml': text }, { lookups: found({}) }).chart.manifests).toEqual([]);
  });

  it('templateForCluster() gives objects whole, whole numbers as int64', () => {
    const text =
      '{{ $it := lookup "v1" "Secret" "ns" "web" }}x: {{ printf "%T %v %s" $it.metadata.generation $it.metadata.generation $it.data.a }}';
    const { chart } = rendered({ 'a.yaml': secret(text) }, { lookups: found({ a: 'Yg==' }) });
    expect(chart.manifests[0]?.content).toContain('x: int64 7 Yg==');
  });

  it('templateForCluster() fails where the cluster refuses to answer, naming file and line', () => {
    const lookups: LookupAnswers = new Map([[lookupKey(QUERY), { error: 'secrets "web" is forbidden' }]]);
    expect(() => run({ 'a.yaml': '\n{{ lookup "v1" "Secret" "ns" "web" }}' }, { lookups })).toThrow(
      /web\/templates\/a\.yaml:2:\d+.*error calling lookup: secrets "web" is forbidden/,
    );
  });

  it.each([
    '{{ fail (index (lookup "v1" "Secret" "ns" "web").data "a") }}',
    '{{ fail (index (lookup "v1" "Secret" "ns" "web").data "a" | b64dec) }}',
    '{{ fail (index (lookup "v1" "Secret" "ns" "web").data "a" | b64dec | quote) }}',
    '{{ tpl (printf "%s{{" (index (lookup "v1" "Secret" "ns" "web").data "a" | b64dec)) . }}',
  ])('templateForCluster() keeps what a Secret holds out of the error of %s', (text) => {
    const lookups = found({ a: Buffer.from('top "secret"\nwords').toString('base64') });
    const thrown = attempt(() => run({ 'a.yaml': text }, { lookups }));
    expect(thrown.message).toContain('********');
    for (const part of ['top "sec', 'top \\"sec', 'dG9wI']) expect(thrown.message).not.toContain(part);
    expect(thrown.cause).toBeUndefined();
  });
});

function attempt(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}

describe('findUnstable()', () => {
  it('findUnstable() names object, function, template and line of what differs in each render', () => {
    const { unstable } = rendered({
      '_helpers.tpl': '{{ define "pw" }}\n{{- randAlphaNum 10 }}{{ end }}',
      'a.yaml': secret('data: {p: {{ include "pw" . | b64enc }}}'),
      'b.yaml': secret('data: {}', 'other'),
    });
    expect(unstable).toMatchObject([
      {
        kind: 'Secret',
        name: 'web',
        source: 'web/templates/a.yaml',
        calls: [{ function: 'randAlphaNum', template: 'web/templates/_helpers.tpl', line: 2 }],
        isGuarded: false,
      },
    ]);
    expect(unstable.map((one) => describeUnstable(one, 'somehow'))).toEqual([
      'Secret "web" (web/templates/a.yaml) is another one in every render: randAlphaNum (web/templates/_helpers.tpl:2). ' +
        'State the value in the values of the Application, or take the object out of the chart',
    ]);
  });

  it.each([
    ['uuidv4', 'x: {{ uuidv4 }}'],
    ['genCA', 'x: {{ (genCA "a" 1).Cert | b64enc }}'],
    ['htpasswd', 'x: {{ htpasswd "a" "b" | quote }}'],
    ['now', 'x: {{ now | unixEpoch | quote }}'],
    ['now', 'x: {{ now | date "15:04" | quote }}'],
    ['ago', 'x: {{ ago 5 | quote }}'],
    ['date', 'x: {{ date "2006-01-02" "none" | quote }}'],
    ['htmlDate', 'x: {{ htmlDate nil | quote }}'],
    ['durationRound', 'x: {{ durationRound (toDate "2006-01-02" "2026-01-02") | quote }}\ny: {{ now }}'],
    ['encryptAES', 'x: {{ tpl "{{ encryptAES \\"k\\" \\"v\\" }}" . }}'],
  ])('findUnstable() sees %s in the output', (name, text) => {
    expect(rendered({ 'a.yaml': secret(text) }).unstable[0]?.calls[0]?.function).toBe(name);
  });

  it.each([
    '{{ $unused := randAlphaNum 10 }}x: 1',
    '# made at {{ now }}',
    'x: {{ "given" | default (randAlphaNum 10) }}',
    'x: {{ len (randAlphaNum 10) }}',
    'x: {{ dateInZone "2006" (toDate "2006" "2020") "UTC" | quote }}',
    'x: {{ now | date "2006" | len }}',
  ])('findUnstable() lets be what does not reach the output: %s', (text) => {
    expect(rendered({ 'a.yaml': secret(text) }).unstable).toEqual([]);
  });

  it('findUnstable() says of a guarded object that lookup would keep it, and nothing once lookup is on', () => {
    const off = rendered({ 'a.yaml': GUARDED });
    expect(off.unstable).toMatchObject([{ name: 'web', isGuarded: true }]);
    expect(describeUnstable(off.unstable[0] as never, 'in X')).toContain('switch that on in X');
    expect(rendered({ 'a.yaml': GUARDED }, { lookups: NOTHING }).unstable).toEqual([]);
    expect(rendered({ 'a.yaml': GUARDED }, { lookups: found({ password: 'cGFzcw==' }) }).unstable).toEqual([]);
  });

  it('findUnstable() knows that stringData is stored as data', () => {
    const text = secret(`{{- $old := lookup "v1" "Secret" "ns" "web" }}
stringData: {p: {{ if $old }}{{ $old.data.p | b64dec }}{{ else }}{{ randAlpha 9 }}{{ end }}}`);
    expect(rendered({ 'a.yaml': text }, { lookups: NOTHING }).unstable).toEqual([]);
  });

  it('findUnstable() knows lists of what would be there', () => {
    const text =
      secret(`{{- $names := list }}{{ range (lookup "v1" "Secret" "ns" "").items }}{{ $names = append $names .metadata.name }}{{ end }}
x: {{ has "web" $names | ternary "kept" (uuidv4) }}`);
    const query = { ...QUERY, name: '' };
    const lookups: LookupAnswers = new Map([[lookupKey(query), { object: { kind: 'SecretList', items: [] } }]]);
    // It is another one once: the first one's words are not kept.
    expect(rendered({ 'a.yaml': text }, { lookups }).unstable).toMatchObject([{ name: 'web', isGuarded: false }]);
  });

  it('findUnstable() reports what stays random in spite of lookup', () => {
    const text = secret('{{- $old := lookup "v1" "Secret" "ns" "web" }}\nx: {{ len $old }}\ny: {{ uuidv4 }}');
    expect(rendered({ 'a.yaml': text }, { lookups: found({}) }).unstable).toMatchObject([{ isGuarded: false }]);
    expect(rendered({ 'a.yaml': text }).unstable).toMatchObject([{ isGuarded: false }]);
  });

  it('findUnstable() suspects all that chance was used for when another render goes beyond the bounds', () => {
    let checks = 0;
    let allowed = Number.POSITIVE_INFINITY;
    const checkDeadline = () => {
      checks += 1;
      if (checks > allowed) throw new TemplateLimitError('it takes too long', 'work');
    };
    const templates = { 'a.yaml': secret('x: {{ (genCA "a" 1).Cert | len }}'), 'b.yaml': secret('x: 1', 'other') };
    rendered(templates, { budget: new RenderBudget({ checkDeadline }) });
    [allowed, checks] = [checks / 2, 0];
    const { unstable } = rendered(templates, { budget: new RenderBudget({ checkDeadline }) });
    expect(unstable).toMatchObject([{ name: 'web', isGuarded: false }]);
  });
});
