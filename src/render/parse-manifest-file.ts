import { TextDecoder } from 'node:util';
import { HoldfastError } from '../lib/errors.ts';
import type { JsonValue } from '../object/kube-object.ts';
import { parseJson } from '../yaml/json.ts';
import { DEFAULT_YAML_LIMITS } from '../yaml/limits.ts';
import { parseYamlDocuments, type YamlDocument } from '../yaml/parse-documents.ts';

/** What a file holds, deep-frozen: its documents, or `undefined` for a file that says it must not be rendered. */
export type ParsedFile = readonly YamlDocument[] | undefined;

/**
 * The documents of a manifest file (`.json` is JSON, anything else YAML), deep-frozen; `undefined` when the file
 * carries Argo CD's mark `+argocd:skip-file-rendering`. UTF-16 with a byte order mark is read too.
 *
 * @throws {HoldfastError} RENDER_YAML if the file is not text, or not YAML or JSON; the message quotes no content
 * @throws {HoldfastError} RENDER_LIMIT if it is too large or too deep
 */
export function parseManifestFile(bytes: Uint8Array, file: string): ParsedFile {
  const text = decodeText(bytes, file);
  if (text.includes(SKIP_MARK)) return undefined;
  const documents = file.endsWith('.json') ? parseJsonFile(text, file) : parseYamlDocuments(text, { file });
  for (const document of documents) freezeDeep(document.value, file, 0);
  return Object.freeze(documents);
}

/**
 * Whether a file that cannot be parsed was meant to hold Kubernetes objects, so that going on without it would be
 * wrong. Argo CD's test, but also for keys in quotes.
 *
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/reposerver/repository/repository.go getObjsFromYAMLOrJSON
 */
export function looksLikeManifest(bytes: Uint8Array): boolean {
  const text = textDecoder(bytes, false).decode(bytes);
  return ['apiVersion', 'kind', 'metadata'].every((key) => new RegExp(`${key}["']?\\s*:`).test(text));
}

const SKIP_MARK = '+argocd:skip-file-rendering';

function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return textDecoder(bytes, true).decode(bytes);
  } catch (error) {
    const message = `Cannot parse ${file}: it is not UTF-8 text. Save it as UTF-8, or leave it out by directory.exclude`;
    throw new HoldfastError('RENDER_YAML', message, { retry: 'never', position: { file }, cause: error });
  }
}

function textDecoder(bytes: Uint8Array, fatal: boolean): TextDecoder {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le', { fatal });
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be', { fatal });
  return new TextDecoder('utf-8', { fatal });
}

function parseJsonFile(text: string, file: string): YamlDocument[] {
  try {
    return [{ value: parseJson(text), line: 1 }];
  } catch (error) {
    throw explainJson(error, text, file);
  }
}

/** The engine's message quotes the text around the mistake, so only its position is taken over. */
function explainJson(error: unknown, text: string, file: string): HoldfastError {
  if (!(error instanceof SyntaxError)) return HoldfastError.from(error);
  const offset = /at position (\d+)/.exec(error.message)?.[1];
  const before = offset === undefined ? undefined : text.slice(0, Number(offset)).split('\n');
  const position =
    before === undefined ? { file } : { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  const where = before === undefined ? file : `${file}:${position.line}:${position.column}`;
  const message = `Cannot parse ${where} as JSON: it must hold exactly one JSON value, without comments`;
  return new HoldfastError('RENDER_YAML', message, { retry: 'never', position });
}

function freezeDeep(value: JsonValue, file: string, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > DEFAULT_YAML_LIMITS.maxDepth) {
    const message = `Cannot parse ${file}: collections are nested more than ${DEFAULT_YAML_LIMITS.maxDepth} deep`;
    throw new HoldfastError('RENDER_LIMIT', message, { retry: 'never', position: { file } });
  }
  for (const field of Object.values(value)) freezeDeep(field, file, depth + 1);
  Object.freeze(value);
}
