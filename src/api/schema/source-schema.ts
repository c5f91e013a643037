import {
  anyObject,
  type Fields,
  flag,
  integerOrString,
  LATER,
  listOf,
  mapOf,
  object,
  type Schema,
  text,
  texts,
} from './schema.ts';

const helm: Schema = object(
  {
    apiVersions: texts('API versions that the chart is told the cluster has.'),
    fileParameters: listOf(
      object({ name: text('Key, as for --set-file.'), path: text('File in the repository.') }),
      'Values taken from files.',
    ),
    ignoreMissingValueFiles: flag('Leave out value files that do not exist.'),
    kubeVersion: text('Kubernetes version that the chart is told the cluster has.'),
    namespace: text('Release namespace in place of the destination namespace.'),
    parameters: listOf(
      object({
        forceString: flag('Take the value as a string, as --set-string does.'),
        name: text('Key, as for --set.'),
        value: text('Value, as for --set.'),
      }),
      'Values that win over all others.',
    ),
    passCredentials: flag('Send credentials to other hosts too.'),
    releaseName: text('Release name in place of the application name.'),
    skipCrds: flag('Leave out the crds/ folder.'),
    skipSchemaValidation: flag('Do not check values against values.schema.json.'),
    skipTests: flag('Leave out test hooks.'),
    valueFiles: texts('Value files, later ones win; globs and $ref/ paths.'),
    values: text('Values as YAML text; valuesObject wins.'),
    valuesObject: anyObject('Values.'),
    version: text('v3 and v4 both mean Helm 4.'),
  },
  { about: 'Options of a Helm chart.' },
);

const patchTarget: Schema = object({
  annotationSelector: text(),
  group: text(),
  kind: text(),
  labelSelector: text(),
  name: text(),
  namespace: text(),
  version: text(),
});

const kustomize: Schema = object(
  {
    apiVersions: texts(`API versions that charts are told the cluster has.${LATER}`),
    commonAnnotations: mapOf(text(), 'Annotations added to every object.'),
    commonAnnotationsEnvsubst: flag('Replace build variables in commonAnnotations.'),
    commonLabels: mapOf(text(), 'Labels added to every object.'),
    components: texts('Components added to the kustomization; patterns are allowed.'),
    forceCommonAnnotations: flag('Overwrite annotations that exist.'),
    forceCommonLabels: flag('Overwrite labels that exist.'),
    ignoreMissingComponents: flag('Leave out components that are not in the repository.'),
    images: texts('Image overrides: [old=]new[:tag][@digest]; * keeps a part.'),
    kubeVersion: text(`Kubernetes version that charts are told the cluster has.${LATER}`),
    labelIncludeTemplates: flag('Put commonLabels on templates too, with labelWithoutSelector.'),
    labelWithoutSelector: flag('Leave selectors alone when adding commonLabels.'),
    namePrefix: text('Prefix of every name.'),
    nameSuffix: text('Suffix of every name.'),
    namespace: text('Namespace of every object.'),
    patches: listOf(
      object({ options: mapOf(flag()), patch: text(), path: text(), target: patchTarget }),
      'Patches added to the kustomization.',
    ),
    replicas: listOf(
      object(
        { count: integerOrString('Number of replicas.'), name: text('Name of the workload.') },
        {
          required: ['count', 'name'],
        },
      ),
      'Replica counts by name.',
    ),
    version: text('Kustomize version; has no effect.'),
  },
  { about: 'Options of a kustomization, put into it before it is built.' },
);

const jsonnetVariable: Schema = object(
  { code: flag('The value is an expression.'), name: text(), value: text() },
  { required: ['name', 'value'] },
);

const directory: Schema = object(
  {
    disableExtensionFilter: flag('Read files whatever their extension.'),
    exclude: text('Glob of paths to leave out.'),
    include: text('Glob of paths to read.'),
    jsonnet: object(
      {
        extVars: listOf(jsonnetVariable, 'External variables.'),
        libs: texts('Library folders.'),
        tlas: listOf(jsonnetVariable, 'Top-level arguments.'),
      },
      { about: `Options of Jsonnet files.${LATER}` },
    ),
    recurse: flag('Read subfolders too.'),
  },
  { about: 'Options of a folder of manifests.' },
);

const plugin: Schema = object(
  {
    env: listOf(object({ name: text(), value: text() }, { required: ['name', 'value'] }), 'Environment variables.'),
    name: text('Name of the plugin.'),
    parameters: listOf(
      object({
        array: texts('Value, when it is a list.'),
        map: mapOf(text(), 'Value, when it is a map.'),
        name: text('Name of the parameter.'),
        string: text('Value, when it is a string.'),
      }),
      'Parameters.',
    ),
  },
  { about: `Options of a configuration management plugin.${LATER}` },
);

const tools: Fields = { directory, helm, kustomize, plugin };

/** `ApplicationSource`. */
export const sourceSchema: Schema = object(
  {
    chart: text(`Chart in a Helm repository.${LATER}`),
    ...tools,
    name: text('Name of the source, for people and commands.'),
    path: text('Folder in the repository; "." is its root.'),
    ref: text(`Name by which other sources refer to files of this one.${LATER}`),
    repoURL: text('Git repository over HTTP or HTTPS.'),
    tagPrefix: text(`Prefix of the tags that a semver range may match.${LATER}`),
    targetRevision: text('Branch, tag, commit or ref; HEAD when empty.'),
  },
  { required: ['repoURL'] },
);

/** `SourceHydrator`. */
export const hydratorSchema: Schema = object(
  {
    drySource: object(
      {
        ...tools,
        path: text('Folder in the repository.'),
        repoURL: text('Git repository.'),
        targetRevision: text('Branch, tag or commit.'),
      },
      { required: ['path', 'repoURL', 'targetRevision'], about: 'What is rendered.' },
    ),
    hydrateTo: object(
      { targetBranch: text('Branch.') },
      { required: ['targetBranch'], about: 'Where rendered manifests are proposed first.' },
    ),
    syncSource: object(
      {
        // As Argo CD: a folder below the root, never the root itself.
        path: { ...text('Folder in the repository.'), minLength: 1, pattern: '^.{2,}|[^./]$' },
        repoURL: text('Git repository; that of drySource when empty.'),
        targetBranch: text('Branch.'),
      },
      { required: ['path', 'targetBranch'], about: 'Where rendered manifests are synced from.' },
    ),
  },
  { required: ['drySource', 'syncSource'] },
);
