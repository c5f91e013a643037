import { KustomizeError } from '../kustomize-error.ts';
import { composeNodes } from '../node/compose-nodes.ts';
import { decodeNode } from '../node/decode-node.ts';
import { encodeNode } from '../node/encode-node.ts';
import { matchPath } from '../node/match-path.ts';
import type { YamlNode } from '../node/node.ts';
import { lookup } from '../node/path.ts';
import { writeValue } from './field-value.ts';
import { printGoJson } from './go-json.ts';
import { keepComments } from './keep-comments.ts';
import type { FieldOptions } from './replacement.ts';

/**
 * Writes `value` to a field inside of the JSON or YAML that a text field of `node` holds, and the text back. False, with
 * nothing changed, where the path does not lead into such a text.
 *
 * The text comes out as compact JSON, indented JSON or YAML, whichever it was; its own layout is not kept, and
 * comments only where {@link keepComments} can tell where they belong.
 *
 * @see sigs.k8s.io/kustomize/api v0.21.2 filters/replacement/replacement.go, setValueInStructuredData
 */
export function replaceInStructuredData(
  node: YamlNode,
  parts: readonly string[],
  value: YamlNode,
  options: FieldOptions | undefined,
): boolean {
  const place = findText(node, parts);
  if (place === undefined) return false;
  const { scalar, data, rest } = place;
  const text = orUndefined(() => {
    const fields = options?.create === true ? matchPath(data, rest, value.kind) : matchPath(data, rest);
    if (fields.length === 0) return undefined;
    const before = scalar.value.includes('#') && !isJson(scalar.value) ? encodeNode(data).trim() : undefined;
    for (const field of fields) writeValue(field, value, options);
    return before === undefined
      ? print(data, scalar.value)
      : keepComments(scalar.value, before, encodeNode(data).trim());
  });
  if (text === undefined) return false;
  scalar.value = text;
  return true;
}

interface TextPlace {
  readonly scalar: YamlNode;
  /** What the text says. */
  readonly data: YamlNode;
  /** The path inside of it. */
  readonly rest: readonly string[];
}

/** The first scalar on the way, but not at the end, that is some YAML. */
function findText(node: YamlNode, parts: readonly string[]): TextPlace | undefined {
  for (let length = 1; length < parts.length; length += 1) {
    const scalar = orUndefined(() => lookup(node, parts.slice(0, length)));
    // What is not there has nothing in it.
    if (scalar === undefined) return undefined;
    if (scalar.kind !== 'scalar') continue;
    const data = orUndefined(() => composeNodes(scalar.value, 'a text field')[0]);
    if (data !== undefined) return { scalar, data, rest: parts.slice(length) };
  }
  return undefined;
}

function print(data: YamlNode, original: string): string {
  if (!isJson(original)) return encodeNode(data).trim();
  const isIndented = original.includes('\n') && original.includes('  ');
  return printGoJson(decodeNode(data), isIndented ? '  ' : '');
}

function isJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}

/** What fails here only means that the path is no path into a text. */
function orUndefined<T>(run: () => T | undefined): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof KustomizeError) return undefined;
    throw error;
  }
}
