import { KustomizeError } from '../kustomize-error.ts';
import { elementsOf, getField, requireKind, type SetFieldOptions, setField } from './fields.ts';
import { mappingNode, type NodeKind, newNode, scalarNode, type YamlNode } from './node.ts';

/**
 * The node at `path`, whose parts are field names, indices (`0`, `-` for the last) and matches (`[name=nginx]`,
 * `[=value]`). Undefined where a part is missing. kyaml's Lookup.
 * @throws {KustomizeError} if a node on the way is of the wrong kind
 */
export function lookup(node: YamlNode | undefined, path: readonly string[]): YamlNode | undefined {
  let at = node;
  for (const part of cleanPath(path)) {
    if (at === undefined) return undefined;
    at = step(at, part);
  }
  return at;
}

/**
 * As {@link lookup}, with missing fields and matched items made on the way: the last one of `kind`, those before it
 * mappings, or sequences where an index or match follows. Items named by an index are not made. kyaml's LookupCreate.
 * @throws {KustomizeError} if a node on the way is of the wrong kind
 */
export function lookupCreate(node: YamlNode, path: readonly string[], kind: NodeKind): YamlNode | undefined {
  const parts = cleanPath(path);
  let at: YamlNode | undefined = node;
  for (const [index, part] of parts.entries()) {
    if (at === undefined) return undefined;
    at = stepCreate(at, part, kindFor(parts[index + 1], kind));
  }
  return at;
}

/** Sets the field at the end of `path`, making mappings on the way. kyaml's SetMapField. */
export function setAtPath(
  node: YamlNode,
  path: readonly string[],
  value: YamlNode | undefined,
  options: SetFieldOptions = {},
): void {
  const parent = lookupCreate(node, path.slice(0, -1), 'mapping');
  const last = path.at(-1);
  if (parent !== undefined && last !== undefined) setField(parent, last, value, options);
}

/** The first item of a sequence whose field `key` has the text `value`; with an empty key, the first such scalar. */
export function matchElement(node: YamlNode | undefined, key: string, value: string): YamlNode | undefined {
  const items = elementsOf(node);
  if (key === '') return items.find((item) => item.value === value);
  return items.find((item) => item.kind === 'mapping' && getField(item, key)?.value === value);
}

/** Whether a part of a path is a match, `[name=nginx]` or `[=value]`. kyaml's IsListIndex. */
export function isMatchPart(part: string): boolean {
  return part.startsWith('[') && part.endsWith(']');
}

/** Whether a part of a path is an index. kyaml's IsIdxNumber. */
export function isIndexPart(part: string): boolean {
  return /^\+?\d+$/.test(part);
}

/** `[name=nginx]` as name and value. @throws {KustomizeError} without an `=` */
export function splitMatchPart(part: string): readonly [name: string, value: string] {
  const inner = part.replace(/\]$/, '').replace(/^\[/, '');
  const at = inner.indexOf('=');
  if (at < 0) {
    throw new KustomizeError('list path element must contain fieldName=fieldValue for element to match');
  }
  return [inner.slice(0, at), inner.slice(at + 1)];
}

/** Without empty parts and without spaces around the others. kyaml's cleanPath. */
export function cleanPath(path: readonly string[]): string[] {
  return path.map((part) => part.trim()).filter((part) => part !== '');
}

/** The kind of the node that the part before `next` names, when it must be made. kyaml's getPathPartKind. */
export function kindFor(next: string | undefined, last: NodeKind): NodeKind {
  if (next === undefined || next === '') return last;
  return isMatchPart(next) || isIndexPart(next) ? 'sequence' : 'mapping';
}

function step(node: YamlNode, part: string): YamlNode | undefined {
  if (/^[+-]?\d+$/.test(part)) return elementAt(node, part);
  if (part === '-') return elementsOf(node).at(-1);
  if (part === '*') throw new KustomizeError('wildcard is not supported in PathGetter');
  if (isMatchPart(part)) return matchElement(node, ...splitMatchPart(part));
  return getField(node, part);
}

function elementAt(node: YamlNode, part: string): YamlNode | undefined {
  const index = Number(part);
  if (index < 0) throw new KustomizeError(`array index ${index} cannot be negative`);
  return elementsOf(node)[index];
}

function stepCreate(node: YamlNode, part: string, kind: NodeKind): YamlNode | undefined {
  const found = step(node, part);
  if (found !== undefined || isIndexPart(part) || part === '-') return found;
  if (!isMatchPart(part)) return setField(node, part, newNode(kind));
  requireKind(node, 'sequence');
  const [name, value] = splitMatchPart(part);
  const item = name === '' ? scalarNode(value) : mappingNode(scalarNode(name), scalarNode(value));
  node.content.push(item);
  return item;
}
