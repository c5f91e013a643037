import type { JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { DEFAULT_YAML_LIMITS, isExcessiveAliasing } from '../../../yaml/limits.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { describeDuplicates } from './describe-duplicates.ts';
import { fieldPairs } from './fields.ts';
import { STYLE, TAG, type YamlNode } from './node.ts';
import { MISMATCH, type ResolvedValue, resolveTag, resolveTagged } from './resolve.ts';

/**
 * What a tree means as JSON: what kyaml's MarshalJSON makes of it, which writes the tree as YAML and reads that again.
 * So a quoted scalar is a string whatever its tag says, a tag that does not fit its text is an error, and timestamps
 * come out in full. Integers beyond 2^53 are `bigint`.
 *
 * @throws {KustomizeError} on duplicate keys, keys below the top that are no strings, tags that do not fit, .inf and
 * .nan, and aliases that expand to too much. The message never quotes values.
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 yaml/rnode.go MarshalJSON
 */
export function decodeNode(node: YamlNode): JsonValue {
  const state: State = { root: node, problem: undefined, depth: 0, nodes: 0, aliased: 0, aliases: new Set() };
  const value = decode(node, state, false);
  if (state.problem !== undefined) throw new KustomizeError(state.problem);
  return value;
}

interface State {
  readonly root: YamlNode;
  /** What json.Marshal would say, which comes after everything else. */
  problem: string | undefined;
  depth: number;
  nodes: number;
  aliased: number;
  /** Alias nodes that are being decoded. */
  readonly aliases: Set<YamlNode>;
}

function decode(node: YamlNode, state: State, inFlow: boolean): JsonValue {
  if (node.kind === 'scalar') return checkFinite(decodeScalar(node, inFlow), state);
  if (node.kind === 'alias') return decodeAlias(node, state, inFlow);
  return node.kind === 'none' ? null : decodeCollection(node, state, inFlow);
}

/** @param quotesEmpty whether an empty text is written with quotes, as in flow collections and keys */
function decodeScalar(node: YamlNode, quotesEmpty: boolean): ResolvedValue {
  const tag = writtenTag(node, quotesEmpty);
  if (tag === TAG.string) return node.value;
  if (tag === TAG.binary) return decodeBinary(node.value);
  const resolved = resolveTagged(tag, node.value);
  if (resolved !== MISMATCH) return resolved.value;
  throw new KustomizeError(`yaml: cannot decode ${resolveTag(node.value)} as a ${tag}`);
}

const QUOTED = STYLE.singleQuoted + STYLE.doubleQuoted + STYLE.literal + STYLE.folded;

/** The tag that a scalar has once it is written and read again. */
function writtenTag(node: YamlNode, quotesEmpty: boolean): string {
  const { tag, value, style } = node;
  if (tag === TAG.string) return tag;
  const resolved = resolveTag(value);
  const isExplicit = (style & STYLE.tagged) !== 0 || resolved !== tag;
  if (tag !== TAG.none && isExplicit) return tag;
  const isQuoted = (style & QUOTED) !== 0 || value.includes('\n') || (value === '' && quotesEmpty);
  if (isQuoted) return TAG.string;
  return value === '<<' ? TAG.merge : resolved;
}

function decodeBinary(text: string): string {
  const packed = text.replaceAll(/[\r\n]/g, '');
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) {
    throw new KustomizeError('yaml: !!binary value contains invalid base64 data');
  }
  return Buffer.from(packed, 'base64').toString('utf8');
}

function checkFinite(value: ResolvedValue, state: State): ResolvedValue {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  state.problem ??= `json: unsupported value: ${name}`;
  return null;
}

function decodeCollection(node: YamlNode, state: State, inFlow: boolean): JsonValue {
  const isFlow = inFlow || (node.style & STYLE.flow) !== 0;
  state.nodes += node.content.length;
  if (state.aliases.size > 0) countAliased(node, state);
  if (state.depth >= DEFAULT_YAML_LIMITS.maxDepth) throw new KustomizeError('yaml: exceeded max depth');
  const isTop = state.depth === 0;
  state.depth += 1;
  const value =
    node.kind === 'mapping'
      ? decodeMapping(node, state, { isFlow, isTop })
      : node.content.map((item) => decode(item, state, isFlow));
  state.depth -= 1;
  return value;
}

