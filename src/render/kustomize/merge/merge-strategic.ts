import { clearField, type FieldPair, fieldOf, fieldPairs, keyIndex, requireKind, setField } from '../node/fields.ts';
import { compareStrings, getApiVersion, getKind } from '../node/metadata.ts';
import { isMissingOrNull, isTaggedNull, type NodeKind, TAG, type YamlNode } from '../node/node.ts';
import type { Schema } from '../schema/schema.ts';
import { isMergedList, type SchemaNode } from '../schema/schema-node.ts';
import { type PatchDirective, takeDirective, takeDirectiveIfAny } from './directive.ts';
import { mergeElements } from './merge-elements.ts';

/**
 * Applies a strategic merge patch as `kustomize` does: into `target`, which shares nodes of `patch` afterwards, while
 * `patch` loses its directives. A patch is thus good for one target; copy it for more.
 *
 * Lists are merged by key where the schema says so, with the patch's items first, and replaced elsewhere. Undefined
 * when the patch deletes the target; else what is merged is in `target`. Kustomize goes on with that even where
 * `$patch: replace` at the top gives another node, so that it changes nothing.
 *
 * @throws {KustomizeError} if kinds of nodes do not fit or a directive is unknown
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 yaml/merge2/merge2.go, yaml/walk
 */
export function mergeStrategic(patch: YamlNode, target: YamlNode, schema: Schema): YamlNode | undefined {
  return mergeNodes({ target, patch }, undefined, schema);
}

/** What is merged at one place. */
interface MergeSources {
  readonly target: YamlNode | undefined;
  readonly patch: YamlNode | undefined;
}

function mergeNodes(sources: MergeSources, known: SchemaNode | undefined, schema: Schema): YamlNode | undefined {
  const node = known ?? schemaOfSources(sources, schema);
  const { target, patch } = sources;
  const kind = kindOf(sources);
  if (kind === 'alias') return undefined;
  if (!isMissingOrNull(patch)) requireKind(patch, kind);
  if (kind === 'scalar') return patch ?? target;
  if (kind === 'sequence') return isMergedList(node) ? mergeList(sources, node, schema) : replaceList(sources);
  return mergeMapping(sources, node, schema);
}

