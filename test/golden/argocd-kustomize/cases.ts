import type { KustomizeSource } from '../../../src/api/source-types.ts';

/** A folder, what an Application says about it, and (recorded beside) what comes of it. */
export interface OverlayCase {
  readonly name: string;
  /** By path from the root of the repository. */
  readonly files: Readonly<Record<string, string>>;
  /** The folder that is built; default the root. */
  readonly path?: string;
  readonly source: KustomizeSource;
  /** `kustomize.buildOptions` of argocd-cm. */
  readonly buildOptions?: string;
}

/** What the build environment of all cases is made of. */
export const ENVIRONMENT = {
  appName: 'shop',
  namespace: 'shop-live',
  project: 'retail',
  revision: '0123456789abcdef0123456789abcdef01234567',
  repoURL: 'https://git.example/shop.git',
  path: 'deploy',
  targetRevision: 'main',
} as const;

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 1
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      initContainers:
        - {name: migrate, image: "registry.example:5000/tools/migrate:3"}
      containers:
        - {name: web, image: "nginx:1.20"}
        - {name: side, image: envoy}
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports: [{port: 80}]
`;

const SETTINGS = `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data: {colour: green}
`;

const DIGEST = `sha256:${'ab'.repeat(32)}`;

/** A repository with one kustomization over two files. */
function plain(fields = ''): Record<string, string> {
  return {
    'kustomization.yaml': `resources: [web.yaml, settings.yaml]\n${fields}`,
    'web.yaml': WEB,
    'settings.yaml': SETTINGS,
  };
}

const LABEL_COMPONENT = `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
labels: [{pairs: {component: "yes"}}]
`;

function withComponents(fields = ''): Record<string, string> {
  return {
    ...plain(fields),
    'parts/labels/kustomization.yaml': LABEL_COMPONENT,
    'parts/notes/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
commonAnnotations: {note: component}
`,
    'parts/.hidden/kustomization.yaml': LABEL_COMPONENT.replace('component:', 'hidden:'),
  };
}

