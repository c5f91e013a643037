import { HoldfastError } from '../../../lib/errors.ts';
import type { JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { parseYamlDocuments } from '../../../yaml/parse-documents.ts';
import { resolvePlain, resolveTagged, UNRESOLVED } from '../../../yaml/scalar.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { composeNodes } from '../node/compose-nodes.ts';
import { STYLE, TAG, type YamlNode } from '../node/node.ts';
import { longTag } from '../node/resolve.ts';

/**
 * The first document of a text as Go's sigs.k8s.io/yaml makes JSON of it; null where there is none. What follows is not
 * looked at. Of a key that comes several times in one mapping the last one counts.
 * @throws {HoldfastError} RENDER_YAML if it is no YAML, RENDER_LIMIT if it is too large
 */
export function decodeDocument(text: string, file: string): JsonValue {
  const document = firstDocument(text.startsWith('\ufeff') ? text.slice(1) : text);
  try {
    return parseYamlDocuments(document, { file })[0]?.value ?? null;
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'RENDER_YAML') throw error;
    // The parser refuses repeated keys, which are the one thing that is YAML to Go and not to it.
    const value = decodeWithRepeatedKeys(document, file);
    if (value === undefined) throw error;
    return value;
  }
}

function firstDocument(text: string): string {
  const [first, second] = text.matchAll(/^(?:---|\.\.\.)(?=\s|$)/gm);
  const opens = first !== undefined && /^(?:\s*(?:[#%].*)?(?:\n|$))*$/.test(text.slice(0, first.index));
  return text.slice(0, (opens ? second : first)?.index);
}

function decodeWithRepeatedKeys(text: string, file: string): JsonValue | undefined {
  try {
    const [root] = composeNodes(text, file);
    return root === undefined ? undefined : toJson(root, { left: MAX_NODES, aliases: new Set() });
  } catch (error) {
    if (error instanceof HoldfastError || error instanceof KustomizeError) return undefined;
    throw error;
  }
}

/** More than any kustomization needs, aliases expanded. */
const MAX_NODES = 100_000;

/** What may still be made of a document, and the aliases that are being followed. */
interface Budget {
  left: number;
  readonly aliases: Set<YamlNode>;
}

function toJson(node: YamlNode, budget: Budget): JsonValue {
  budget.left -= 1;
  if (budget.left < 0) throw new KustomizeError('the aliases of the document expand to too much');
  if (node.kind === 'mapping') return mappingToJson(node, budget);
  if (node.kind === 'sequence') return node.content.map((item) => toJson(item, budget));
  return node.kind === 'alias' ? aliasToJson(node.alias, budget) : scalarToJson(node);
}

function aliasToJson(target: YamlNode | undefined, budget: Budget): JsonValue {
  if (target === undefined || budget.aliases.has(target)) throw new KustomizeError('an anchor contains itself');
  budget.aliases.add(target);
  const json = toJson(target, budget);
  budget.aliases.delete(target);
  return json;
}

/** Merged keys first, whatever their place, so that those of the mapping itself go over them. */
function mappingToJson({ content }: YamlNode, budget: Budget): JsonObject {
  const merged = new Map<string, JsonValue>();
  const own = new Map<string, JsonValue>();
  for (let index = 0; index + 1 < content.length; index += 2) {
    const key = content[index];
    const value = content[index + 1];
    if (key === undefined || value === undefined) continue;
    const json = toJson(value, budget);
    if (key.tag === TAG.merge) for (const [name, inner] of mergedEntries(json)) merged.set(name, inner);
    else own.set(String(scalarToJson(key)), json);
  }
  return Object.fromEntries([...merged, ...own]);
}

/** Of several merged mappings the first one counts. */
function mergedEntries(json: JsonValue): [name: string, value: JsonValue][] {
  if (Array.isArray(json)) return json.toReversed().flatMap(mergedEntries);
  return typeof json === 'object' && json !== null ? Object.entries(json) : [];
}

function scalarToJson({ style, tag, value }: YamlNode): string | number | bigint | boolean | null {
  const isPlain = (style & ~STYLE.tagged) === STYLE.plain;
  if ((style & STYLE.tagged) === 0) return isPlain ? resolvePlain(value) : value;
  const resolved = resolveTagged(longTag(tag), value);
  return resolved === UNRESOLVED ? value : resolved;
}