/** The schema of an object that names its kind, wherever it is. */
function schemaOfSources({ target, patch }: MergeSources, schema: Schema): SchemaNode | undefined {
  for (const node of [target, patch]) {
    if (node?.kind !== 'mapping') continue;
    const kind = getKind(node);
    const apiVersion = kind === '' ? '' : getApiVersion(node);
    const found = apiVersion === '' ? undefined : schema.schemaOf(apiVersion, kind);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Nothing and null are taken for mappings. */
function kindOf({ target, patch }: MergeSources): NodeKind {
  if (!isMissingOrNull(target)) return target.kind;
  return isMissingOrNull(patch) ? 'mapping' : patch.kind;
}

function replaceList({ target, patch }: MergeSources): YamlNode | undefined {
  if (target !== undefined && patch !== undefined) takeStyle(target, patch);
  return patch ?? target;
}

function mergeList(
  { target, patch }: MergeSources,
  node: SchemaNode | undefined,
  schema: Schema,
): YamlNode | undefined {
  const list = chooseList({ target, patch });
  if (list === undefined) return undefined;
  const items = node === undefined ? undefined : schema.items(node);
  return mergeElements({
    target: list,
    patch,
    keys: node?.keys ?? [],
    mergeItem: (targetItem, patchItem) => mergeNodes({ target: targetItem, patch: patchItem }, items, schema),
  });
}

/** The list that items are merged into: the patch's own where the target has none or is to be replaced. */
function chooseList({ target, patch }: MergeSources): YamlNode | undefined {
  if (isMissingOrNull(target)) return patch;
  if (patch === undefined) return target;
  takeStyle(target, patch);
  if (isTaggedNull(patch)) return undefined;
  return choose(takeDirective(patch), target, patch);
}

function mergeMapping(
  { target, patch }: MergeSources,
  node: SchemaNode | undefined,
  schema: Schema,
): YamlNode | undefined {
  const into = chooseMapping({ target, patch });
  if (into?.kind !== 'mapping') return into;
  if (patch === undefined) return settleMapping(into, node, schema);
  for (const name of fieldNames(into, patch)) {
    const present = fieldOf(into, name);
    const old = present?.value;
    const added = fieldOf(patch, name);
    const fieldSchema = schemaOfField(name, [present, added], node, schema);
    const value = mergeNodes({ target: old, patch: added?.value }, fieldSchema, schema);
    if (isMissingOrNull(value)) clearUnlessKept(into, name, old, added?.value);
    else if (old !== undefined) replaceField(into, name, value, old);
    else addField(into, name, value, added);
  }
  return into;
}

/** What merging does to a mapping that the patch does not have: nulls without text go, and items that are there twice. */
function settleMapping(into: YamlNode, node: SchemaNode | undefined, schema: Schema): YamlNode {
  for (const { key, value: old } of fieldPairs(into)) {
    if (old.kind === 'scalar' && old.tag !== TAG.null) continue;
    const fieldSchema = schemaOfField(key.value, [{ key }], node, schema);
    const value = mergeNodes({ target: old, patch: undefined }, fieldSchema, schema);
    if (isMissingOrNull(value)) clearUnlessKept(into, key.value, old, undefined);
    else replaceField(into, key.value, value, old);
  }
  return into;
}

/** A comment behind the key of the field goes before what is known of the mapping. */
function schemaOfField(
  name: string,
  fields: readonly (Pick<FieldPair, 'key'> | undefined)[],
  node: SchemaNode | undefined,
  schema: Schema,
): SchemaNode | undefined {
  for (const field of fields) {
    if (field === undefined || field.key.comment === '') continue;
    const found = schema.fromComment(field.key.comment);
    if (found !== undefined) return found;
  }
  return node === undefined ? undefined : schema.field(node, name);
}

function replaceField(into: YamlNode, name: string, value: YamlNode, old: YamlNode): void {
  if (value !== old) setField(into, name, value);
}

/** The key is written in the style of the patch's, but for lists that were merged. */
function addField(into: YamlNode, name: string, value: YamlNode, added: FieldPair | undefined): void {
  setField(into, name, value);
  const key = into.content[keyIndex(into, name)];
  if (key !== undefined && added?.value === value) key.style = added.key.style;
}

/** The mapping that fields are merged into: the patch's own where the target has none or is to be replaced. */
function chooseMapping({ target, patch }: MergeSources): YamlNode | undefined {
  if (isMissingOrNull(target)) return takeDirectiveIfAny(patch) === 'delete' ? undefined : patch;
  if (patch === undefined) return target;
  takeStyle(target, patch);
  if (isTaggedNull(patch)) return undefined;
  return choose(takeDirective(patch), target, patch);
}

function choose(directive: PatchDirective, target: YamlNode, patch: YamlNode): YamlNode | undefined {
  if (directive === 'delete') return undefined;
  return directive === 'replace' ? patch : target;
}

/** A mapping or list with nothing in it is written in the patch's style from now on. */
function takeStyle(target: YamlNode, patch: YamlNode): void {
  if (target.kind !== 'scalar' && target.content.length === 0) target.style = patch.style;
}

/** The order in which fields are merged, and in which the new ones are added. */
function fieldNames(into: YamlNode, patch: YamlNode | undefined): readonly string[] {
  const names = new Set(fieldPairs(into).map(({ key }) => key.value));
  if (patch !== undefined && patch !== into) for (const { key } of fieldPairs(patch)) names.add(key.value);
  return [...names].sort(compareStrings);
}

/** A null that the target spells out stays while the patch does not have the field. */
function clearUnlessKept(into: YamlNode, name: string, old: YamlNode | undefined, patch: YamlNode | undefined): void {
  const isKept = patch === undefined && old !== undefined && isTaggedNull(old) && old.value !== '';
  if (!isKept) clearField(into, name);
}