const texts: readonly OverlayCase[] = [
  { name: 'nothing stated', files: plain(), source: {} },
  { name: 'namePrefix', files: plain(), source: { namePrefix: 'my-' } },
  { name: 'namePrefix over another', files: plain('namePrefix: old-\n'), source: { namePrefix: 'my-' } },
  { name: 'namePrefix that looks like a flag', files: plain(), source: { namePrefix: '--x' } },
  { name: 'nameSuffix', files: plain(), source: { nameSuffix: '-blue' } },
  { name: 'nameSuffix over another', files: plain('nameSuffix: -old\n'), source: { nameSuffix: '-blue' } },
  { name: 'empty texts', files: plain('namePrefix: old-\n'), source: { namePrefix: '', nameSuffix: '', namespace: '' } },
  { name: 'namespace', files: plain(), source: { namespace: 'shop-live' } },
  { name: 'namespace over another', files: plain('namespace: old\n'), source: { namespace: 'shop-live' } },
  { name: 'Kustomization as file name', files: renamed('Kustomization'), source: { namePrefix: 'my-' } },
  { name: 'kustomization.yml as file name', files: renamed('kustomization.yml'), source: { namePrefix: 'my-' } },
  { name: 'two kustomization files', files: { ...plain(), Kustomization: '' }, source: { namePrefix: 'my-' } },
  { name: 'no kustomization file', files: { 'web.yaml': WEB }, source: { namePrefix: 'my-' } },
  { name: 'field names in other cases', files: plain('NAMEPREFIX: old-\n'), source: { nameSuffix: '-blue' } },
  { name: 'a kustomization that is no YAML', files: { 'kustomization.yaml': 'a: [\n' }, source: { namePrefix: 'x' } },
  { name: 'an unknown field', files: plain('unknownField: 1\n'), source: { namePrefix: 'my-' } },
  { name: 'an empty kustomization', files: { 'kustomization.yaml': '# nothing\n' }, source: {} },
  { name: 'an empty kustomization with a prefix', files: { 'kustomization.yaml': '' }, source: { namePrefix: 'my-' } },
  {
    name: 'a kustomization of kind and version only, with a component',
    files: {
      'kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
      'parts/all/kustomization.yaml': `${LABEL_COMPONENT}resources: [settings.yaml]\n`,
      'parts/all/settings.yaml': SETTINGS,
    },
    source: { components: ['parts/all'] },
  },
  {
    name: 'a wrong apiVersion',
    files: plain('apiVersion: kustomize.config.k8s.io/v2\n'),
    source: { namePrefix: 'my-' },
  },
  {
    name: 'deprecated fields',
    files: {
      'kustomization.yaml': `bases: [base]
imageTags: [{name: nginx, newTag: "2"}]
patchesStrategicMerge: [patch.yaml]
patchesJson6902:
  - target: {version: v1, kind: ConfigMap, name: settings}
    patch: '[{op: add, path: /data/size, value: L}]'
commonLabels: {team: a}
vars:
  - {name: WEB, objref: {kind: Service, name: web, apiVersion: v1}}
configurations: [varreference.yaml]
`,
      'base/kustomization.yaml': 'resources: [web.yaml, settings.yaml]\n',
      'base/web.yaml': WEB,
      'base/settings.yaml': SETTINGS,
      'varreference.yaml': 'varReference: [{path: data/at, kind: ConfigMap}]\n',
      'patch.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {shape: round, at: $(WEB)}\n',
    },
    source: {
      namePrefix: 'my-',
      images: ['envoy:v9'],
      commonLabels: { owner: 'me' },
      patches: [{ patch: '[{op: add, path: /data/more, value: x}]', target: { kind: 'ConfigMap' } }],
    },
  },
  {
    name: 'generators keep their hashes',
    files: {
      ...plain(`configMapGenerator:
  - {name: made, literals: [a=1], env: file.env}
secretGenerator:
  - {name: hidden, literals: [b=2]}
generatorOptions: {labels: {made: "true"}}
`),
      'file.env': 'C=3\n',
    },
    source: { nameSuffix: '-blue', namespace: 'shop-live' },
  },
];

const images: readonly OverlayCase[] = [
  imageCase('a new tag', ['nginx:1.25']),
  imageCase('a digest', [`nginx@${DIGEST}`]),
  imageCase('a tag and a digest', [`nginx:1.25@${DIGEST}`]),
  imageCase('another image', ['nginx=registry.example/web']),
  imageCase('another image with a tag', ['nginx=registry.example:5000/web:7']),
  imageCase('another image with a digest', [`nginx=registry.example/web@${DIGEST}`]),
  imageCase('a registry with a port', ['registry.example:5000/tools/migrate:4']),
  imageCase('several images', ['nginx:1.25', 'envoy=mesh:v2', 'registry.example:5000/tools/migrate:4']),
  imageCase('the last of equal names', ['nginx:1.25', 'nginx:1.26']),
  imageCase('an image that nothing uses', ['absent:1']),
  imageCase('no tag', ['nginx']),
  imageCase('an empty text', ['']),
  imageCase('nothing before the sign', ['=web:1']),
  imageCase('nothing behind the sign', ['nginx=']),
  imageCase('a kept name', ['nginx=*:1.25'], '  - {name: nginx, newName: mirror/nginx, newTag: "1.21"}'),
  imageCase('a kept tag', ['nginx=mirror/nginx:*'], '  - {name: nginx, newTag: "1.21"}'),
  imageCase('a kept digest', ['nginx=mirror/nginx@*'], `  - {name: nginx, digest: "${DIGEST}"}`),
  imageCase('kept parts of nothing', ['nginx=*:*'], '  - {name: envoy, newTag: "2"}'),
  imageCase('a kept name beside a suffix', ['nginx=*:1.25'], '  - {name: nginx, newName: mirror/nginx, tagSuffix: -x}'),
  imageCase('over one that is there', ['nginx:1.25'], '  - {name: nginx, newName: mirror/nginx, newTag: "1.21"}'),
  imageCase('beside ones that are there', ['nginx:1.25'], '  - {name: envoy, newTag: "2"}\n  - {name: aaa, newTag: "1"}'),
  imageCase('one that is there twice', ['envoy:3'], '  - {name: nginx, newTag: "1"}\n  - {name: nginx, newTag: "2"}'),
  imageCase('a tag suffix that stays', ['envoy:3'], '  - {name: nginx, tagSuffix: -alpine}'),
  imageCase('the revision', ['nginx:$ARGOCD_APP_REVISION', 'envoy:${ARGOCD_APP_REVISION_SHORT}']),
  imageCase('other variables', ['nginx=${ARGOCD_APP_PROJECT_NAME}/$ARGOCD_APP_NAME:$ARGOCD_APP_REVISION_SHORT_8']),
  imageCase('a variable of no meaning', ['nginx=web$HOME:7']),
  imageCase('a dollar sign', ['nginx=web:$$7$']),
];

