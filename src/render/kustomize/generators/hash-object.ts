import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { decodeNode } from '../node/decode-node.ts';
import { getField } from '../node/fields.ts';
import { compareStrings, getKind } from '../node/metadata.ts';
import { isMissingOrNull, type YamlNode } from '../node/node.ts';

/**
 * The ten characters that tell one content of an object from another, as they end the names of generated objects.
 *
 * Of ConfigMaps and Secrets kind, type and data count. Go's text of the name is always empty, so no name counts.
 *
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.2/api/hasher/hasher.go
 */
export function hashObject(node: YamlNode): string {
  return shorten(createHash('sha256').update(encode(node)).digest('hex'));
}

/** Letters for digits that could make up words. */
function shorten(hex: string): string {
  return hex.slice(0, 10).replaceAll(/[013ae]/g, (digit) => REPLACEMENTS[digit] ?? digit);
}

const REPLACEMENTS: Readonly<Record<string, string>> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' };

function encode(node: YamlNode): string {
  const kind = getKind(node);
  if (kind === 'ConfigMap') return encodeObject(node, { kind, data: valueAt(node, 'data') }, 'binaryData');
  if (kind !== 'Secret') return printNode(node);
  return encodeObject(node, { kind, type: valueAt(node, 'type'), data: valueAt(node, 'data') }, 'stringData');
}

function encodeObject(node: YamlNode, fields: JsonObject, extra: string): string {
  const value = valueAt(node, extra);
  return goJson({ ...fields, name: '', ...(typeof value === 'string' ? {} : { [extra]: value }) });
}

/** The mapping that a field holds, or the text of a scalar; empty text without one. */
function valueAt(node: YamlNode, field: string): JsonValue {
  const value = getField(node, field);
  if (isMissingOrNull(value)) return '';
  if (value.kind === 'scalar') return value.value;
  return value.kind === 'mapping' ? decodeNode(value) : null;
}

/** What Go's encoding/json makes of a yaml.Node, comments and positions apart, which the engine's nodes do not have. */
function printNode({ kind, style, tag, value, anchor, content }: YamlNode): string {
  const items = content.length === 0 ? 'null' : `[${content.map(printNode).join(',')}]`;
  const texts = `"Tag":${goJson(tag)},"Value":${goJson(value)},"Anchor":${goJson(anchor)},"Alias":null`;
  return `{"Kind":${NODE_KINDS[kind]},"Style":${style},${texts},"Content":${items},${NO_POSITION}}`;
}

const NO_POSITION = '"HeadComment":"","LineComment":"","FootComment":"","Line":0,"Column":0';

const NODE_KINDS = { none: 0, sequence: 2, mapping: 4, scalar: 8, alias: 16 } as const;

/** JSON as Go's encoding/json writes decoded JSON: numbers as floats, keys sorted. */
function goJson(value: JsonValue): string {
  if (typeof value === 'string') return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, escapeCharacter);
  if (typeof value === 'bigint') return String(Number(value));
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const keys = Object.keys(value).sort(compareStrings);
  return `{${keys.map((key) => `${goJson(key)}:${goJson(value[key] ?? null)}`).join(',')}}`;
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
