import type { JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { type FieldSpec, mergeFieldSpecs } from '../config/field-spec.ts';
import type { TransformerConfig } from '../config/transformer-config.ts';
import type { LabelArgs } from '../kustomization/kustomization.ts';
import { wrapError } from '../kustomize-error.ts';
import type { Transformer } from '../plugin.ts';
import { TRANSFORMER_PLUGINS } from './builtin-plugins.ts';
import { explainConfiguration } from './explain-configuration.ts';
import type { WithOrigin } from './external-plugins.ts';
import { builtinOrigin } from './origin-path.ts';
import type { Target } from './target.ts';

/**
 * The transformers that fields of the kustomization file ask for, in the order in which they are applied.
 * @throws {KustomizeError} if a configuration is not valid, say a patch cannot be read
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.2/api/internal/target/kusttarget_configplugin.go
 */
export function builtinTransformers(target: Target, config: TransformerConfig): WithOrigin<Transformer>[] {
  return TRANSFORMERS.flatMap(([kind, configurations]) =>
    configurations(target.kustomization, config).map((one) => ({
      run: configure(target, kind, one),
      origin: builtinOrigin(target, kind),
    })),
  );
}

function configure({ loader, context }: Target, kind: string, config: JsonObject): Transformer {
  const plugin = TRANSFORMER_PLUGINS.get(kind);
  if (plugin === undefined) throw new Error(`there is no ${kind}`);
  try {
    return plugin(config, { loader, factory: context.factory });
  } catch (error) {
    throw explainConfiguration(error, kind, withoutEmpty(config));
  }
}

type Kustomization = Target['kustomization'];
type Configurations = (kustomization: Kustomization, config: TransformerConfig) => JsonObject[];

const TRANSFORMERS: readonly (readonly [kind: string, configurations: Configurations])[] = [
  ['PatchStrategicMergeTransformer', ({ patchesStrategicMerge: paths = [] }) => (paths.length > 0 ? [{ paths }] : [])],
  ['PatchTransformer', ({ patches = [] }) => patches.map(asJson)],
  [
    'NamespaceTransformer',
    ({ namespace = '' }, config) =>
      namespace === '' ? [] : [{ metadata: { namespace }, fieldSpecs: specs(config.namespace) }],
  ],
  ['PrefixTransformer', ({ namePrefix: prefix = '' }, config) => affix({ prefix }, prefix, config.namePrefix)],
  ['SuffixTransformer', ({ nameSuffix: suffix = '' }, config) => affix({ suffix }, suffix, config.nameSuffix)],
  ['LabelTransformer', labelConfigurations],
  [
    'AnnotationsTransformer',
    ({ commonAnnotations: annotations = {} }, config) =>
      Object.keys(annotations).length === 0 ? [] : [{ annotations, fieldSpecs: specs(config.commonAnnotations) }],
  ],
  [
    'PatchJson6902Transformer',
    ({ patchesJson6902 = [] }) =>
      patchesJson6902.map(({ target, path, patch }) => asJson({ target, path, jsonOp: patch })),
  ],
  [
    'ReplicaCountTransformer',
    ({ replicas = [] }, config) => replicas.map((replica) => ({ replica, fieldSpecs: specs(config.replicas) })),
  ],
  [
    'ImageTagTransformer',
    ({ images = [] }, config) => images.map((imageTag) => ({ imageTag, fieldSpecs: specs(config.images) })),
  ],
  ['ReplacementTransformer', ({ replacements = [] }) => (replacements.length > 0 ? [{ replacements }] : [])],
];

function affix(fields: JsonObject, text: string, fieldSpecs: readonly FieldSpec[]): JsonObject[] {
  return text === '' ? [] : [{ ...fields, fieldSpecs: specs(fieldSpecs) }];
}

/** Labels with their own rules first, then those for everything, which may be none. */
function labelConfigurations(
  { labels = [], commonLabels = {} }: Kustomization,
  config: TransformerConfig,
): JsonObject[] {
  if (labels.length === 0 && Object.keys(commonLabels).length === 0) return [];
  return [
    ...labels.map((label) => ({ labels: label.pairs ?? {}, fieldSpecs: specs(labelFieldSpecs(label, config)) })),
    { labels: commonLabels, fieldSpecs: specs(config.commonLabels) },
  ];
}

function labelFieldSpecs(label: LabelArgs, config: TransformerConfig): readonly FieldSpec[] {
  const own = label.fields?.map(fieldSpecOf) ?? NO_FIELDS;
  try {
    const merged = mergeFieldSpecs(own, config.labels);
    if (label.includeSelectors === true) return mergeFieldSpecs(merged, config.commonLabels);
    const templates = mergeIf(label.includeTemplates, merged, config.templateLabels, 'template');
    const claims = label.includeVolumeClaimTemplates;
    const all = mergeIf(claims, templates, config.volumeClaimTemplateLabels, 'volumeClaimTemplate');
    return mergeFieldSpecs(all, METADATA_LABELS);
  } catch (error) {
    throw wrapError(error, 'failed to merge labels');
  }
}

const NO_FIELDS: readonly FieldSpec[] = [];
const METADATA_LABELS: readonly FieldSpec[] = [
  { group: '', version: '', kind: '', path: 'metadata/labels', create: true },
];

function mergeIf(
  condition: boolean | undefined,
  own: readonly FieldSpec[],
  more: readonly FieldSpec[],
  what: string,
): readonly FieldSpec[] {
  if (condition !== true) return own;
  try {
    return mergeFieldSpecs(own, more);
  } catch (error) {
    throw wrapError(error, `failed to merge ${what} fieldSpec`);
  }
}

function fieldSpecOf(fields: JsonObject): FieldSpec {
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : '');
  return {
    group: text('group'),
    version: text('version'),
    kind: text('kind'),
    path: text('path'),
    create: fields['create'] === true,
  };
}

/** Field specs are plain JSON already. */
function specs(fieldSpecs: readonly FieldSpec[]): JsonValue {
  return fieldSpecs as unknown as JsonValue[];
}

/** Fields that are there as plain JSON. */
function asJson(fields: object): JsonObject {
  const entries = Object.entries(fields) as [name: string, value: JsonValue | undefined][];
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function withoutEmpty(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== ''));
}