function imageCase(name: string, wanted: readonly string[], there?: string): OverlayCase {
  const files = plain(there === undefined ? '' : `images:\n${there}\n`);
  return { name: `images: ${name}`, files, source: { images: wanted } };
}

const replicas: readonly OverlayCase[] = [
  { name: 'replicas', files: plain(), source: { replicas: [{ name: 'web', count: 3 }] } },
  { name: 'replicas as a text', files: plain(), source: { replicas: [{ name: 'web', count: '4' }] } },
  { name: 'no replicas at all', files: plain(), source: { replicas: [{ name: 'web', count: 0 }] } },
  {
    name: 'replicas over one that is there',
    files: plain('replicas: [{name: web, count: 9}]\n'),
    source: { replicas: [{ name: 'web', count: 2 }] },
  },
  {
    name: 'replicas of what is not there',
    files: plain(),
    source: { replicas: [{ name: 'absent', count: 2 }] },
  },
  { name: 'replicas that are no number', files: plain(), source: { replicas: [{ name: 'web', count: 'many' }] } },
  { name: 'replicas with a sign in the name', files: plain(), source: { replicas: [{ name: 'a=b', count: 1 }] } },
];

const labels: readonly OverlayCase[] = [
  labelCase('with selectors', { commonLabels: { team: 'red' } }),
  labelCase('without selectors', { commonLabels: { team: 'red' }, labelWithoutSelector: true }),
  labelCase('in templates', {
    commonLabels: { team: 'red', tier: 'front' },
    labelWithoutSelector: true,
    labelIncludeTemplates: true,
  }),
  labelCase('in templates but with selectors', { commonLabels: { team: 'red' }, labelIncludeTemplates: true }),
  labelCase('settings without labels', { labelIncludeTemplates: true }),
  labelCase('that is there', { commonLabels: { team: 'red' } }, 'commonLabels: {team: blue}\n'),
  labelCase('that is there, forced', { commonLabels: { team: 'red' }, forceCommonLabels: true }, 'commonLabels: {team: b}\n'),
  labelCase(
    'without selectors, that is there',
    { commonLabels: { team: 'red' }, labelWithoutSelector: true },
    'labels: [{pairs: {team: blue}}]\n',
  ),
  labelCase(
    'without selectors, forced',
    { commonLabels: { team: 'red', more: 'x' }, labelWithoutSelector: true, forceCommonLabels: true },
    'labels: [{pairs: {team: blue}}]\n',
  ),
  labelCase(
    'without selectors beside labels with other settings',
    { commonLabels: { team: 'red' }, labelWithoutSelector: true },
    'labels: [{pairs: {size: L}, includeSelectors: true}, {pairs: {kept: "1"}}]\n',
  ),
  labelCase(
    'in templates beside labels without',
    { commonLabels: { team: 'red' }, labelWithoutSelector: true, labelIncludeTemplates: true },
    'labels: [{pairs: {size: L}}]\n',
  ),
  labelCase(
    'over labels of other settings',
    { commonLabels: { app: 'other' }, labelWithoutSelector: true },
    'commonLabels: {app: mine}\n',
  ),
  labelCase('with variables', { commonLabels: { app: '${ARGOCD_APP_NAME}', n: '$$x$ARGOCD_APP_NAMESPACE' } }),
  labelCase('in quotes', { commonLabels: { team: '"red"', one: '"', open: '"x' } }),
  labelCase('with colons', { commonLabels: { team: 'a:b:c' } }),
  labelCase('with a comma', { commonLabels: { team: 'a,b:c' } }),
  labelCase('that are empty', { commonLabels: { team: '' } }),
  labelCase('with a colon in the name', { commonLabels: { 'te:am': 'red' } }),
  labelCase('that start with a colon', { commonLabels: { ':team': 'red' } }),
  labelCase('named __proto__', { commonLabels: { ['__proto__']: 'x', constructor: 'y' } }),
];

