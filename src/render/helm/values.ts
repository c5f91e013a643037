import type { JsonValue } from '../../object/kube-object.ts';
import type { FileCache } from '../file-cache.ts';
import type { GoMap, GoValue } from '../gotemplate/value.ts';
import { HelmError, wrapHelmError } from './helm-error.ts';
import { isObject, jsonKind, readYaml, toValues } from './read-yaml.ts';

/**
 * The values of a YAML text: of several documents the later ones win. Every number is a float64, as in Helm.
 * @throws {HelmError} `cannot unmarshal yaml document: …` if a document is no YAML or no mapping
 * @see helm.sh/helm/v4 pkg/chart/v2/loader/load.go LoadValues
 */
export function loadValues(text: string): GoMap {
  let values: GoMap = new Map();
  for (const document of splitDocuments(text.replaceAll('\r\n', '\n'))) {
    const next = mappingOf(document);
    values = values.size === 0 ? next : mergeMaps(values, next);
  }
  return values;
}

/**
 * The values of a file, which must not be changed.
 * @param cache remembers them; absent: nothing is remembered
 * @throws {HelmError} as {@link loadValues}
 */
export function loadValuesFile(bytes: Uint8Array, cache: FileCache | undefined): GoMap {
  const load = (): GoMap => loadValues(textOf(bytes));
  return cache === undefined ? load() : cache.get('chart values', bytes, load);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/** Pieces between lines that begin with `---`, as apimachinery's YAMLReader cuts them. */
function splitDocuments(text: string): string[] {
  if (!/^---/m.test(text)) return text === '' ? [] : [text];
  const documents: string[] = [];
  let current = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('---')) {
      const rest = line.slice(3).trim();
      if (rest !== '' && !rest.startsWith('#')) {
        throw new HelmError(`error reading yaml document: invalid Yaml document separator: ${rest}`);
      }
      if (current !== '') {
        documents.push(current);
        current = '';
        continue;
      }
    }
    current += `${line}\n`;
  }
  return current === '' ? documents : [...documents, current];
}

function mappingOf(document: string): GoMap {
  const json = wrap(document);
  if (json === null) return new Map();
  if (isObject(json)) return toValues(json);
  const mismatch = `cannot unmarshal ${jsonKind(json)} into Go value of type map[string]interface {}`;
  throw new HelmError(
    `cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: ${mismatch}`,
  );
}

function wrap(document: string): JsonValue {
  try {
    return readYaml(document);
  } catch (error) {
    throw wrapHelmError(error, 'cannot unmarshal yaml document');
  }
}

/** `a` with the values of `b` over it, maps merged all the way down. Neither is changed; unmerged parts are shared. */
export function mergeMaps(a: GoMap, b: GoMap): GoMap {
  const merged = new Map(a);
  for (const [key, value] of b) {
    const before = merged.get(key);
    merged.set(key, isTable(value) && isTable(before) ? mergeMaps(before, value) : value);
  }
  return merged;
}

/** Whether a value is a map of values, not a list or scalar. */
export function isTable(value: GoValue): value is GoMap {
  return value instanceof Map;
}

/** A deep copy of maps and lists. */
export function copyValues(values: GoMap): GoMap {
  const copy: GoMap = new Map();
  for (const [key, value] of values) copy.set(key, copyValue(value));
  return copy;
}

function copyValue(value: GoValue): GoValue {
  if (isTable(value)) return copyValues(value);
  return Array.isArray(value) ? value.map(copyValue) : value;
}

/** The table at a path with dots between keys; `undefined` where there is none. */
export function tableAt(values: GoMap, path: string): GoMap | undefined {
  let table = values;
  for (const key of path.split('.')) {
    const next = table.get(key);
    if (!isTable(next)) return undefined;
    table = next;
  }
  return table;
}

/** The value at a path with dots between keys; `undefined` where there is none or a table. */
export function pathValue(values: GoMap, path: string): GoValue {
  const end = path.lastIndexOf('.');
  const table = end < 0 ? values : tableAt(values, path.slice(0, end));
  const value = table?.get(path.slice(end + 1));
  return isTable(value) ? undefined : value;
}
