import { KustomizeError, wrapError } from '../kustomize-error.ts';
import { composeNodes } from './compose-nodes.ts';
import { deAnchor } from './de-anchor.ts';
import { fieldValue } from './fields.ts';
import { getKind } from './metadata.ts';
import { isMissingOrNull, type YamlNode } from './node.ts';

/**
 * The objects of a YAML or JSON text: its documents without the empty ones, aliases replaced by what they name. If the
 * text is one document of kind List or ResourceList, its items instead. kyaml's kio.FromBytes.
 *
 * Of what stands between two `---` lines only the first document counts.
 *
 * @param file names the file where a limit is passed; other messages leave that to the caller, as Go does
 * @throws {MalformedYamlError} `MalformedYAMLError: yaml: line 3: …`
 * @throws {KustomizeError} for text behind `---`, and `<<` with anything but mappings
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 kio/byteio_reader.go
 */
export function readResourceNodes(text: string, file: string): YamlNode[] {
  const parts = splitDocuments(text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text);
  const nodes: YamlNode[] = [];
  for (const [index, part] of parts.entries()) {
    // The separator took the line break that may end a block text.
    const node = readFirst(index < parts.length - 1 ? `${part}\n` : part, file);
    if (isMissingOrNull(node)) continue;
    if (parts.length === 1 && isList(node)) nodes.push(...(fieldValue(node, 'items')?.content ?? []));
    else nodes.push(node);
  }
  return nodes.map(deAnchor);
}

const SEPARATOR = /\n---.*\n/g;

function splitDocuments(text: string): string[] {
  if (text === '') return [];
  const parts: string[] = [];
  let start = 0;
  for (const match of text.matchAll(SEPARATOR)) {
    const rest = match[0].slice(4).trim();
    if (rest !== '' && !rest.startsWith('#')) {
      throw new KustomizeError(`invalid document separator: ${match[0].trim()}`);
    }
    parts.push(text.slice(start, match.index));
    start = match.index + match[0].length;
  }
  parts.push(text.slice(start));
  return parts;
}

function readFirst(text: string, file: string): YamlNode | undefined {
  try {
    return composeNodes(text, file)[0];
  } catch (error) {
    throw wrapError(error, 'MalformedYAMLError');
  }
}

function isList(node: YamlNode): boolean {
  const kind = getKind(node);
  const isListKind = kind === 'List' || kind === 'ResourceList';
  return isListKind && (fieldValue(node, 'items') ?? fieldValue(node, 'functionConfig')) !== undefined;
}
