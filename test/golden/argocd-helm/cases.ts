import type { HelmSource } from '../../../src/api/source-types.ts';

/** A chart, what an Application says about it, and (recorded beside) what comes of it. */
export interface HelmCase {
  readonly name: string;
  /** By path from the root of the repository; added to {@link CHART}, the empty text takes a file away. */
  readonly files?: Readonly<Record<string, string>>;
  readonly source: HelmSource;
}

/** Of the Application of all cases. */
export const APPLICATION = {
  appName: 'shop',
  namespace: 'shop-live',
  project: 'retail',
  revision: '0123456789abcdef0123456789abcdef01234567',
  repoURL: 'https://git.example/shop.git',
  path: 'charts/web',
  targetRevision: 'main',
} as const;

/** What the destination's API server is and has. */
export const CLUSTER = {
  kubeVersion: 'v1.33.4-gke.1245000',
  apiVersions: ['example.org/v1', 'example.org/v1/Thing'],
} as const;

const CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.org}
`;

/** The repository of all cases. */
export const CHART: Readonly<Record<string, string>> = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\nappVersion: "9"\n',
  'charts/web/values.yaml': 'colour: red\nsize: {width: 1, height: 2}\nlist: [a, b]\n',
  'charts/web/values-blue.yaml': 'colour: blue\nsize: {width: 10}\n',
  'charts/web/values-green.yaml': 'colour: green\nlist: [c]\n',
  'charts/web/overrides/z.yaml': 'from: z\n',
  'charts/web/overrides/a.yaml': 'from: a\nalso: a\n',
  'charts/web/overrides/deep/m.yaml': 'from: m\ndeep: m\n',
  'values/shop.yaml': 'place: root\n',
  'values/note, with comma.txt': 'one,two\n',
  'charts/web/crds/things.yaml': `${CRD}---\n# nothing\n`,
  'charts/web/templates/values.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}-values"}\ndata:\n  values: |\n    {{- toYaml .Values | nindent 4 }}\n',
  'charts/web/templates/world.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-world", namespace: "{{ .Release.Namespace }}"}
data:
  release: {{ toJson .Release | quote }}
  version: {{ .Capabilities.KubeVersion.Version }} {{ .Capabilities.KubeVersion.Minor }}
  things: "{{ .Capabilities.APIVersions.Has "example.org/v1/Thing" }} {{ .Capabilities.APIVersions.Has "example.org/v1" }}"
  own: "{{ .Capabilities.APIVersions.Has "own.example/v1" }} {{ .Capabilities.APIVersions.Has "apps/v1" }}"
`,
  'charts/web/templates/hooks.yaml': `apiVersion: batch/v1