function labelCase(name: string, source: KustomizeSource, fields?: string): OverlayCase {
  return { name: `labels ${name}`, files: plain(fields), source };
}

const annotations: readonly OverlayCase[] = [
  annotationCase('alone', { commonAnnotations: { note: 'hello' } }),
  annotationCase('beside others', { commonAnnotations: { note: 'hello' } }, 'commonAnnotations: {other: x}\n'),
  annotationCase('that is there', { commonAnnotations: { note: 'hello' } }, 'commonAnnotations: {note: x}\n'),
  annotationCase(
    'that is there, forced',
    { commonAnnotations: { note: 'hello' }, forceCommonAnnotations: true },
    'commonAnnotations: {note: x}\n',
  ),
  annotationCase('with variables left alone', { commonAnnotations: { note: '$ARGOCD_APP_NAME $$' } }),
  annotationCase('with variables', {
    commonAnnotations: {
      note: '$ARGOCD_APP_NAME ${ARGOCD_APP_NAMESPACE} $ARGOCD_APP_PROJECT_NAME',
      at: '$ARGOCD_APP_SOURCE_REPO_URL//$ARGOCD_APP_SOURCE_PATH?ref=$ARGOCD_APP_SOURCE_TARGET_REVISION',
      odd: '$$ $ ${} ${x $1 $- $ARGOCD_APP_NAME_ end$',
    },
    commonAnnotationsEnvsubst: true,
  }),
  annotationCase('with texts that YAML reads otherwise', {
    commonAnnotations: { a: 'true', b: '1', c: 'null', d: '2001-01-01', e: ' x ', f: 'l1\nl2\n', g: '# no', h: '- x' },
  }),
];

function annotationCase(name: string, source: KustomizeSource, fields?: string): OverlayCase {
  return { name: `annotations ${name}`, files: plain(fields), source };
}

const BIGGER = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 5}\n';

const patches: readonly OverlayCase[] = [
  { name: 'a patch', files: plain(), source: { patches: [{ patch: BIGGER }] } },
  {
    name: 'a patch after those that are there',
    files: plain(`patches: [{patch: '${BIGGER.replaceAll('\n', '\\n')}'}]\n`.replaceAll("'", '"')),
    source: { patches: [{ patch: BIGGER.replace('5', '6') }] },
  },
  {
    name: 'a JSON patch with a target',
    files: plain(),
    source: {
      patches: [
        { patch: '- {op: replace, path: /data/colour, value: red}', target: { version: 'v1', kind: 'ConfigMap' } },
      ],
    },
  },
  {
    name: 'a patch by label, with options',
    files: plain(),
    source: {
      patches: [
        {
          patch: 'apiVersion: v1\nkind: Any\nmetadata: {name: renamed}\n',
          target: { labelSelector: 'app=web' },
          options: { allowNameChange: true },
        },
      ],
    },
  },
  { name: 'a patch in a file', files: { ...plain(), 'bigger.yaml': BIGGER }, source: { patches: [{ path: 'bigger.yaml' }] } },
  { name: 'a patch in a missing file', files: plain(), source: { patches: [{ path: 'absent.yaml' }] } },
  { name: 'a patch of nothing', files: plain(), source: { patches: [{ patch: BIGGER.replace('web', 'absent') }] } },
  { name: 'an empty patch', files: plain(), source: { patches: [{}] } },
  {
    name: 'a patch of names as they were before the prefix',
    files: plain(),
    source: { namePrefix: 'my-', patches: [{ patch: BIGGER }] },
  },
  { name: 'a patch without a kustomization', files: { 'web.yaml': WEB }, source: { patches: [{ patch: BIGGER }] } },
  {
    name: 'a patch with __proto__',
    files: plain(),
    source: {
      patches: [
        { patch: '- {op: add, path: /data/__proto__, value: x}', target: { kind: 'ConfigMap' } },
      ],
    },
  },
];

