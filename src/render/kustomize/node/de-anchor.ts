import { DEFAULT_YAML_LIMITS } from '../../../yaml/limits.ts';
import { KustomizeError, MalformedYamlError } from '../kustomize-error.ts';
import { clearField, fieldPairs } from './fields.ts';
import { assignNode, copyNode, TAG, valueOf, type YamlNode } from './node.ts';

/**
 * Replaces the aliases of a tree by copies of what they name, merges what its `<<` keys name, and takes the anchors
 * away; in place. Returns the node to use instead of `node`, another one if that is an alias itself.
 *
 * A mapping that has been merged is a copy, and aliases go on naming the original: that one is not merged yet if
 * a later `<<` names it, and its own `<<` then stays as a key, as in kyaml.
 *
 * @throws {KustomizeError} on `<<` with anything but mappings
 * @throws {MalformedYamlError} if an anchor contains itself or the aliases expand to too much
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 yaml/rnode.go deAnchor
 */
export function deAnchor(node: YamlNode): YamlNode {
  return isPlainTree(node) ? node : expand(node, { copied: 0, open: new Set(), depth: 0 });
}

/** Whether there is nothing to do, as in nearly all trees. */
function isPlainTree(node: YamlNode): boolean {
  if (node.kind === 'alias' || node.kind === 'none' || node.anchor !== '') return false;
  const isMapping = node.kind === 'mapping';
  return node.content.every((child, index) => {
    const isKey = isMapping && index % 2 === 0;
    return !(isKey && (child.tag === TAG.merge || child.tag === TAG.null)) && isPlainTree(child);
  });
}

interface State {
  /** Nodes that were copied for aliases and merges. */
  copied: number;
  /** Targets of the aliases that are being expanded. */
  readonly open: Set<YamlNode>;
  depth: number;
}

/** Some 200 MB; no real file comes near it. */
const MAX_COPIED_NODES = 1_000_000;

function expand(node: YamlNode, state: State): YamlNode {
  if (node.kind === 'alias') return expandAlias(node, state);
  node.anchor = '';
  if (node.kind === 'none') throw new KustomizeError('cannot deAnchor kind 0');
  if (node.kind === 'scalar') return node;
  if (state.depth >= DEFAULT_YAML_LIMITS.maxDepth) throw new MalformedYamlError('yaml: exceeded max depth');
  state.depth += 1;
  if (node.kind === 'mapping') mergeSources(node, state);
  for (const [index, child] of node.content.entries()) node.content[index] = expand(child, state);
  state.depth -= 1;
  return node;
}

function expandAlias(node: YamlNode, state: State): YamlNode {
  const target = node.alias;
  if (target === undefined) throw new KustomizeError(`yaml: unknown anchor '${node.value}' referenced`);
  if (state.open.has(target)) throw new MalformedYamlError(`yaml: anchor '${node.value}' value contains itself`);
  state.open.add(target);
  const result = expand(target, state);
  state.open.delete(target);
  return copy(result, state);
}

function copy(node: YamlNode, state: State): YamlNode {
  state.copied += countNodes(node, MAX_COPIED_NODES - state.copied);
  if (state.copied > MAX_COPIED_NODES) throw new MalformedYamlError('yaml: document contains excessive aliasing');
  return copyNode(node);
}

/** Stops counting beyond `limit`. */
function countNodes(node: YamlNode, limit: number): number {
  let count = 1;
  for (const child of node.content) {
    if (count > limit) return count;
    count += countNodes(child, limit - count);
  }
  return count;
}

function mergeSources(node: YamlNode, state: State): void {
  const merges = fieldPairs(node).filter(({ key }) => key.tag === TAG.merge);
  if (merges.length > 1) throw new KustomizeError('duplicate merge key');
  const value = merges[0]?.value;
  const sources = value === undefined ? [] : findSources(value);
  if (value !== undefined) clearField(node, '<<');
  // kyaml copies each mapping, whether it merges anything or not.
  const merged = copyNode(node);
  for (const source of sources) setEntries(merged, copy(source, state));
  const hasNullKey = fieldPairs(node).some(({ key }) => key.tag === TAG.null);
  // Null keys double with each level, so that their copies count.
  if (sources.length > 0 || hasNullKey) setEntries(merged, hasNullKey ? copy(node, state) : copyNode(node));
  assignNode(node, merged);
}

/** The mappings to merge, the one that wins last. */
function findSources(value: YamlNode): YamlNode[] {
  if (value.kind === 'mapping') return [value];
  if (value.kind === 'alias') {
    if (value.alias?.kind !== 'mapping') {
      throw new KustomizeError('invalid map merge: received alias for a non-map value');
    }
    return [value.alias];
  }
  if (value.kind !== 'sequence') {
    throw new KustomizeError('map merge requires map or sequence of maps as the value');
  }
  const found: YamlNode[] = [];
  for (const item of value.content) {
    if (item.kind === 'sequence') throw new KustomizeError('invalid map merge: received a nested sequence');
    found.unshift(...findSources(item));
  }
  return found;
}

/** Sets each field of `source` in `target` with its key, the first of that name or a new one at the end. */
function setEntries(target: YamlNode, source: YamlNode): void {
  const { content } = target;
  const indices = firstIndices(target);
  const sourceIndices = firstIndices(source);
  for (const pair of fieldPairs(source)) {
    // Of several fields of one name, kyaml takes the first for each.
    const at = sourceIndices.get(pair.key.value) ?? 0;
    const key = source.content[at] ?? pair.key;
    const value = source.content[at + 1] ?? pair.value;
    // A null key has no name to kyaml, so that it is added once more.
    const index = indices.get(valueOf(key)) ?? content.length;
    content.splice(index, 2, key, value);
    if (!indices.has(key.value)) indices.set(key.value, index);
  }
}

/** Where in `content` the first key of each name is. */
function firstIndices(node: YamlNode): Map<string, number> {
  const indices = new Map<string, number>();
  for (const [index, { value }] of node.content.entries()) {
    if (index % 2 === 0 && !indices.has(value)) indices.set(value, index);
  }
  return indices;
}