kind: Job
metadata: {name: before, annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "-5"}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: after, annotations: {helm.sh/hook: post-install, helm.sh/hook-delete-policy: hook-succeeded}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: old.example.org, annotations: {helm.sh/hook: crd-install}}
`,
  'charts/web/templates/tests/try.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: try, annotations: {helm.sh/hook: test}}\n',
  'charts/web/templates/NOTES.txt': 'Notes of {{ .Release.Name }}\n',
};

const named = (name: string, source: HelmSource, files: HelmCase['files'] = {}): HelmCase => ({ name, source, files });

/** Our own cases. */
export const CASES: readonly HelmCase[] = [
  named('nothing stated', {}),
  named('a release name and a namespace', { releaseName: 'other', namespace: 'elsewhere' }),
  named('no definitions', { skipCrds: true }),
  named('no tests', { skipTests: true }),
  named('a value file', { valueFiles: ['values-blue.yaml'] }),
  named('value files, later ones over earlier ones', { valueFiles: ['values-blue.yaml', './values-green.yaml'] }),
  named('a value file twice', { valueFiles: ['values-blue.yaml', 'values-green.yaml', 'values-blue.yaml'] }),
  named('a value file from the root', { valueFiles: ['/values/shop.yaml'] }),
  named('a value file with a variable', { valueFiles: ['../../values/${ARGOCD_APP_NAME}.yaml'] }),
  named('a pattern', { valueFiles: ['values-*.yaml'] }),
  named('a pattern with folders', { valueFiles: ['overrides/**/*.yaml'] }),
  named('a pattern of one folder level', { valueFiles: ['*/[am].yaml'] }),
  named('a pattern and a stated file', { valueFiles: ['values-*.yaml', 'values-blue.yaml'] }),
  named('a stated file before a pattern', { valueFiles: ['overrides/z.yaml', 'overrides/*.yaml'] }),
  named('a pattern with alternatives', { valueFiles: ['values-{green,blue}*.yaml'] }),
  named('alternatives alone are no pattern', { valueFiles: ['values-{green,blue}.yaml'] }),
  named('a missing value file', { valueFiles: ['no.yaml'] }),
  named('a missing value file that may be', { valueFiles: ['no.yaml', 'n*.yaml'], ignoreMissingValueFiles: true }),
  named('a folder as a value file', { valueFiles: ['overrides'] }),
  named('values', { values: 'colour: grey\nsize: {width: null}\nn: 1_000\n' }),
  named('values of two documents', { values: 'a: 1\n---\nb: 2\n' }),
  named('values that are no YAML', { values: 'a: [' }),
  named('values that are a list', { values: '- a\n' }),
  named('values that are only a comment', { values: '# nothing\n' }),
  named('valuesObject in place of values', { values: 'colour: grey', valuesObject: { other: 1.5, big: 12345678901 } }),
  named('an empty valuesObject in place of values', { values: 'colour: grey', valuesObject: {} }),
  named('values over value files', { valueFiles: ['values-blue.yaml'], values: 'colour: grey' }),
  named('parameters', {
    parameters: [
      { name: 'size.width', value: '7' },
      { name: 'list[1]', value: 'z' },
    ],
  }),
  named('a parameter over values', { values: 'colour: grey', parameters: [{ name: 'colour', value: 'white' }] }),
  named('parameters of every type', {
    parameters: [
      { name: 'a', value: 'true' },
      { name: 'b', value: 'null' },
      { name: 'c', value: '1.5' },
      { name: 'd', value: '0123' },
      { name: 'e', value: '' },
      { name: 'f', value: '1e5' },
    ],
  }),
  named('parameters as strings', {
    parameters: [
      { name: 'a', value: 'true', forceString: true },
      { name: 'b', value: '12', forceString: true },
      { name: 'colour', value: 'x' },
    ],
  }),
  named('a string over a parameter of its name', {
    parameters: [
      { name: 'a', value: '1', forceString: true },
      { name: 'a', value: '2' },
    ],
  }),
  named('commas in parameters', {
    parameters: [
      { name: 'a', value: 'x,y' },
      { name: 'b', value: 'x\\,y' },
      { name: 'c', value: '{x,y}' },
      { name: 'e', value: ',' },
      { name: 'f', value: 'p=q,r=s', forceString: true },
    ],
  }),
  named('a list in braces that does not end', { parameters: [{ name: 'd', value: '{x,y' }] }),
  named('escapes in names of parameters', {
    parameters: [{ name: 'nodeSelector.kubernetes\\.io/role', value: 'web' }],
  }),
  named('null takes a value away', { parameters: [{ name: 'size', value: 'null' }] }),
  named('variables in parameters', {
    parameters: [
      { name: 'a', value: '$ARGOCD_APP_NAME-${ARGOCD_APP_NAMESPACE}' },
      { name: 'b', value: '$$HOME $NO_SUCH' },
      { name: 'c', value: '${ARGOCD_APP_REVISION_SHORT}', forceString: true },
      { name: '$ARGOCD_APP_NAME', value: 'd' },
    ],
  }),
  named('no variables in values', { values: 'a: $ARGOCD_APP_NAME' }),
  named('a parameter without a name', { parameters: [{ name: '', value: 'x' }] }),
  named('a malformed name of a parameter', { parameters: [{ name: 'a[x]', value: 'y' }] }),
  named('a file as a value', { fileParameters: [{ name: 'note', path: '/values/note, with comma.txt' }] }),
  named('a file as a value over a parameter', {
    parameters: [{ name: 'note', value: 'x' }],
    fileParameters: [{ name: 'note', path: 'values-blue.yaml' }],
  }),
  named('a missing file as a value', { fileParameters: [{ name: 'note', path: 'no.txt' }] }),
  named('a version of Kubernetes', { kubeVersion: 'v1.30.1+k3s1' }),
  named('a version of Kubernetes with two numbers', { kubeVersion: '1.29' }),
  named('API versions in place of those of the cluster', { apiVersions: ['own.example/v1', 'x/v1'] }),
  named('a release name with capitals', { releaseName: 'Shop' }),
  named('a release name of 54 letters', { releaseName: 'a'.repeat(54) }),
  named(
    'a schema that values break',
    { values: 'colour: 1' },
    {
      'charts/web/values.schema.json': '{"properties": {"colour": {"type": "string"}}}',
    },
  ),
  named(
    'a schema that is not looked at',
    { values: 'colour: 1', skipSchemaValidation: true },
    {
      'charts/web/values.schema.json': '{"properties": {"colour": {"type": "string"}}}',
    },
  ),
  named(
    'a chart for another Kubernetes',
    {},
    {
      'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\nkubeVersion: ">=1.34.0-0"\n',
    },
  ),
  named(
    'a missing dependency',
    {},
    {
      'charts/web/Chart.yaml':
        'apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies: [{name: db, version: 1.0.0, repository: "https://charts.example"}]\n',
    },
  ),
  named('a template that fails', {}, { 'charts/web/templates/bad.yaml': '{{ fail "no colour" }}\n' }),
  named('notes that fail', {}, { 'charts/web/templates/NOTES.txt': '{{ required "say who" .Values.who }}\n' }),
  named(
    'a list',
    {},
    {
      'charts/web/templates/list.yaml':
        'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: one}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: two}}\n',
    },
  ),
  named(
    'a subchart with definitions and its own values',
    { parameters: [{ name: 'sub.colour', value: 'pink' }] },
    {
      'charts/web/charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 0.1.0\n',
      'charts/web/charts/sub/values.yaml': 'colour: brown\n',
      'charts/web/charts/sub/crds/more.yaml': CRD.replace('things', 'more'),
      'charts/web/charts/sub/templates/x.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: sub}\nstringData: {colour: "{{ .Values.colour }}"}\n',
    },
  ),
];