const components: readonly OverlayCase[] = [
  componentCase('one', { components: ['parts/labels'] }),
  componentCase('in another order', { components: ['parts/notes', 'parts/labels'] }),
  componentCase('twice', { components: ['parts/labels', 'parts/labels'] }),
  componentCase('that is there', { components: ['parts/labels'] }, 'components: [parts/labels]\n'),
  componentCase('written otherwise', { components: ['./parts/labels'] }, 'components: [parts/notes]\n'),
  componentCase('by pattern', { components: ['parts/*'] }),
  componentCase('by pattern of hidden ones', { components: ['parts/.hid*'] }),
  componentCase('by pattern of single characters', { components: ['parts/[l-n]?t*'] }),
  componentCase('missing', { components: ['parts/absent'] }),
  componentCase('missing but ignored', {
    components: ['parts/absent', 'parts/labels'],
    ignoreMissingComponents: true,
  }),
  componentCase('all missing but ignored', { components: ['parts/absent'], ignoreMissingComponents: true }),
  componentCase('by pattern, ignoring missing ones', { components: ['parts/*'], ignoreMissingComponents: true }),
  componentCase('outside the repository, ignored', { components: ['../../absent'], ignoreMissingComponents: true }),
  componentCase('that is a file', { components: ['web.yaml'] }),
  componentCase('that is no component', { components: ['base'] }),
  {
    name: 'components of a folder above',
    path: 'overlays/live',
    files: {
      'overlays/live/kustomization.yaml': 'resources: [settings.yaml]\n',
      'overlays/live/settings.yaml': SETTINGS,
      'parts/labels/kustomization.yaml': LABEL_COMPONENT,
    },
    source: { components: ['../../parts/labels', '../../parts/absent'], ignoreMissingComponents: true },
  },
];

function componentCase(name: string, source: KustomizeSource, fields?: string): OverlayCase {
  const files = { ...withComponents(fields), 'base/kustomization.yaml': 'namePrefix: x-\n' };
  return { name: `components: ${name}`, files, source };
}

const OUTSIDE: Readonly<Record<string, string>> = {
  'live/kustomization.yaml': 'resources: [../shared/settings.yaml]\n',
  'shared/settings.yaml': SETTINGS,
};

const options: readonly OverlayCase[] = [
  optionsCase('load restrictor', '--load-restrictor LoadRestrictionsNone'),
  optionsCase('load restrictor with a sign', '--load-restrictor=LoadRestrictionsNone'),
  optionsCase('default load restrictor', '--load-restrictor LoadRestrictionsRootOnly'),
  optionsCase('wrong load restrictor', '--load-restrictor Nothing'),
  optionsCase('load restrictor in short', '--load-restrictor none'),
  optionsCase('unknown', '--load-restrictor LoadRestrictionsNone --no-such-flag'),
  optionsCase('of several kinds', '  --enable-helm   --load-restrictor\tLoadRestrictionsNone --enable-alpha-plugins '),
  optionsCase('managed-by label', '--enable-managedby-label --load-restrictor=LoadRestrictionsNone'),
  optionsCase('managed-by label off', '--enable-managedby-label=F --load-restrictor=LoadRestrictionsNone'),
  optionsCase('managed-by label on', '--enable-managedby-label=1 --load-restrictor=LoadRestrictionsNone'),
  optionsCase('a switch that is none', '--enable-helm=maybe --load-restrictor=LoadRestrictionsNone'),
  optionsCase('value missing', '--load-restrictor'),
  optionsCase('flags of functions', '--network --mount a -e A=b --env=C=d --network-name x --load-restrictor=LoadRestrictionsNone'),
  optionsCase('a flag of executables', '--enable-exec --enable-alpha-plugins --load-restrictor=LoadRestrictionsNone'),
  optionsCase('a flag of star', '--enable-star --load-restrictor=LoadRestrictionsNone'),
  optionsCase('a path', 'elsewhere'),
  optionsCase('an end of flags', '--load-restrictor LoadRestrictionsNone --'),
  optionsCase('stack trace', '--stack-trace --load-restrictor LoadRestrictionsNone'),
  { name: 'build options: legacy order', files: plain(), source: { namespace: 'x' }, buildOptions: '--reorder legacy' },
  { name: 'build options: order kept', files: plain(), source: { namespace: 'x' }, buildOptions: '--reorder=none' },
  { name: 'build options: wrong order', files: plain(), source: {}, buildOptions: '--reorder up' },
];

