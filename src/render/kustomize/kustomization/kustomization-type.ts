import {
  ANY,
  BOOLEAN,
  type GoStruct,
  type GoType,
  integerType,
  listOf,
  mapOf,
  STRING,
  STRING_POINTER,
  structType,
} from './go-type.ts';

const STRINGS = listOf(STRING);
const STRING_MAP = mapOf(STRING);

const OBJECT_META = structType('ObjectMeta', {
  name: STRING,
  namespace: STRING,
  labels: STRING_MAP,
  annotations: STRING_MAP,
});

const GVK = { group: STRING, version: STRING, kind: STRING };
const RES_ID = { 'ResId.Gvk.': GVK, 'ResId.': { name: STRING, namespace: STRING } };

const FIELD_SPEC = structType('FieldSpec', { path: STRING, create: BOOLEAN }, { 'Gvk.': GVK });

const LABEL = structType('Label', {
  pairs: STRING_MAP,
  includeSelectors: BOOLEAN,
  includeTemplates: BOOLEAN,
  includeVolumeClaimTemplates: BOOLEAN,
  fields: listOf(FIELD_SPEC),
});

const SELECTOR = structType('Selector', { annotationSelector: STRING, labelSelector: STRING }, RES_ID);

const PATCH = structType('Patch', {
  path: STRING,
  patch: STRING,
  target: SELECTOR,
  options: structType('PatchArgs', { allowNameChange: BOOLEAN, allowKindChange: BOOLEAN }),
});

const PATCH_STRATEGIC_MERGE: GoType = { kind: 'scalar', of: 'string', name: 'types.PatchStrategicMerge' };

const IMAGE = structType('Image', {
  name: STRING,
  newName: STRING,
  tagSuffix: STRING,
  newTag: STRING,
  digest: STRING,
});

const FIELD_OPTIONS = structType('FieldOptions', {
  delimiter: STRING,
  index: integerType('int'),
  encoding: STRING,
  create: BOOLEAN,
});

const REPLACEMENT_FIELDS = {
  source: structType('SourceSelector', { fieldPath: STRING, options: FIELD_OPTIONS }, RES_ID),
  targets: listOf(
    structType('TargetSelector', {
      select: SELECTOR,
      reject: listOf(SELECTOR),
      fieldPaths: STRINGS,
      options: FIELD_OPTIONS,
    }),
  ),
  sourceValue: STRING_POINTER,
};

const REPLACEMENT = structType('ReplacementField', { path: STRING }, { 'Replacement.': REPLACEMENT_FIELDS });

const REPLICA = structType('Replica', { name: STRING, count: integerType('int64') });

const VAR = structType('Var', {
  name: STRING,
  objref: structType('Target', { apiVersion: STRING, name: STRING, namespace: STRING }, { 'Gvk.': GVK }),
  fieldref: structType('FieldSelector', { fieldPath: STRING }),
});

const SORT_OPTIONS = structType('SortOptions', {
  order: { kind: 'scalar', of: 'string', name: 'types.SortOrder' },
  legacySortOptions: structType('LegacySortOptions', { orderFirst: STRINGS, orderLast: STRINGS }),
});

const GENERATOR_OPTIONS = structType('GeneratorOptions', {
  labels: STRING_MAP,
  annotations: STRING_MAP,
  disableNameSuffixHash: BOOLEAN,
  immutable: BOOLEAN,
});

const GENERATOR_ARGS = {
  'GeneratorArgs.': { namespace: STRING, name: STRING, behavior: STRING, options: GENERATOR_OPTIONS },
  'GeneratorArgs.KvPairSources.': { literals: STRINGS, files: STRINGS, envs: STRINGS, env: STRING },
};

/** An entry of `configMapGenerator:`. */
export const CONFIG_MAP_ARGS: GoStruct = structType('ConfigMapArgs', {}, GENERATOR_ARGS);

/** An entry of `secretGenerator:`. */
export const SECRET_ARGS: GoStruct = structType('SecretArgs', { type: STRING }, GENERATOR_ARGS);

const HELM_GLOBALS = structType('HelmGlobals', { chartHome: STRING, configHome: STRING });

const HELM_CHART = structType('HelmChart', {
  name: STRING,
  version: STRING,
  repo: STRING,
  releaseName: STRING,
  namespace: STRING,
  additionalValuesFiles: STRINGS,
  valuesFile: STRING,
  valuesInline: mapOf(ANY),
  valuesMerge: STRING,
  includeCRDs: BOOLEAN,
  skipHooks: BOOLEAN,
  apiVersions: STRINGS,
  kubeVersion: STRING,
  nameTemplate: STRING,
  skipTests: BOOLEAN,
  debug: BOOLEAN,
  devel: BOOLEAN,
});

const HELM_CHART_ARGS = structType('HelmChartArgs', {
  chartName: STRING,
  chartVersion: STRING,
  chartRepoUrl: STRING,
  chartHome: STRING,
  chartRepoName: STRING,
  helmBin: STRING,
  helmHome: STRING,
  values: STRING,
  valuesLocal: mapOf(ANY),
  valuesMerge: STRING,
  releaseName: STRING,
  releaseNamespace: STRING,
  extraArgs: STRINGS,
});

const KUSTOMIZATION_FIELDS = {
  metadata: OBJECT_META,
  openapi: STRING_MAP,
  namePrefix: STRING,
  nameSuffix: STRING,
  namespace: STRING,
  commonLabels: STRING_MAP,
  labels: listOf(LABEL),
  commonAnnotations: STRING_MAP,
  patchesStrategicMerge: listOf(PATCH_STRATEGIC_MERGE),
  patchesJson6902: listOf(PATCH),
  patches: listOf(PATCH),
  images: listOf(IMAGE),
  imageTags: listOf(IMAGE),
  replacements: listOf(REPLACEMENT),
  replicas: listOf(REPLICA),
  vars: listOf(VAR),
  sortOptions: SORT_OPTIONS,
  resources: STRINGS,
  components: STRINGS,
  crds: STRINGS,
  bases: STRINGS,
  configMapGenerator: listOf(CONFIG_MAP_ARGS),
  secretGenerator: listOf(SECRET_ARGS),
  helmGlobals: HELM_GLOBALS,
  helmCharts: listOf(HELM_CHART),
  helmChartInflationGenerator: listOf(HELM_CHART_ARGS),
  generatorOptions: GENERATOR_OPTIONS,
  configurations: STRINGS,
  generators: STRINGS,
  transformers: STRINGS,
  validators: STRINGS,
  buildMetadata: STRINGS,
};

/**
 * All fields that a kustomization file may have.
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.2/api/types/kustomization.go
 */
export const KUSTOMIZATION: GoStruct = structType('Kustomization', KUSTOMIZATION_FIELDS, {
  'TypeMeta.': { kind: STRING, apiVersion: STRING },
});
