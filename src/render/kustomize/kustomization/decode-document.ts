import type { JsonValue } from '../../../object/kube-object.ts';
import { parseYamlDocuments } from '../../../yaml/parse-documents.ts';

/**
 * The first document of a text as Go's sigs.k8s.io/yaml makes JSON of it; null where there is none. What follows is not
 * looked at. Of a key that comes several times in one mapping the last one counts.
 * @throws {HoldfastError} RENDER_YAML if it is no YAML, RENDER_LIMIT if it is too large
 */
export function decodeDocument(text: string, file: string): JsonValue {
  const document = firstDocument(text.startsWith('\ufeff') ? text.slice(1) : text);
  return parseYamlDocuments(document, { file, repeatedKeys: 'last' })[0]?.value ?? null;
}

function firstDocument(text: string): string {
  const [first, second] = text.matchAll(/^(?:---|\.\.\.)(?=\s|$)/gm);
  const opens = first !== undefined && /^(?:\s*(?:[#%].*)?(?:\n|$))*$/.test(text.slice(0, first.index));
  return text.slice(0, (opens ? second : first)?.index);
}