function optionsCase(name: string, buildOptions: string): OverlayCase {
  return { name: `build options: ${name}`, files: OUTSIDE, path: 'live', source: {}, buildOptions };
}

const together: readonly OverlayCase[] = [
  {
    name: 'an env file, which is not told the environment',
    files: {
      ...plain('configMapGenerator: [{name: made, envs: [file.env]}]\n'),
      'file.env': 'ARGOCD_APP_NAME\nARGOCD_APP_REVISION_SHORT\nNO_SUCH_NAME\nARGOCD_APP_NAMESPACE=own\nEMPTY=\n',
    },
    source: {},
  },
  {
    name: 'every field together',
    files: {
      ...withComponents('images: [{name: nginx, newTag: "1.21"}]\nlabels: [{pairs: {kept: "1"}}]\n'),
      'bigger.yaml': BIGGER,
    },
    source: {
      namePrefix: 'my-',
      nameSuffix: '-blue',
      namespace: 'shop-live',
      images: ['nginx=mirror/nginx:*', 'envoy:$ARGOCD_APP_REVISION_SHORT'],
      replicas: [{ name: 'web', count: 3 }],
      commonLabels: { team: 'red' },
      commonAnnotations: { note: '$ARGOCD_APP_NAME' },
      commonAnnotationsEnvsubst: true,
      forceCommonLabels: true,
      forceCommonAnnotations: true,
      labelWithoutSelector: true,
      labelIncludeTemplates: true,
      patches: [{ path: 'bigger.yaml' }],
      components: ['parts/labels', 'parts/absent'],
      ignoreMissingComponents: true,
      version: 'v5.8.2',
      kubeVersion: '1.36.0',
      apiVersions: ['v1'],
    },
  },
  {
    name: 'a component over which the fields go',
    files: {
      ...withComponents(),
      'parts/scale/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
replicas: [{name: web, count: 8}]
images: [{name: nginx, newTag: "8"}]
`,
    },
    source: { components: ['parts/scale'], images: ['nginx:9'], replicas: [{ name: 'web', count: 9 }], namePrefix: 'a-' },
  },
  {
    name: 'an overlay over a base',
    path: 'overlays/live',
    files: {
      'base/kustomization.yaml': 'resources: [web.yaml]\nnamePrefix: base-\ncommonLabels: {team: base}\n',
      'base/web.yaml': WEB,
      'overlays/live/kustomization.yaml': 'resources: [../../base]\nnamespace: old\ncommonLabels: {team: overlay}\n',
    },
    source: {
      namePrefix: 'live-',
      namespace: 'shop-live',
      commonLabels: { team: 'app' },
      forceCommonLabels: true,
      replicas: [{ name: 'web', count: 2 }],
    },
  },
];

function renamed(name: string): Record<string, string> {
  const { 'kustomization.yaml': content = '', ...files } = plain();
  return { ...files, [name]: content };
}

/** All cases; their names are different. */
export const CASES: readonly OverlayCase[] = [
  ...texts,
  ...images,
  ...replicas,
  ...labels,
  ...annotations,
  ...patches,
  ...components,
  ...options,
  ...together,
];