function countAliased(node: YamlNode, state: State): void {
  state.aliased += node.content.length;
  if (isExcessiveAliasing(state.aliased, state.nodes)) {
    throw new KustomizeError('yaml: document contains excessive aliasing');
  }
}

interface Place {
  readonly isFlow: boolean;
  /** The top of a document is decoded into a map of strings, which takes other keys by their text. */
  readonly isTop: boolean;
}

function decodeMapping(node: YamlNode, state: State, place: Place): JsonObject {
  const object: JsonObject = {};
  let size = 0;
  let merged: YamlNode | undefined;
  for (const { key: keyNode, value } of fieldPairs(node)) {
    if (isMergeKey(keyNode)) {
      merged = value;
      continue;
    }
    const key = decodeKey(keyNode, state, place);
    const field = decode(value, state, place.isFlow);
    if (key === undefined) continue;
    setOwn(object, key, field);
    size += 1;
  }
  if (size > 1 && Object.keys(object).length < size) checkDuplicates(node, state);
  if (merged !== undefined) merge(object, merged, state);
  return object;
}

function checkDuplicates(node: YamlNode, state: State): void {
  const seen = new Set<string>();
  for (let index = 0; index < node.content.length; index += 2) {
    const key = node.content[index];
    const name = `${key?.kind} ${key?.value}`;
    if (seen.has(name)) throw new KustomizeError(`yaml: unmarshal errors:\n${describeDuplicates(state.root)}`);
    seen.add(name);
  }
}

function isMergeKey(node: YamlNode): boolean {
  return node.value === '<<' && node.kind === 'scalar' && writtenTag(node, true) === TAG.merge;
}

/** Undefined for a null at the top, which Go's decoder passes over. */
function decodeKey(node: YamlNode, state: State, place: Place): string | undefined {
  if (node.kind === 'scalar') return decodeScalarKey(node, state, place);
  if (node.kind === 'alias' && node.alias?.kind === 'scalar') return decodeScalarKey(node.alias, state, place);
  const tag = node.kind === 'sequence' ? TAG.seq : TAG.map;
  if (place.isTop) throw new KustomizeError(`yaml: unmarshal errors:\n  cannot unmarshal ${tag} into string`);
  throw new KustomizeError('yaml: invalid map key: it must be a string');
}

function decodeScalarKey(node: YamlNode, state: State, place: Place): string | undefined {
  const tag = writtenTag(node, true);
  if (tag === TAG.string) return node.value;
  const value = decodeScalar(node, true);
  if (!place.isTop) state.problem ??= unsupportedKey(node.value);
  if (tag === TAG.null) return undefined;
  return tag === TAG.binary ? String(value) : node.value;
}

function unsupportedKey(key: string): string {
  return `json: unsupported type: map[interface {}]interface {} (the key ${JSON.stringify(key)} is no string: quote it)`;
}

function decodeAlias(node: YamlNode, state: State, inFlow: boolean): JsonValue {
  if (node.alias === undefined) throw new KustomizeError(`yaml: unknown anchor '${node.value}' referenced`);
  if (state.aliases.has(node)) throw new KustomizeError(`yaml: anchor '${node.value}' value contains itself`);
  state.aliases.add(node);
  const value = decode(node.alias, state, inFlow);
  state.aliases.delete(node);
  return value;
}

/** The mapping's own keys win, then those of the first source that has them. */
function merge(object: JsonObject, source: YamlNode, state: State): void {
  const sources = source.kind === 'sequence' ? source.content : [source];
  for (const one of sources) {
    const target = one.kind === 'alias' ? one.alias : one;
    if (target?.kind !== 'mapping') {
      throw new KustomizeError('yaml: map merge requires map or sequence of maps as the value');
    }
    const fields = decode(one, state, false) as JsonObject;
    for (const [key, value] of Object.entries(fields)) {
      if (!Object.hasOwn(object, key)) setOwn(object, key, value ?? null);
    }
  }
}

function setOwn(object: JsonObject, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}
