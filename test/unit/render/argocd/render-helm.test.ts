import { describe, expect, it } from 'vitest';
import type { ClusterCapabilities } from '../../../../src/render/argocd/cluster-capabilities.ts';
import type { CapabilityQuestion } from '../../../../src/render/helm/capabilities.ts';
import { type RenderOptions, renderManifests } from '../../../../src/render/render-manifests.ts';
import type { RenderResult } from '../../../../src/render/rendered.ts';
import { type MemoryFile, memoryTree } from '../../../../src/source/memory-tree.ts';

const CHART = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';
const ECHO = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {{ toJson .Values }}\n';

type Files = Readonly<Record<string, MemoryFile>>;

function render(files: Files, options: Partial<RenderOptions> = {}): RenderResult {
  const { source, ...others } = options;
  const outcome = renderManifests(memoryTree(files), {
    appName: 'shop',
    ...others,
    source: { path: 'charts/web', ...source },
  });
  if ('needs' in outcome) throw new Error(`needs ${outcome.needs.map(({ key }) => key).join()}`);
  return outcome;
}

/** The chart with one template that prints its values, or the given one, and what is beside it. */
function chart(template: string = ECHO, beside: Files = {}): Files {
  return { 'charts/web/Chart.yaml': CHART, 'charts/web/templates/x.yaml': template, ...beside };
}

function configMap(line: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  line: ${line}\n`;
}

function lineOf({ manifests }: RenderResult): unknown {
  return (manifests[0]?.object['data'] as { line?: unknown } | undefined)?.line;
}

describe('renderHelm()', () => {
  it('gives objects with the files of their templates, frozen, definitions first and hooks last', () => {
    const crd = 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b}\n';
    const hook = 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: h, annotations: {helm.sh/hook: pre-install}}\n';
    const files = chart(`${hook}---\n${ECHO}`, {
      'charts/web/crds/c.yaml': `${crd}---\n# nothing\n---\n${crd.replace('a.b', 'c.d')}`,
      'charts/web/templates/NOTES.txt': 'installed',
    });
    const { manifests, sourceType, problems } = render(files);
    expect(sourceType).toBe('Helm');
    expect(problems).toEqual([]);
    expect(manifests.map(({ object, position }) => [object.metadata.name, position.file])).toEqual([
      ['a.b', 'charts/web/crds/c.yaml'],
      ['c.d', 'charts/web/crds/c.yaml'],
      ['shop', 'charts/web/templates/x.yaml'],
      ['h', 'charts/web/templates/x.yaml'],
    ]);
    expect(manifests.every(({ object }) => Object.isFrozen(object) && Object.isFrozen(object.metadata))).toBe(true);
  });

  it('takes the release name after the namespace in the name of an application elsewhere', () => {
    expect(render(chart(), { appName: 'team_shop' }).manifests[0]?.object.metadata.name).toBe('shop');
  });

  it.each([
    ['the destination', {}, 'live'],
    ['helm.namespace', { namespace: 'own' }, 'own'],
  ])('gives the namespace of %s', (_what, helm, namespace) => {
    const files = chart(configMap('"{{ .Release.Namespace }}"'));
    expect(lineOf(render(files, { namespace: 'live', source: { helm } }))).toBe(namespace);
  });

  it('refuses a name that no release can have, by Helm’s rule', () => {
    const releaseName = 'a'.repeat(54);
    expect(() => render(chart(), { source: { helm: { releaseName } } })).toThrow(
      /release name .* must not be longer than 53/,
    );
  });

  it('says of missing dependencies what to do', () => {
    const files = chart(ECHO, { 'charts/web/Chart.yaml': `${CHART}dependencies: [{name: db, version: 1.0.0}]\n` });
    expect(() => render(files)).toThrow(/missing in charts\/ directory: db\. Run it and commit the folder charts\//);
  });

  it('stops at what has no kind, since all that templates print is applied', () => {
    expect(() => render(chart('just: text\n'))).toThrow(/charts\/web\/templates\/x\.yaml:1 is no Kubernetes object/);
  });

  it('refuses versions of Helm that are no more', () => {
    expect(() => render(chart(), { source: { helm: { version: 'v2' } } })).toThrow(
      expect.objectContaining({ code: 'APPLICATION_INVALID' }),
    );
  });

  it('takes overrides from .argocd-source.yaml', () => {
    const files = chart(ECHO, { 'charts/web/.argocd-source-shop.yaml': 'helm: {releaseName: other}\n' });
    expect(render(files).manifests[0]?.object.metadata.name).toBe('other');
  });

  it('hands on what Helm warns of', () => {
    const files = chart(ECHO, { 'charts/web/Chart.yaml': `${CHART}deprecated: true\n` });
    expect(render(files).warnings).toEqual(['chart charts/web: this chart is deprecated']);
  });
});

