/** What a node of a YAML tree is. `none` is Go's zero node, which kyaml uses for "not there yet". */
export type NodeKind = 'none' | 'mapping' | 'sequence' | 'scalar' | 'alias';

/** Bits of {@link YamlNode.style}, as in Go's yaml.v3. */
export const STYLE = {
  plain: 0,
  tagged: 1,
  doubleQuoted: 2,
  singleQuoted: 4,
  literal: 8,
  folded: 16,
  flow: 32,
} as const;

/** The tags that the engine tells apart, in their short form; other tags are kept as written. */
export const TAG = {
  none: '',
  string: '!!str',
  int: '!!int',
  float: '!!float',
  bool: '!!bool',
  null: '!!null',
  map: '!!map',
  seq: '!!seq',
  merge: '!!merge',
  timestamp: '!!timestamp',
  binary: '!!binary',
} as const;

/**
 * A node of a YAML tree with what Go's `yaml.Node` keeps of it, positions and nearly all comments apart. Mutable: the transformers
 * of a build change it in place, as kustomize does.
 *
 * A mapping's content is its keys and values in turn; an alias names its target in `alias`. There are no document
 * nodes: a document is its content.
 */
export interface YamlNode {
  kind: NodeKind;
  /** Short form (`!!str`); empty: to be resolved from the value. */
  tag: string;
  /** The text of a scalar, unquoted; empty for the others. */
  value: string;
  style: number;
  content: YamlNode[];
  anchor: string;
  alias: YamlNode | undefined;
  /** Of a key: `{…}` from the comment on its line, which may be the schema of a list below. Empty for all else. */
  comment: string;
}

/** A node of `kind` with nothing in it. */
export function newNode(kind: NodeKind, tag = '', value = '', style = 0): YamlNode {
  return { kind, tag, value, style, content: [], anchor: '', alias: undefined, comment: '' };
}

/** A scalar whose type is yet to be resolved from its text. kyaml's NewScalarRNode. */
export function scalarNode(value: string): YamlNode {
  return newNode('scalar', '', value);
}

/** A string, whatever its text looks like. kyaml's NewStringRNode. */
export function stringNode(value: string): YamlNode {
  return newNode('scalar', TAG.string, value, value.includes('\n') ? STYLE.literal : STYLE.plain);
}

/** A mapping of `entries`, keys and values in turn. */
export function mappingNode(...content: YamlNode[]): YamlNode {
  const node = newNode('mapping');
  node.content = content;
  return node;
}

/** A sequence of `items`. */
export function sequenceNode(...items: YamlNode[]): YamlNode {
  const node = newNode('sequence');
  node.content = items;
  return node;
}

/** A copy that shares nothing but alias targets. kyaml's CopyYNode. */
export function copyNode(node: YamlNode): YamlNode {
  const { kind, tag, value, style, anchor, alias, comment } = node;
  const content = node.content.length === 0 ? [] : node.content.map(copyNode);
  return { kind, tag, value, style, content, anchor, alias, comment };
}

/** Makes `target` what `source` is, its content shared, while everybody who holds `target` goes on holding it. */
export function assignNode(target: YamlNode, source: YamlNode): void {
  target.kind = source.kind;
  target.tag = source.tag;
  target.value = source.value;
  target.style = source.style;
  target.content = source.content;
  target.anchor = source.anchor;
  target.alias = source.alias;
  target.comment = source.comment;
}

/** Not there, or tagged as null. kyaml's IsMissingOrNull. */
export function isMissingOrNull(node: YamlNode | undefined): node is undefined {
  return node === undefined || node.tag === TAG.null;
}

/** A node that is there and tagged as null. */
export function isTaggedNull(node: YamlNode | undefined): boolean {
  return node !== undefined && node.tag === TAG.null;
}

/** Not there, null, `{}`, `[]` or the zero node; an empty string is none of these. kyaml's IsYNodeNilOrEmpty. */
export function isNilOrEmpty(node: YamlNode | undefined): boolean {
  if (node === undefined || node.tag === TAG.null) return true;
  if (node.kind === 'mapping' || node.kind === 'sequence') return node.content.length === 0;
  return node.kind === 'none' && node.tag === '' && node.value === '' && node.style === 0 && node.anchor === '';
}

/** Not there, null or `{}`. kyaml's IsEmptyMap. */
export function isEmptyMap(node: YamlNode | undefined): boolean {
  return isMissingOrNull(node) || (node.kind === 'mapping' && node.content.length === 0);
}

/** A scalar that is a string by its tag or has no tag. kyaml's IsYNodeString. */
export function isString(node: YamlNode): boolean {
  return node.kind === 'scalar' && (node.tag === TAG.string || node.tag === TAG.none);
}

/** The text of a node; empty when it is missing or null. kyaml's GetValue. */
export function valueOf(node: YamlNode | undefined): string {
  return node === undefined || node.tag === TAG.null ? '' : node.value;
}
