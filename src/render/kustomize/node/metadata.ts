import { clearField, fieldPairs, fieldValue, getField, setField } from './fields.ts';
import { isMissingOrNull, isNilOrEmpty, scalarNode, stringNode, valueOf, type YamlNode } from './node.ts';
import { lookup, lookupCreate, setAtPath } from './path.ts';

/** The text of the field `kind`, else empty. */
export function getKind(node: YamlNode): string {
  return fieldValue(node, 'kind')?.value ?? '';
}

/** Sets the field `kind`. */
export function setKind(node: YamlNode, kind: string): void {
  setField(node, 'kind', scalarNode(kind));
}

/** The text of the field `apiVersion`, else empty. */
export function getApiVersion(node: YamlNode): string {
  return fieldValue(node, 'apiVersion')?.value ?? '';
}

/** Sets the field `apiVersion`. */
export function setApiVersion(node: YamlNode, apiVersion: string): void {
  setField(node, 'apiVersion', scalarNode(apiVersion));
}

/** The text of `metadata.name`, else empty. */
export function getName(node: YamlNode): string {
  return metadataText(node, 'name');
}

/** Sets `metadata.name`. */
export function setName(node: YamlNode, name: string): void {
  setAtPath(node, ['metadata', 'name'], scalarNode(name));
}

/** The text of `metadata.namespace`, else empty. */
export function getNamespace(node: YamlNode): string {
  return metadataText(node, 'namespace');
}

/** Sets `metadata.namespace`; an empty name takes the field away. */
export function setNamespace(node: YamlNode, namespace: string): void {
  if (namespace === '') clearField(lookup(node, ['metadata']), 'namespace');
  else setAtPath(node, ['metadata', 'namespace'], scalarNode(namespace));
}

/** `metadata.annotations`, a copy; empty where there are none. */
export function getAnnotations(node: YamlNode): Map<string, string> {
  return metadataMap(node, 'annotations');
}

/** One annotation; undefined where it is not there. */
export function getAnnotation(node: YamlNode, name: string): string | undefined {
  const annotations = fieldValue(metadataOf(node), 'annotations');
  if (annotations === undefined) return undefined;
  return fieldValue(annotations, name)?.value;
}

/** Replaces `metadata.annotations`, keys sorted; an empty map takes the field away. */
export function setAnnotations(node: YamlNode, annotations: ReadonlyMap<string, string>): void {
  setMetadataMap(node, 'annotations', annotations);
}

/** Sets one annotation, as a string, where the others stay as they are. kyaml's SetAnnotation. */
export function setAnnotation(node: YamlNode, name: string, value: string): void {
  const annotations = lookupCreate(node, ['metadata', 'annotations'], 'mapping');
  if (annotations !== undefined) setField(annotations, name, stringNode(value));
}

/** `metadata.labels`, a copy; empty where there are none. */
export function getLabels(node: YamlNode): Map<string, string> {
  return metadataMap(node, 'labels');
}

/** Replaces `metadata.labels`, keys sorted; an empty map takes the field away. */
export function setLabels(node: YamlNode, labels: ReadonlyMap<string, string>): void {
  setMetadataMap(node, 'labels', labels);
}

/** The texts of a mapping by key, as of `data` and `binaryData`; empty where it is missing. */
export function getTextMap(node: YamlNode, field: string): Map<string, string> {
  const pairs = fieldPairs(getField(node, field));
  return new Map(pairs.map(({ key, value }) => [valueOf(key), valueOf(value)]));
}

/** Go's order of map keys: by bytes of UTF-8, which is by code point. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const isSimple = !SURROGATE.test(a) && !SURROGATE.test(b);
  if (isSimple) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const SURROGATE = /[\ud800-\udfff]/;

function metadataOf(node: YamlNode): YamlNode | undefined {
  if (isMissingOrNull(node)) return undefined;
  const metadata = fieldValue(node, 'metadata');
  return isNilOrEmpty(metadata) ? undefined : metadata;
}

function metadataText(node: YamlNode, field: string): string {
  const value = fieldValue(metadataOf(node), field);
  return value === undefined || isNilOrEmpty(value) ? '' : value.value;
}

function metadataMap(node: YamlNode, field: string): Map<string, string> {
  const { content = [] } = fieldValue(metadataOf(node), field) ?? {};
  const map = new Map<string, string>();
  for (let index = 0; index + 1 < content.length; index += 2) {
    map.set(content[index]?.value ?? '', content[index + 1]?.value ?? '');
  }
  return map;
}

function setMetadataMap(node: YamlNode, field: string, entries: ReadonlyMap<string, string>): void {
  const metadata = lookupCreate(node, ['metadata'], 'mapping');
  if (metadata === undefined) return;
  clearField(metadata, field);
  if (entries.size === 0) return;
  const map = lookupCreate(metadata, [field], 'mapping');
  if (map === undefined) return;
  for (const key of [...entries.keys()].sort(compareStrings)) setField(map, key, stringNode(entries.get(key) ?? ''));
}
