import type { GroupVersionKind, JsonValue } from '../../../object/kube-object.ts';
import { wrapError } from '../kustomize-error.ts';
import { DEFAULT_FIELD_SPECS } from './default-field-specs.ts';
import { DEFAULT_NAME_REFERENCES } from './default-name-references.ts';
import {
  FIELD_SPEC_TYPE,
  type FieldSpec,
  mergeFieldSpecs,
  type NameReference,
  readFieldSpec,
  readFieldSpecs,
  readGvk,
} from './field-spec.ts';
import { sortAsGo } from './go-sort.ts';
import { compareGvks } from './gvk-order.ts';
import { memoizePair } from './memoize-pair.ts';
import { StructReader } from './struct-reader.ts';

export type { NameReference } from './field-spec.ts';

/** The lists of field specs of a {@link TransformerConfig}, by the names that configuration files give them. */
export type FieldSpecList =
  | 'namePrefix'
  | 'nameSuffix'
  | 'namespace'
  | 'commonLabels'
  | 'labels'
  | 'templateLabels'
  | 'volumeClaimTemplateLabels'
  | 'commonAnnotations'
  | 'varReference'
  | 'images'
  | 'replicas';

/** Which fields the builtin transformers change. Frozen in use: merging makes new ones. */
export interface TransformerConfig extends Readonly<Record<FieldSpecList, readonly FieldSpec[]>> {
  readonly nameReference: readonly NameReference[];
}

/** A configuration that names no field. */
export const EMPTY_TRANSFORMER_CONFIG: TransformerConfig = {
  namePrefix: [],
  nameSuffix: [],
  namespace: [],
  commonLabels: [],
  labels: [],
  templateLabels: [],
  volumeClaimTemplateLabels: [],
  commonAnnotations: [],
  varReference: [],
  images: [],
  replicas: [],
  nameReference: [],
};

/** What kustomize does without any `configurations:`. */
export function defaultTransformerConfig(): TransformerConfig {
  defaultConfig ??= sorted({
    ...EMPTY_TRANSFORMER_CONFIG,
    ...DEFAULT_FIELD_SPECS,
    nameReference: DEFAULT_NAME_REFERENCES,
  });
  return defaultConfig;
}

/** Made when it is first needed and never changed. */
let defaultConfig: TransformerConfig | undefined;

/**
 * The configuration that a file listed in `configurations:` holds, sorted by type.
 * @throws {KustomizeError} if it has unknown fields or one has the wrong type
 */
export function parseTransformerConfig(json: JsonValue): TransformerConfig {
  const fields = new StructReader(json, 'TransformerConfig', { strict: true });
  const nameReference = fields.list('nameReference', 'builtinconfig.NameBackReferences', readNameReference) ?? [];
  const lists = mapLists((name) => fields.list(name, FIELD_SPEC_TYPE, readFieldSpec) ?? []);
  fields.finish();
  return sorted({ ...lists, nameReference });
}

/**
 * `config` with what `more` names beside it, sorted by type.
 * @throws {KustomizeError} if both name a field and only one of them creates it
 */
export function mergeTransformerConfig(config: TransformerConfig, more: TransformerConfig): TransformerConfig {
  return config === more || more === EMPTY_TRANSFORMER_CONFIG ? config : mergeConfigs(config, more);
}

/** Nearly all kustomizations merge the default configuration with nothing. */
const mergeConfigs = memoizePair((config: TransformerConfig, more: TransformerConfig): TransformerConfig => {
  const lists = mapLists((name) => mergeNamed(name, config[name], more[name], mergeFieldSpecs));
  const nameReference = mergeNamed('nameReference', config.nameReference, more.nameReference, mergeNameReferences);
  return sorted({ ...lists, nameReference });
});

/** `references` with those of `more`, one entry for each type. @throws {KustomizeError} as {@link mergeFieldSpecs} */
export function mergeNameReferences(
  references: readonly NameReference[],
  more: readonly NameReference[],
): readonly NameReference[] {
  return more.reduce(mergeNameReference, references);
}

function mergeNameReference(references: readonly NameReference[], added: NameReference): readonly NameReference[] {
  if (!references.some((reference) => isSameGvk(reference, added))) return [...references, added];
  return references.map((reference) =>
    isSameGvk(reference, added)
      ? { ...reference, fieldSpecs: mergeFieldSpecs(reference.fieldSpecs, added.fieldSpecs) }
      : reference,
  );
}

function isSameGvk(a: GroupVersionKind, b: GroupVersionKind): boolean {
  return a.group === b.group && a.version === b.version && a.kind === b.kind;
}

function readNameReference(fields: StructReader): NameReference {
  return { ...readGvk(fields), fieldSpecs: readFieldSpecs(fields) ?? [] };
}

function sorted(config: TransformerConfig): TransformerConfig {
  return {
    ...mapLists((name) => sortAsGo(config[name], compareGvks)),
    nameReference: sortAsGo(config.nameReference, compareGvks),
  };
}

function mapLists(make: (name: FieldSpecList) => readonly FieldSpec[]): Record<FieldSpecList, readonly FieldSpec[]> {
  return {
    namePrefix: make('namePrefix'),
    nameSuffix: make('nameSuffix'),
    namespace: make('namespace'),
    commonAnnotations: make('commonAnnotations'),
    commonLabels: make('commonLabels'),
    labels: make('labels'),
    templateLabels: make('templateLabels'),
    volumeClaimTemplateLabels: make('volumeClaimTemplateLabels'),
    varReference: make('varReference'),
    images: make('images'),
    replicas: make('replicas'),
  };
}

function mergeNamed<T>(
  name: keyof TransformerConfig,
  list: readonly T[],
  more: readonly T[],
  merge: (list: readonly T[], more: readonly T[]) => readonly T[],
): readonly T[] {
  // Nothing new is the most frequent case by far: most kustomizations have the default configuration.
  if (list === more || more.length === 0) return list;
  try {
    return merge(list, more);
  } catch (error) {
    const goName = name === 'namespace' ? 'NameSpace' : name.charAt(0).toUpperCase() + name.slice(1);
    throw wrapError(error, `failed to merge ${goName} fieldSpec`);
  }
}
