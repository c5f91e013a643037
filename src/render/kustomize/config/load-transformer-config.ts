import { HoldfastError } from '../../../lib/errors.ts';
import type { JsonValue } from '../../../object/kube-object.ts';
import { parseYamlDocuments } from '../../../yaml/parse-documents.ts';
import { decodeDocument } from '../kustomization/decode-document.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import type { Loader } from '../loader/loader.ts';
import {
  defaultTransformerConfig,
  EMPTY_TRANSFORMER_CONFIG,
  mergeTransformerConfig,
  parseTransformerConfig,
  type TransformerConfig,
} from './transformer-config.ts';

/**
 * The default configuration with that of the files at `paths`, as `configurations:` lists them.
 * @throws {KustomizeError} if a file cannot be read, is no configuration, or they contradict one another
 * @see sigs.k8s.io/kustomize/api v0.21.2 internal/plugins/builtinconfig/loaddefaultconfig.go
 */
export function loadTransformerConfig(loader: Loader, paths: readonly string[]): TransformerConfig {
  let loaded = EMPTY_TRANSFORMER_CONFIG;
  for (const path of paths) {
    const value = parseConfigFile(loader.load(path).toString(), path);
    loaded = mergeTransformerConfig(
      loaded,
      atPath(path, () => parseTransformerConfig(value)),
    );
  }
  return mergeTransformerConfig(defaultTransformerConfig(), loaded);
}

/**
 * The value of the first document of a YAML text, null if there is none, as Go's UnmarshalStrict reads it.
 * @throws {KustomizeError} if it is no YAML, or a key comes twice in one mapping
 */
export function parseConfigFile(text: string, path: string): JsonValue {
  return explainYaml(() => parseYamlDocuments(text, { file: path })[0]?.value ?? null);
}

/**
 * As {@link parseConfigFile}, but the last one of equal keys counts, as with Go's Unmarshal.
 * @throws {KustomizeError} if it is no YAML
 */
export function parseLooseFile(text: string, path: string): JsonValue {
  return explainYaml(() => decodeDocument(text, path));
}

function explainYaml(parse: () => JsonValue): JsonValue {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'RENDER_YAML') throw error;
    throw new KustomizeError(`error converting YAML to JSON: ${error.message}`, { cause: error });
  }
}

/** Real kustomize does not say which of the files is wrong; naming it does no harm. */
function atPath<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw wrapError(error, path);
  }
}
