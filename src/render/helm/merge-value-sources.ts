import { parseJson } from '../../yaml/json.ts';
import type { FileCache } from '../file-cache.ts';
import type { GoMap } from '../gotemplate/value.ts';
import { HelmError, wrapHelmError } from './helm-error.ts';
import { isObject, toValues } from './read-yaml.ts';
import { parseSet, type SetOptions } from './strvals.ts';
import { copyValues, loadValues, loadValuesFile, mergeMaps } from './values.ts';

/** The user's values, as `helm template` takes them. Lists in the order of the flags; absent means none. */
export interface ValueSources {
  /** `-f`: names for errors, and texts. */
  readonly files?: readonly { readonly name: string; readonly text: string }[];
  /** `--set-json` */
  readonly json?: readonly string[];
  /** `--set` */
  readonly set?: readonly string[];
  /** `--set-string` */
  readonly strings?: readonly string[];
  /** `--set-file` */
  readonly setFiles?: readonly string[];
  /** `--set-literal` */
  readonly literals?: readonly string[];
  /** Content of a file that `--set-file` names; throws where there is none. */
  readonly readFile?: (path: string) => string;
}

const NONE = { files: [], json: [], set: [], strings: [], setFiles: [], literals: [] } satisfies ValueSources;

/**
 * The values of all sources, later kinds over earlier ones: files, `--set-json`, `--set`, `--set-string`,
 * `--set-file`, `--set-literal`.
 * @param cache remembers what files were parsed into; absent: nothing is remembered
 * @throws {HelmError} `failed to parse FILE: …`, `failed parsing --set data: …`
 * @see helm.sh/helm/v4 pkg/cli/values/options.go MergeValues
 */
export function mergeValueSources(sources: ValueSources, cache?: FileCache): GoMap {
  const { files, json, set, strings, setFiles, literals, readFile } = { ...NONE, ...sources };
  let values: GoMap = new Map();
  for (const { name, text } of files) values = mergeMaps(values, loadFile(name, text, cache));
  for (const text of json) values = setJson(values, text);
  const flags: readonly (readonly [flag: string, texts: readonly string[], options: SetOptions])[] = [
    ['--set', set, { kind: 'set' }],
    ['--set-string', strings, { kind: 'string' }],
    ['--set-file', setFiles, { kind: 'file', ...(readFile && { readFile }) }],
    ['--set-literal', literals, { kind: 'literal' }],
  ];
  for (const [flag, texts, options] of flags) {
    for (const text of texts) apply(text, values, { flag, options });
  }
  return values;
}

/** A copy, as flags may change any part of it. */
function loadFile(name: string, text: string, cache: FileCache | undefined): GoMap {
  try {
    return cache === undefined ? loadValues(text) : copyValues(loadValuesFile(Buffer.from(text), cache));
  } catch (error) {
    throw wrapHelmError(error, `failed to parse ${name}`);
  }
}

function setJson(values: GoMap, text: string): GoMap {
  try {
    if (text.trim().startsWith('{')) {
      const json = parseJson(text);
      if (isObject(json)) return mergeMaps(values, toValues(json));
    }
    parseSet(text, values, { kind: 'json' });
    return values;
  } catch {
    // Helm quotes the text; it may be a secret, so only the key is told.
    const key = text.split('=', 1)[0] ?? '';
    throw new HelmError(`failed parsing --set-json data${text.trim().startsWith('{') ? ' JSON' : ` for ${key}`}`);
  }
}

function apply(text: string, values: GoMap, { flag, options }: { flag: string; options: SetOptions }): void {
  try {
    parseSet(text, values, options);
  } catch (error) {
    throw wrapHelmError(error, `failed parsing ${flag} data`);
  }
}
