import type { JsonObject } from '../../../object/kube-object.ts';
import { printYaml } from '../../../yaml/print.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import { decodeText } from '../loader/decode-text.ts';
import { mergeStrategic } from '../merge/merge-strategic.ts';
import { composeNodes } from '../node/compose-nodes.ts';
import { decodeNode } from '../node/decode-node.ts';
import type { YamlNode } from '../node/node.ts';
import { nodeFromJson } from '../node/node-from-json.ts';
import type { Schema } from '../schema/schema.ts';

/** Which of a chart's values file and `valuesInline` wins; `replace` leaves the file aside. */
export type ValuesMerge = 'merge' | 'override' | 'replace';

/**
 * The text of the values file that a chart is rendered with: `valuesInline` over the file, or under it with `merge`. A
 * null takes away what it stands over, and lists are replaced.
 * @param file gives the content of the values file
 * @throws {KustomizeError} if the file cannot be read, or is no YAML mapping
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.2/api/internal/builtins/HelmChartInflationGenerator.go
 */
export function chartValues(
  file: () => Buffer,
  inline: JsonObject,
  { merge, schema }: { readonly merge: ValuesMerge; readonly schema: Schema },
): string {
  if (Object.keys(inline).length === 0) return decodeText(file());
  if (merge === 'replace') return printYaml(inline);
  const stated = parseValues(decodeText(file()));
  const own = nodeFromJson(inline);
  const [patch, target] = merge === 'override' ? [own, stated] : [stated, own];
  return printYaml(mergeValues(patch, target, schema));
}

function parseValues(text: string): YamlNode {
  try {
    const [node] = composeNodes(text, 'values file');
    if (node === undefined) throw new KustomizeError('EOF');
    return node;
  } catch (error) {
    throw wrapError(error, 'could not parse values file into rnode');
  }
}

function mergeValues(patch: YamlNode, target: YamlNode, schema: Schema): JsonObject {
  const values = decodeNode(merged(patch, target, schema));
  if (typeof values === 'object' && values !== null && !Array.isArray(values)) return values;
  throw new KustomizeError('could not parse merged values into map: it is no mapping');
}

function merged(patch: YamlNode, target: YamlNode, schema: Schema): YamlNode {
  try {
    return mergeStrategic(patch, target, schema) ?? nodeFromJson({});
  } catch (error) {
    throw wrapError(error, 'could not merge values');
  }
}
