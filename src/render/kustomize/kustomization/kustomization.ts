import type { JsonObject } from '../../../object/kube-object.ts';

/** Sources of a generated ConfigMap or Secret, and what becomes of it. */
export interface GeneratorArgs {
  name?: string;
  namespace?: string;
  behavior?: string;
  literals?: string[];
  files?: string[];
  envs?: string[];
  env?: string;
  options?: GeneratorOptions;
  /** Of Secrets. */
  type?: string;
}

/** What generators add to their objects. */
export interface GeneratorOptions {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  disableNameSuffixHash?: boolean;
  immutable?: boolean;
}

/** An entry of `labels:`. */
export interface LabelArgs {
  pairs?: Record<string, string>;
  includeSelectors?: boolean;
  includeTemplates?: boolean;
  includeVolumeClaimTemplates?: boolean;
  fields?: JsonObject[];
}

/** An entry of `patches:` or `patchesJson6902:`. */
export interface PatchArgs {
  path?: string;
  patch?: string;
  target?: JsonObject;
  options?: JsonObject;
}

/** An entry of `helmCharts:`; its other fields are Helm's business. */
export interface HelmChartArgs extends Record<string, unknown> {
  name?: string;
  namespace?: string;
}

/**
 * A kustomization file as it is used: field names as declared, deprecated fields moved to their successors, empty fields
 * absent. Entries that go to a builtin plugin as they are stay plain JSON.
 */
export interface Kustomization {
  kind: string;
  apiVersion: string;
  metadata?: JsonObject;
  openapi?: Record<string, string>;
  namePrefix?: string;
  nameSuffix?: string;
  namespace?: string;
  commonLabels?: Record<string, string>;
  labels?: LabelArgs[];
  commonAnnotations?: Record<string, string>;
  patchesStrategicMerge?: string[];
  patchesJson6902?: PatchArgs[];
  patches?: PatchArgs[];
  images?: JsonObject[];
  replacements?: JsonObject[];
  replicas?: JsonObject[];
  vars?: JsonObject[];
  sortOptions?: JsonObject;
  resources?: string[];
  components?: string[];
  crds?: string[];
  configMapGenerator?: GeneratorArgs[];
  secretGenerator?: GeneratorArgs[];
  helmGlobals?: JsonObject;
  helmCharts?: HelmChartArgs[];
  generatorOptions?: GeneratorOptions;
  configurations?: string[];
  generators?: string[];
  transformers?: string[];
  validators?: string[];
  buildMetadata?: string[];
}
