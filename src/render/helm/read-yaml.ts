import { YAMLException } from 'js-yaml';
import { freezeJson } from '../../object/freeze-json.ts';
import type { JsonObject, JsonValue } from '../../object/kube-object.ts';
import { ComposeError, type ComposeOptions, composeDocuments } from '../../yaml/compose.ts';
import { DEFAULT_YAML_LIMITS } from '../../yaml/limits.ts';
import { parseRelaxed } from '../../yaml/parse-relaxed.ts';
import type { FileCache } from '../file-cache.ts';
import { fromJson } from '../gotemplate/json-value.ts';
import type { GoMap } from '../gotemplate/value.ts';
import { explainYamlError } from '../kustomize/node/explain-yaml-error.ts';
import { explainYamlKey } from './explain-yaml-key.ts';
import { HelmError } from './helm-error.ts';

/**
 * What {@link readYaml} makes of a file that is read into a struct, with every integer as `bigint`; it must not be
 * changed.
 * @param cache remembers it; absent: nothing is remembered
 * @throws {HelmError} as {@link readYaml}
 */
export function readYamlFile(bytes: Uint8Array, cache: FileCache | undefined): JsonValue {
  const text = (): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const read = (): JsonValue => readYaml(text(), { integers: 'bigint' });
  return cache === undefined ? read() : cache.get('chart yaml', bytes, () => freezeJson(read()));
}

/**
 * The first document of a YAML text as JSON, with the semantics of sigs.k8s.io/yaml; null for an empty text.
 * @param options `integers`: as {@link ComposeOptions} says
 * @throws {HelmError} in libyaml's words: `error converting YAML to JSON: yaml: line 3: …`. Values are never quoted.
 */
export function readYaml(text: string, options: Pick<ComposeOptions, 'integers'> = {}): JsonValue {
  if (text.length > DEFAULT_YAML_LIMITS.maxLength) {
    throw new HelmError(
      `the YAML has ${text.length} characters, more than the ${DEFAULT_YAML_LIMITS.maxLength} allowed`,
    );
  }
  let source = text;
  try {
    const parsed = parseRelaxed(text, DEFAULT_YAML_LIMITS.maxDepth);
    source = parsed.source;
    const [document] = composeDocuments(parsed.source, parsed.events, DEFAULT_YAML_LIMITS, {
      repeatedKeys: 'last',
      ...options,
    });
    return document?.value ?? null;
  } catch (error) {
    throw new HelmError(`error converting YAML to JSON: ${explain(error, source)}`);
  }
}

function explain(error: unknown, source: string): string {
  if (!(error instanceof ComposeError)) {
    const { message } = explainYamlError(error, source);
    return error instanceof YAMLException ? reword(message, source, error.mark?.line ?? 0) : message;
  }
  const alias = /^the alias \*(.*) has no anchor/s.exec(error.message)?.[1];
  if (alias !== undefined) return `yaml: unknown anchor '${alias}' referenced`;
  if (error.message.startsWith('a key must be')) {
    const key = explainYamlKey(source, error.offset, readYaml);
    if (key !== undefined) return `yaml: invalid map key: ${key}`;
  }
  const line = source.slice(0, Math.max(error.offset, 0)).split('\n').length;
  return `yaml: line ${line}: ${error.message}`;
}

/** Where libyaml has other words than the parser's reason tells. @param index of the line, from 0 */
function reword(message: string, source: string, index: number): string {
  if (message.endsWith('did not find expected key') && isAfterItem(source, index)) {
    return message.replace(/expected key$/, "expected '-' indicator");
  }
  const line = source.split('\n', index + 1)[index] ?? '';
  return rewordTemplate(message, line, index) ?? message;
}

/** What libyaml says of an action of a template that nothing has rendered; undefined if it is none. */
function rewordTemplate(message: string, line: string, index: number): string | undefined {
  const isTrimmed = line.includes('{{-') && /did not find expected ',' or '[\]}]'$/.test(message);
  const lacksColon = isTrimmed || message.endsWith("could not find expected ':'");
  // It misses the colon of a key only at the end of the next line.
  if (lacksColon && index > 0 && line.startsWith('{{')) return `yaml: line ${index + 2}: could not find expected ':'`;
  if (!isTrimmed) return undefined;
  return `yaml: ${index > 0 ? `line ${index}: ` : ''}did not find expected node content`;
}

/** Whether a line (from 0) is indented as the items of a list before it are. */
function isAfterItem(source: string, line: number): boolean {
  const lines = source.split('\n', line + 1);
  const indent = indentOf(lines.pop() ?? '');
  const before = lines.findLast((one) => one.trim() !== '' && indentOf(one) <= indent) ?? '';
  return indentOf(before) === indent && before.trimStart().startsWith('- ');
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** A JSON object as Go decodes it into a map: every number a float64. */
export function toValues(json: JsonObject): GoMap {
  const values: GoMap = new Map();
  for (const [key, value] of Object.entries(json)) values.set(key, fromJson(value));
  return values;
}

/** Whether a JSON value is an object. */
export function isObject(json: JsonValue): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** The kind of a JSON value as encoding/json names it in its errors. */
export function jsonKind(json: JsonValue): string {
  if (json === null) return 'null';
  if (Array.isArray(json)) return 'array';
  if (typeof json === 'bigint') return 'number';
  return typeof json === 'boolean' ? 'bool' : typeof json;
}
