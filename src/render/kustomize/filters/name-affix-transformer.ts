import type { JsonObject } from '../../../object/kube-object.ts';
import { type FieldSpec, readFieldSpecs } from '../config/field-spec.ts';
import { StructReader } from '../config/struct-reader.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { TAG, type YamlNode } from '../node/node.ts';
import type { Transformer, TransformerPlugin } from '../plugin.ts';
import { type Gvk, isGvkSelected } from '../resource/res-id.ts';
import type { Resource } from '../resource/resource.ts';
import { applyFieldSpec } from './apply-field-specs.ts';
import { setEntry } from './set-entry.ts';

/**
 * Puts a text before names: `{prefix, fieldSpecs: […]}`. CustomResourceDefinitions, APIServices and Namespaces keep
 * theirs.
 * @throws {KustomizeError} if a field has the wrong type or `fieldSpecs` is missing
 */
export const prefixTransformer: TransformerPlugin = (config) => {
  const { affix, specs } = readConfig(config, 'prefix', 'PrefixTransformerPlugin');
  const note = (resource: Resource): void => resource.addNamePrefix(affix);
  return makeTransformer({ affix, specs, note, rename: (name) => affix + name });
};

/**
 * Puts a text after names: `{suffix, fieldSpecs: […]}`; the rest is as with {@link prefixTransformer}.
 * @throws {KustomizeError} if a field has the wrong type or `fieldSpecs` is missing
 */
export const suffixTransformer: TransformerPlugin = (config) => {
  const { affix, specs } = readConfig(config, 'suffix', 'SuffixTransformerPlugin');
  const note = (resource: Resource): void => resource.addNameSuffix(affix);
  return makeTransformer({ affix, specs, note, rename: (name) => name + affix });
};

interface Affixing {
  readonly affix: string;
  readonly specs: readonly FieldSpec[];
  readonly rename: (name: string) => string;
  /** Tells a resource that it is renamed, by an empty text too: references look for the resource by it. */
  readonly note: (resource: Resource) => void;
}

/** Kinds whose names are fixed. */
const SKIPPED: readonly Gvk[] = [
  { group: '', version: '', kind: 'CustomResourceDefinition' },
  { group: 'apiregistration.k8s.io', version: '', kind: 'APIService' },
  { group: '', version: '', kind: 'Namespace' },
];

function readConfig(config: JsonObject, field: string, type: string): { affix: string; specs: readonly FieldSpec[] } {
  const fields = new StructReader(config, type);
  const affix = fields.text(field);
  const specs = readFieldSpecs(fields);
  if (specs === undefined) throw new KustomizeError('fieldSpecs is not expected to be nil');
  return { affix, specs };
}

function makeTransformer(affixing: Affixing): Transformer {
  return (resources) => {
    for (const resource of resources.resources()) renameResource(resource, affixing);
  };
}

function renameResource(resource: Resource, { affix, specs, rename, note }: Affixing): void {
  const id = resource.orgId();
  const { node } = resource;
  if (node === undefined || SKIPPED.some((gvk) => isGvkSelected(id, gvk))) return;
  const set = (field: YamlNode): void => setEntry('', rename(field.value))(field);
  for (const spec of specs) {
    if (!isGvkSelected(id, spec)) continue;
    if (spec.path === 'metadata/name') {
      note(resource);
      if (affix !== '') resource.storePreviousId();
    }
    applyFieldSpec(node, spec, { set, createKind: 'scalar', createTag: TAG.string });
  }
}