describe('values of renderHelm()', () => {
  const FILES = chart(ECHO, {
    'charts/web/values.yaml': 'from: chart\n',
    'charts/web/one.yaml': 'from: one\none: 1\n',
    'charts/web/two.yaml': 'from: two\ntwo: 2\n',
    'charts/web/link.yaml': { link: 'one.yaml' },
    'env/three.yaml': 'from: three\n',
    'env/note.txt': 'a, b',
    'env/out.yaml': { link: '../../etc/passwd' },
  });
  const dataOf = (helm: object): unknown => render(FILES, { source: { helm } }).manifests[0]?.object['data'];

  it.each([
    ['files, later ones over earlier ones', { valueFiles: ['one.yaml', 'two.yaml'] }, { from: 'two', one: 1, two: 2 }],
    ['a file from the root', { valueFiles: ['/env/three.yaml'] }, { from: 'three' }],
    ['a file beside the chart', { valueFiles: ['../../env/three.yaml'] }, { from: 'three' }],
    ['a pattern', { valueFiles: ['*o*.yaml'] }, { from: 'two', one: 1, two: 2 }],
    [
      'a stated file at its own place',
      { valueFiles: ['t*.yaml', '*ne.yaml', 'two.yaml'] },
      { from: 'two', one: 1, two: 2 },
    ],
    [
      'a file that comes twice at its first place',
      { valueFiles: ['one.yaml', 'two.yaml', 'link.yaml'] },
      { from: 'two', one: 1, two: 2 },
    ],
    ['values over files', { valueFiles: ['one.yaml'], values: 'from: values' }, { from: 'values', one: 1 }],
    [
      'valuesObject in place of values',
      { values: 'from: values\nx: 1', valuesObject: { from: 'object' } },
      { from: 'object' },
    ],
    [
      'parameters over values',
      { values: 'a: {b: 1}', parameters: [{ name: 'a.b', value: '2' }] },
      { from: 'chart', a: { b: 2 } },
    ],
    ['strings', { parameters: [{ name: 'a', value: '2', forceString: true }] }, { from: 'chart', a: '2' }],
    ['commas as they are', { parameters: [{ name: 'a', value: 'x,y\\,z' }] }, { from: 'chart', a: 'x,y,z' }],
    ['lists in braces', { parameters: [{ name: 'a', value: '{x,y}' }] }, { from: 'chart', a: ['x', 'y'] }],
    [
      'the last parameter of a name',
      {
        parameters: [
          { name: 'a', value: '1' },
          { name: 'a', value: '2' },
        ],
      },
      { from: 'chart', a: 2 },
    ],
    ['files as values', { fileParameters: [{ name: 'a', path: '/env/note.txt' }] }, { from: 'chart', a: 'a, b' }],
    [
      'nothing for a file that is missing',
      { valueFiles: ['no.yaml', 'no*.yaml'], ignoreMissingValueFiles: true },
      { from: 'chart' },
    ],
    [
      'integers beyond 2^53 as Helm does',
      { valuesObject: { from: 'x', big: 12345678901234567890n } },
      { from: 'x', big: 12345678901234567000n },
    ],
  ])('are %s', (_what, helm, data) => {
    expect(dataOf(helm)).toEqual(data);
  });

  it.each([
    [
      'a file that is missing',
      { valueFiles: ['no.yaml'] },
      /value file "no\.yaml" is not in this revision \(looked for charts\/web\/no\.yaml\).*ignoreMissingValueFiles/,
    ],
    ['a pattern without a match', { valueFiles: ['no*.yaml'] }, /"no\*\.yaml" matches no file/],
    ['a malformed pattern', { valueFiles: ['a[*.yaml'] }, /valueFiles has "charts\/web\/a\[\*\.yaml"/],
    ['a folder', { valueFiles: ['/env'] }, /value file env is a folder/],
    [
      'a path out of the repository',
      { valueFiles: ['../../../x.yaml'] },
      /"\.\.\/\.\.\/\.\.\/x\.yaml" .* leads out of the repository/,
    ],
    ['a path out of the repository from its root', { valueFiles: ['/../x.yaml'] }, /leads out of the repository/],
    ['a link out of the repository', { valueFiles: ['/env/out.yaml'] }, /env\/out\.yaml": a link on its way leaves/],
    ['the root', { valueFiles: ['/'] }, /is the root of the repository/],
    [
      'a file of another source',
      { valueFiles: ['$values/x.yaml'] },
      /"\$values\/x\.yaml" names a file of the source with ref "values"/,
    ],
    ['a scheme that is not fetched', { valueFiles: ['s3://bucket/x.yaml'] }, /the URL scheme 's3' is not allowed/],
    [
      'a file parameter that is missing',
      { fileParameters: [{ name: 'a', path: 'no.txt' }] },
      /charts\/web\/no\.txt is not in this revision/,
    ],
    ['values that are no YAML', { values: 'a: [' }, /failed to parse spec\.source\.helm\.values: /],
  ])('refuse %s', (_what, helm, message) => {
    expect(() => dataOf(helm)).toThrow(message);
  });

  it('have the build environment in paths and parameters, and not in values', () => {
    const helm = {
      valueFiles: ['/env/${ARGOCD_APP_NAME}.yaml'],
      values: 'from: $ARGOCD_APP_NAME',
      parameters: [{ name: 'a', value: '$ARGOCD_APP_NAME' }],
    };
    const files = { ...FILES, 'env/shop.yaml': 'env: shop\n' };
    const get = (name: string): string => (name === 'ARGOCD_APP_NAME' ? 'shop' : '');
    const { manifests } = render(files, { source: { helm }, environment: { get, asked: new Set() } });
    expect(manifests[0]?.object['data']).toEqual({ from: '$ARGOCD_APP_NAME', a: 'shop', env: 'shop' });
  });

  it('come from URLs that the caller fetches, unless the scheme is turned off', () => {
    const url = 'https://user:s3cret@values.test/x.yaml';
    const options = { source: { path: 'charts/web', helm: { valueFiles: [url] } } };
    const outcome = renderManifests(memoryTree(FILES), options);
    expect(outcome).toMatchObject({ needs: [{ kind: 'file', url }] });
    const remotes = new Map([[`file ${url}`, { content: Buffer.from('from: afar') }]]);
    expect(render(FILES, { ...options, remotes }).manifests[0]?.object['data']).toEqual({ from: 'afar' });
    const silent = new Map([[`file ${url}`, { error: 'no answer' }]]);
    expect(() => render(FILES, { ...options, remotes: silent })).toThrow(
      /value file https:\/\/values\.test\/x\.yaml cannot be read: no answer/,
    );
    expect(() => render(FILES, { ...options, helmValuesFileSchemes: [] })).toThrow(
      /"https:\/\/values\.test\/x\.yaml" .* helm\.valuesFileSchemes in argocd-cm does not name it/,
    );
  });
});

describe('capabilities of renderHelm()', () => {
  const asked: CapabilityQuestion[] = [];
  const cluster: ClusterCapabilities = {
    kubeVersion: 'v1.33.4-gke.1245000',
    apiVersions: ['example.org/v1', 'example.org/v1/Thing'],
    observe: (question) => asked.push(question),
  };
  const line = (text: string, helm: object = {}): unknown => {
    asked.length = 0;
    return lineOf(render(chart(configMap(`'${text}'`)), { cluster, source: { helm } }));
  };

  it.each([
    ['the cluster’s version, numbers only', '{{ .Capabilities.KubeVersion }}', 'v1.33.4', ['kubeVersion']],
    [
      'a kind of the cluster',
      '{{ .Capabilities.APIVersions.Has "example.org/v1/Thing" }}',
      'true',
      ['has example.org/v1/Thing'],
    ],
    ['what Helm assumes, too', '{{ .Capabilities.APIVersions.Has "apps/v1" }}', 'true', ['has apps/v1']],
    ['what is not there', '{{ .Capabilities.APIVersions.Has "no/v1" }}', 'false', ['has no/v1']],
    ['all of them', '{{ last (len .Capabilities.APIVersions | list) | lt 2 }}', 'true', ['apiVersions']],
    ['Helm’s own version, which is no question to the cluster', '{{ .Capabilities.HelmVersion.Version }}', 'v4.3', []],
  ])('tell %s', (_what, text, expected, questions) => {
    expect(line(text)).toBe(expected);
    expect(asked).toEqual(questions);
  });

  it('are what the source states, if it does, and depend on the cluster no more', () => {
    const helm = { kubeVersion: 'v1.30.0+k3s1', apiVersions: ['own/v1'] };
    const text =
      '{{ .Capabilities.KubeVersion }} {{ .Capabilities.APIVersions.Has "own/v1" }} {{ .Capabilities.APIVersions.Has "example.org/v1" }}';
    expect(line(text, helm)).toBe('v1.30.0 true false');
    expect(asked).toEqual([]);
    expect(() => line('x', { kubeVersion: 'new' })).toThrow(/Cannot use kubeVersion "new" of the source/);
  });

  it('are asked for by a chart that is not for every Kubernetes', () => {
    asked.length = 0;
    const files = chart(ECHO, { 'charts/web/Chart.yaml': `${CHART}kubeVersion: ">=1.34"\n` });
    expect(() => render(files, { cluster })).toThrow(/chart requires kubeVersion: >=1\.34 .* v1\.33\.4/);
    expect(asked).toEqual(['kubeVersion']);
  });

  it('tell of an upgrade where the caller says so', () => {
    const files = chart(configMap('"{{ .Release.IsInstall }} {{ .Release.IsUpgrade }}"'));
    expect(lineOf(render(files))).toBe('true false');
    expect(lineOf(render(files, { isUpgrade: true }))).toBe('false true');
  });
});

describe('hooks of renderHelm()', () => {
  const TEST = 'apiVersion: v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n';
  it.each([
    [{}, 1],
    [{ skipTests: true }, 0],
  ])('are left out with skipTests: %j', (helm, count) => {
    expect(render(chart(TEST), { source: { helm } }).manifests).toHaveLength(count);
  });

  it.each([
    [{}, 2],
    [{ skipCrds: true }, 1],
  ])('definitions are left out with skipCrds: %j', (helm, count) => {
    const crd = 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b}\n';
    expect(render(chart(ECHO, { 'charts/web/crds/c.yaml': crd }), { source: { helm } }).manifests).toHaveLength(count);
  });

  it('values are checked by schema unless skipSchemaValidation is set', () => {
    const files = chart(ECHO, { 'charts/web/values.schema.json': '{"required": ["needed"]}' });
    expect(() => render(files)).toThrow(/needed/);
    expect(render(files, { source: { helm: { skipSchemaValidation: true } } }).manifests).toHaveLength(1);
  });
});
