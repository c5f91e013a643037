import { isUtf8 } from 'node:buffer';
import type { JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { DEFAULT_YAML_LIMITS, isExcessiveAliasing } from '../../../yaml/limits.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { composeNodes } from './compose-nodes.ts';
import { describeDuplicates } from './describe-duplicates.ts';
import { encodeWithLines, writtenScalar } from './encode-node.ts';
import { fieldPairs } from './fields.ts';
import { STYLE, TAG, type YamlNode } from './node.ts';
import { printScalar } from './print-scalar.ts';
import { MISMATCH, type ResolvedValue, resolveTag, resolveTagged } from './resolve.ts';
import { isMultiline, type ScalarPlace, selectStyle } from './scalar-style.ts';

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
  if (node.kind === 'scalar') return checkFinite(decodeScalar(node, state, { inFlow, isKey: false }), state);
  if (node.kind === 'alias') return decodeAlias(node, state, inFlow);
  return node.kind === 'none' ? null : decodeCollection(node, state, inFlow);
}

function decodeScalar(node: YamlNode, state: State, place: ScalarPlace): ResolvedValue {
  if (node.value.startsWith('\t')) checkTab(node, state, place);
  if ((node.style & STYLE.folded) !== 0) return decodeFolded(node, place);
  const tag = writtenTag(node, place);
  return tag === TAG.string ? node.value : resolveText(tag, node.value);
}

const QUOTED = STYLE.singleQuoted + STYLE.doubleQuoted + STYLE.literal + STYLE.folded;

/** The tag that a scalar has once it is written and read again. */
function writtenTag(node: YamlNode, place: ScalarPlace): string {
  const { tag, value, style } = node;
  if (tag === TAG.string && value !== '<<') return tag;
  const resolved = resolveTag(value);
  const isExplicit = (style & STYLE.tagged) !== 0 || resolved !== tag;
  if (tag !== TAG.none && isExplicit) return tag;
  const isQuoted = (style & QUOTED) !== 0 || selectStyle(value, STYLE.plain, place) !== STYLE.plain;
  if (isQuoted) return TAG.string;
  return value === '<<' ? TAG.merge : resolved;
}

/** libyaml folds some texts so that they read otherwise, so that nothing less than reading it tells. */
function decodeFolded(node: YamlNode, place: ScalarPlace): ResolvedValue {
  const { tag, style } = writtenScalar(node, place);
  return resolveText(tag === '' ? TAG.string : tag, style === STYLE.folded ? foldAndRead(node.value) : node.value);
}

function foldAndRead(text: string): string {
  // The parser does not break lines at what only YAML 1.1 takes for a break.
  if (/[\u2028\u2029]/.test(text)) return text;
  const document = `k: ${printScalar(text, STYLE.folded, 2)}`;
  const [node] = composeNodes(document.endsWith('\n') ? document : `${document}\n`, 'a folded text');
  return node?.content[1]?.value ?? '';
}

function resolveText(tag: string, text: string): ResolvedValue {
  if (tag === TAG.string) return text;
  if (tag === TAG.binary) return decodeBinary(text);
  const resolved = resolveTagged(tag, text);
  if (resolved !== MISMATCH) return resolved.value;
  throw new KustomizeError(`yaml: cannot decode ${resolveTag(text)} as a ${tag}`);
}

/** A block text that starts with a tab is written so that it cannot be read. */
function checkTab(node: YamlNode, state: State, place: ScalarPlace): void {
  const { style } = writtenScalar(node, place);
  if (style !== STYLE.literal && style !== STYLE.folded) return;
  const line = encodeWithLines(state.root).lines.get(node) ?? 1;
  // yaml.v3 names the line where the text starts, but for the first line.
  const where = `line ${Math.max(line, 2)}`;
  throw new KustomizeError(`yaml: ${where}: found a tab character where an indentation space is expected`);
}

function decodeBinary(text: string): string {
  const packed = text.replaceAll(/[\r\n]/g, '');
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) {
    throw new KustomizeError('yaml: !!binary value contains invalid base64 data');
  }
  return decodeUtf8(Buffer.from(packed, 'base64'));
}

/** Each byte that is no UTF-8 becomes a replacement character, as in Go's JSON; Node takes several together. */
function decodeUtf8(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const size = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const character = bytes.subarray(at, at + size);
    const isValid = isUtf8(character);
    text += isValid ? character.toString('utf8') : '\ufffd';
    at += isValid ? size : 1;
  }
  return text;
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
    if (isMergeKey(keyNode, place)) {
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

function isMergeKey(node: YamlNode, { isFlow }: Place): boolean {
  const isMergeText = node.value === '<<' && node.kind === 'scalar';
  return isMergeText && writtenTag(node, { inFlow: isFlow, isKey: true }) === TAG.merge;
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
  const scalarPlace = { inFlow: place.isFlow, isKey: !isMultiline(node.value) };
  const tag = writtenTag(node, scalarPlace);
  const value = decodeScalar(node, state, scalarPlace);
  if (tag === TAG.string || tag === TAG.merge) return String(value);
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
