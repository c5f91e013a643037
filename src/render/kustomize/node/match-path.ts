import { compileGoRegexp, type GoRegexp, GoRegexpError } from '../../../lib/go-regexp.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import { composeNodes } from './compose-nodes.ts';
import { encodeNode } from './encode-node.ts';
import { elementsOf, fieldValue, getField, requireKind, setField, setScalar } from './fields.ts';
import { isMissingOrNull, mappingNode, type NodeKind, newNode, scalarNode, type YamlNode } from './node.ts';
import { isIndexPart, isMatchPart, kindFor, splitMatchPart } from './path.ts';

/**
 * All nodes at `path`, whose parts are field names, indices, `*` for all items and `[name=pattern]` for the items whose
 * field matches a regular expression of Go (`[=pattern]` for scalars). kyaml's PathMatcher.
 *
 * A field that is a scalar with more path behind it is read as YAML: what is found in it belongs to a tree of its own,
 * and changing it changes nothing here.
 *
 * @param create the kind to make the last node of, with all that is missing on the way: fields, an item right behind
 * the last one where an index names it, and an item with the pattern as its value where none matches
 * @throws {KustomizeError} if a node on the way is of the wrong kind, an index is out of range or a pattern is not valid
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 yaml/match.go
 */
export function matchPath(node: YamlNode | undefined, path: readonly string[], create?: NodeKind): YamlNode[] {
  if (path.length > MAX_PARTS)
    throw new KustomizeError(`a path of ${path.length} parts is longer than any object is deep`);
  const [part, ...rest] = path;
  if (part === undefined) return node === undefined ? [] : [node];
  const step: Step = { part, rest, create };
  if (isIndexPart(part)) return matchIndex(node, step);
  if (isMatchPart(part)) return matchItems(node, step);
  if (part === '*') return elementsOf(node).flatMap((item) => matchPath(item, rest, create));
  return matchField(node, step);
}

/** YAML files may not be deeper either. */
const MAX_PARTS = 1000;

interface Step {
  readonly part: string;
  readonly rest: readonly string[];
  readonly create: NodeKind | undefined;
}

function matchField(node: YamlNode | undefined, step: Step): YamlNode[] {
  const { rest, create } = step;
  const field = findField(node, step.part) ?? createField(node, step);
  if (field === undefined) return [];
  if (field.kind === 'scalar' && rest.length > 0) return matchPath(readStructure(field.value), rest, create);
  return matchPath(field, rest, create);
}

/** Without a name, the node itself if it is an empty text. */
function findField(node: YamlNode | undefined, name: string): YamlNode | undefined {
  if (name !== '' || isMissingOrNull(node)) return getField(node, name);
  requireKind(node, 'scalar');
  return node.value === '' ? node : undefined;
}

function createField(node: YamlNode | undefined, { part, rest, create }: Step): YamlNode | undefined {
  if (node === undefined || create === undefined) return undefined;
  const field = newNode(kindFor(rest[0], create));
  if (part === '') setScalar(node, field);
  else setField(node, part, field);
  return field;
}

/** Empty text is a node of no kind, in which nothing can be found. */
function readStructure(text: string): YamlNode {
  return composeNodes(text, 'the text of a field')[0] ?? newNode('none');
}

function matchIndex(node: YamlNode | undefined, { part, rest, create }: Step): YamlNode[] {
  const index = Number(part);
  const items = elementsOf(node);
  if (items.length === index && create !== undefined && node !== undefined) {
    items.push(newNode(kindFor(rest[0], create)));
  }
  const item = items[index];
  if (item === undefined) {
    throw new KustomizeError(`index ${index} specified but only ${items.length} elements found`);
  }
  return matchPath(item, rest, create);
}

function matchItems(node: YamlNode | undefined, step: Step): YamlNode[] {
  const [field, pattern] = splitMatchPart(step.part);
  const items = elementsOf(node);
  // Go compiles the pattern for each item, so that one that is not valid does no harm in an empty list.
  const found = items.length === 0 ? [] : findItems(items, { ...step, field, expression: compile(pattern) });
  if (found.length > 0 || step.create === undefined || node === undefined) return found;
  requireKind(node, 'sequence');
  const value = scalarNode(pattern);
  items.push(field === '' ? value : mappingNode(scalarNode(field), value));
  // The new item need not match its own pattern, which would have Go search for ever.
  const added = findItems(items.slice(-1), { ...step, field, expression: compile(pattern) });
  if (added.length === 0) throw new KustomizeError(`failed to create element for ${JSON.stringify(step.part)}`);
  return added;
}

interface ItemStep extends Step {
  readonly field: string;
  readonly expression: GoRegexp;
}

function findItems(items: readonly YamlNode[], { rest, create, field, expression }: ItemStep): YamlNode[] {
  if (field === '') return items.filter((item) => expression.test(encodeNode(item).trim()));
  return items.flatMap((item) => {
    const value = fieldValue(item, field);
    if (value === undefined || !expression.test(encodeNode(value).trim())) return [];
    return matchPath(item, rest, create);
  });
}

function compile(pattern: string): GoRegexp {
  try {
    return compileGoRegexp(pattern);
  } catch (error) {
    throw error instanceof GoRegexpError ? new KustomizeError(error.message) : wrapError(error, pattern);
  }
}
