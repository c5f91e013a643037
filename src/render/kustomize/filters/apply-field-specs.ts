import type { FieldSpec } from '../config/field-spec.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import { fieldValue } from '../node/fields.ts';
import { getApiVersion, getKind, getName, getNamespace } from '../node/metadata.ts';
import { isTaggedNull, type NodeKind, TAG, type YamlNode } from '../node/node.ts';
import { lookup, lookupCreate } from '../node/path.ts';
import { formatResId, isGvkSelected, makeGvk, makeResId } from '../resource/res-id.ts';

/** Changes a field in place. @throws {KustomizeError} */
export type SetNode = (field: YamlNode) => void;

/** What to do with the fields that a field spec names. */
export interface FieldSpecAction {
  readonly set: SetNode;
  /** The kind of the last field when it has to be made; without it none is made whatever the specs say. */
  readonly createKind?: NodeKind;
  /** The tag that replaces the one of a null. */
  readonly createTag?: string;
}

/**
 * Applies `action` to the fields of `node` that `specs` name, one spec after the other. kustomize's fsslice.
 * @throws {KustomizeError} as {@link applyFieldSpec}
 */
export function applyFieldSpecs(node: YamlNode, specs: readonly FieldSpec[], action: FieldSpecAction): void {
  for (const spec of specs) applyFieldSpec(node, spec, action);
}

/**
 * Applies `action` to the fields of `node` that `spec` names: all of them where the path leads through lists. Does
 * nothing if the object is of another type, or a field on the way is missing or null and may not be made.
 * @throws {KustomizeError} naming field and object, if the path leads through something without fields
 * @see sigs.k8s.io/kustomize/api v0.21.2 filters/fieldspec
 */
export function applyFieldSpec(node: YamlNode, spec: FieldSpec, action: FieldSpecAction): void {
  if (!matchesType(node, spec)) return;
  try {
    walk({ spec, action, path: pathOf(spec) }, 0, node);
  } catch (error) {
    throw wrapError(error, `considering field '${spec.path}' of object ${describe(node)}`);
  }
}

/**
 * Splits a path at its slashes, of which one at the start and those after a backslash do not count. kyaml's
 * PathSplitter.
 */
export function splitFieldPath(path: string): string[] {
  const parts = path.split('/');
  if (parts.length > 1 && parts[0] === '') parts.shift();
  if (!path.includes('\\')) return parts;
  const joined: string[] = [];
  for (const [index, part] of parts.entries()) {
    const last = joined.at(-1);
    if (index > 0 && last?.endsWith('\\') === true) joined[joined.length - 1] = `${last.slice(0, -1)}/${part}`;
    else joined.push(part);
  }
  return joined;
}

/** Whether the object has the kind, group and version of the spec, where it has some. */
function matchesType(node: YamlNode, spec: FieldSpec): boolean {
  if (spec.kind !== '' && spec.kind !== getKind(node)) return false;
  if (spec.group === '' && spec.version === '') return true;
  return isGvkSelected(makeGvk(getApiVersion(node), spec.kind), spec);
}

function describe(node: YamlNode): string {
  const gvk = makeGvk(getApiVersion(node), getKind(node));
  return formatResId(makeResId({ ...gvk, name: getName(node), namespace: getNamespace(node) }));
}

interface Walk {
  readonly spec: FieldSpec;
  readonly action: FieldSpecAction;
  readonly path: readonly PathPart[];
}

interface PathPart {
  readonly name: string;
  /** It ends in `[]`. */
  readonly isList: boolean;
  /** Nothing but a field name, which needs none of the care that `lookup` takes of indices and matches. */
  readonly isPlain: boolean;
}

const PATHS = new WeakMap<FieldSpec, readonly PathPart[]>();

function pathOf(spec: FieldSpec): readonly PathPart[] {
  const known = PATHS.get(spec);
  if (known !== undefined) return known;
  const path = splitFieldPath(spec.path).map((part) => {
    const isList = part.endsWith('[]');
    const name = isList ? part.slice(0, -2) : part;
    return { name, isList, isPlain: /^[A-Za-z_][^\s\]]*$/.test(name) };
  });
  PATHS.set(spec, path);
  return path;
}

function walk(state: Walk, depth: number, node: YamlNode): void {
  const part = state.path[depth];
  if (part === undefined) return state.action.set(node);
  if (isTaggedNull(node)) return undefined;
  switch (node.kind) {
    case 'sequence':
      return walkItems(state, depth, node);
    case 'mapping':
      return walkField(state, depth, node);
    case 'alias':
      return node.alias === undefined ? undefined : walk(state, depth, node.alias);
    case 'none':
    case 'scalar':
      throw new KustomizeError('expected sequence or mapping node');
  }
}

function walkItems(state: Walk, depth: number, node: YamlNode): void {
  try {
    for (const item of node.content) walk(state, depth, item);
  } catch (error) {
    const names = state.path.slice(depth).map(({ name, isList }) => (isList ? `${name}[]` : name));
    throw wrapError(error, `visit traversal on path: [${names.join(' ')}]`);
  }
}

function walkField(state: Walk, depth: number, node: YamlNode): void {
  const part = state.path[depth];
  if (part === undefined || part.name === '') throw new KustomizeError('cannot set or create an empty field name');
  const made = kindToMake(state, depth);
  const field = findField(node, part, made?.kind);
  if (field === undefined) return;
  if (field.tag === TAG.null && made !== undefined) {
    field.kind = made.kind;
    field.tag = made.tag;
  } else if (field.tag === TAG.null && part.isList) {
    field.kind = 'sequence';
    field.tag = TAG.none;
  }
  walk(state, depth + 1, field);
}

/** What the field at `depth` becomes when it is missing or null; undefined if it may not be made. */
function kindToMake({ spec, action, path }: Walk, depth: number): { kind: NodeKind; tag: string } | undefined {
  if (!spec.create || action.createKind === undefined || path[depth]?.isList === true) return undefined;
  if (depth < path.length - 1) return { kind: 'mapping', tag: TAG.map };
  return { kind: action.createKind, tag: action.createTag ?? TAG.none };
}

function findField(node: YamlNode, { name, isPlain }: PathPart, kind: NodeKind | undefined): YamlNode | undefined {
  if (isPlain) {
    const field = fieldValue(node, name);
    if (field !== undefined || kind === undefined) return field;
  }
  try {
    return kind === undefined ? lookup(node, [name]) : lookupCreate(node, [name], kind);
  } catch (error) {
    throw wrapError(error, `fieldName: ${name}`);
  }
}
