import { fieldPairs } from '../node/fields.ts';
import { compareStrings, getKind } from '../node/metadata.ts';
import { STYLE, TAG, type YamlNode } from '../node/node.ts';
import { resolvePlain } from '../node/resolve.ts';

/** An object as messages of kustomize show it, in Go's syntax; of a Secret only its type and metadata. */
export function describeObject(node: YamlNode): string {
  if (getKind(node) !== 'Secret') return describe(node);
  const shown = fieldPairs(node).filter(({ key }) => ['apiVersion', 'kind', 'metadata', 'type'].includes(key.value));
  return describe({ ...node, content: shown.flatMap(({ key, value }) => [key, value]) });
}

function describe(node: YamlNode): string {
  if (node.kind === 'sequence') return `[]interface {}{${node.content.map(describe).join(', ')}}`;
  if (node.kind === 'mapping') return describeMapping(node);
  return describeScalar(node);
}

function describeMapping(node: YamlNode): string {
  const entries = fieldPairs(node).map(({ key, value }) => ({ key: describeScalar(key), value: describe(value) }));
  const type = entries.every(({ key }) => key.startsWith('"')) ? 'string' : 'interface {}';
  const sorted = entries.sort((a, b) => compareStrings(a.key, b.key));
  return `map[${type}]interface {}{${sorted.map(({ key, value }) => `${key}:${value}`).join(', ')}}`;
}

function describeScalar(node: YamlNode): string {
  const isPlain = (node.style & ~STYLE.tagged) === STYLE.plain;
  const tag = node.tag === TAG.none && isPlain ? resolvePlain(node.value).tag : node.tag;
  if (tag === TAG.null) return 'interface {}(nil)';
  return tag === TAG.int || tag === TAG.float || tag === TAG.bool ? node.value : JSON.stringify(node.value);
}
