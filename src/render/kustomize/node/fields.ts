import { HoldfastError } from '../../../lib/errors.ts';
import { parseYamlDocuments } from '../../../yaml/parse-documents.ts';
import { resolvePlain } from '../../../yaml/scalar.ts';
import { KustomizeError } from '../kustomize-error.ts';
import {
  assignNode,
  isMissingOrNull,
  isString,
  isTaggedNull,
  type NodeKind,
  STYLE,
  scalarNode,
  type YamlNode,
} from './node.ts';

/** A key and its value in a mapping. */
export interface FieldPair {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

/** How {@link setField} treats what is there already. */
export interface SetFieldOptions {
  /** Takes the new value's style where the old one has one. */
  readonly overrideStyle?: boolean;
  /** Keeps a null instead of clearing the field. kyaml's ShouldKeep. */
  readonly keepNull?: boolean;
}

/** @throws {KustomizeError} unless `node` is missing, null or of `kind`. kyaml's ErrorIfInvalid. */
export function requireKind(node: YamlNode | undefined, kind: NodeKind): void {
  if (node === undefined || isTaggedNull(node) || node.kind === kind) return;
  throw new KustomizeError(`wrong node kind: expected ${KIND_NAMES[kind]} but got ${KIND_NAMES[node.kind]}`);
}

const KIND_NAMES: Readonly<Record<NodeKind, string>> = {
  none: '0',
  mapping: 'MappingNode',
  sequence: 'SequenceNode',
  scalar: 'ScalarNode',
  alias: 'AliasNode',
};

/** Index in `content` of the key `name`, or -1. The node must be a mapping. */
export function keyIndex(node: YamlNode, name: string): number {
  const { content } = node;
  for (let index = 0; index < content.length; index += 2) if (content[index]?.value === name) return index;
  return -1;
}

/** The field `name` of a mapping; undefined for anything else. kyaml's RNode.Field. */
export function fieldOf(node: YamlNode | undefined, name: string): FieldPair | undefined {
  if (node?.kind !== 'mapping') return undefined;
  const index = keyIndex(node, name);
  const key = node.content[index];
  const value = node.content[index + 1];
  return index < 0 || key === undefined || value === undefined ? undefined : { key, value };
}

/** The value of the field `name` of a mapping; undefined for anything else. */
export function fieldValue(node: YamlNode | undefined, name: string): YamlNode | undefined {
  if (node?.kind !== 'mapping') return undefined;
  const index = keyIndex(node, name);
  return index < 0 ? undefined : node.content[index + 1];
}

/**
 * The value of the field `name`.
 * @throws {KustomizeError} if the node is neither missing, null nor a mapping. kyaml's Get.
 */
export function getField(node: YamlNode | undefined, name: string): YamlNode | undefined {
  if (isMissingOrNull(node)) return undefined;
  requireKind(node, 'mapping');
  return fieldValue(node, name);
}

/** The pairs of a mapping in order; a snapshot. @throws {KustomizeError} if it is no mapping */
export function fieldPairs(node: YamlNode | undefined): FieldPair[] {
  requireKind(node, 'mapping');
  const pairs: FieldPair[] = [];
  const content = node?.content ?? [];
  for (let index = 0; index + 1 < content.length; index += 2) {
    const key = content[index];
    const value = content[index + 1];
    if (key !== undefined && value !== undefined) pairs.push({ key, value });
  }
  return pairs;
}

/** The items of a sequence; the node's own array. @throws {KustomizeError} if it is no sequence */
export function elementsOf(node: YamlNode | undefined): YamlNode[] {
  requireKind(node, 'sequence');
  return node?.content ?? [];
}

/**
 * Takes the field `name` away and returns its value. kyaml's Clear.
 * @throws {KustomizeError} if the node is neither missing, null nor a mapping
 */
export function clearField(node: YamlNode | undefined, name: string): YamlNode | undefined {
  requireKind(node, 'mapping');
  if (node === undefined) return undefined;
  const index = keyIndex(node, name);
  return index < 0 ? undefined : node.content.splice(index, 2)[1];
}

/**
 * Sets the field `name` of a mapping: in place when it is there, else at the end; an undefined or null `value` clears
 * it. Returns the node that is in the tree afterwards. kyaml's FieldSetter with a name.
 *
 * The value itself is changed: strings that YAML 1.1 would read otherwise get quotes, and the style of what was there
 * is kept.
 *
 * @throws {KustomizeError} if `node` is no mapping
 */
export function setField(
  node: YamlNode,
  name: string,
  value: YamlNode | undefined,
  options: SetFieldOptions = {},
): YamlNode | undefined {
  if (value !== undefined) quoteYaml11(value, options);
  if (value === undefined || (isTaggedNull(value) && options.keepNull !== true)) return clearField(node, name);
  const field = getField(node, name);
  if (field === undefined) {
    node.content.push(scalarNode(name), value);
    return value;
  }
  if (options.overrideStyle !== true || field.style === STYLE.plain) value.style = field.style;
  assignNode(field, value);
  return field;
}

/** Sets the value of a scalar in place, keeping its style. kyaml's FieldSetter without a name. */
export function setScalar(node: YamlNode, value: YamlNode, options: SetFieldOptions = {}): void {
  quoteYaml11(value, options);
  requireKind(node, 'scalar');
  if (isMissingOrNull(value)) return;
  if (options.overrideStyle !== true || value.style === STYLE.plain) value.style = node.style;
  assignNode(node, value);
}

function quoteYaml11(value: YamlNode, options: SetFieldOptions): void {
  const asIs = options.overrideStyle === true || value.style !== STYLE.plain;
  if (!asIs && isString(value) && isYaml11NonString(value.value)) value.style = STYLE.doubleQuoted;
}

/**
 * Whether YAML 1.1 reads the unquoted text as something else than a string. kyaml's IsValueNonString.
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 yaml/compatibility.go
 */
export function isYaml11NonString(text: string): boolean {
  if (text === '' || text.includes('\n')) return false;
  if (PLAIN_WORD.test(text)) return typeof resolvePlain(text) !== 'string';
  try {
    return typeof parseYamlDocuments(text, { file: 'value' })[0]?.value !== 'string';
  } catch (error) {
    // What is no YAML at all is a string.
    if (error instanceof HoldfastError) return false;
    throw error;
  }
}

/** No character that means anything to YAML but within a word. */
const PLAIN_WORD = /^[\w.+/=~][\w.+/=~-]*$/;
