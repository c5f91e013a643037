import type { GroupVersionKind, JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { parseJson } from '../../../yaml/json.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import type { Loader } from '../loader/loader.ts';
import { compareStrings } from '../node/metadata.ts';
import { type FieldSpec, mergeFieldSpecs } from './field-spec.ts';
import { parseConfigFile } from './load-transformer-config.ts';
import { StructReader } from './struct-reader.ts';
import {
  EMPTY_TRANSFORMER_CONFIG,
  mergeNameReferences,
  mergeTransformerConfig,
  type TransformerConfig,
} from './transformer-config.ts';

/**
 * What the OpenAPI definitions at `paths`, as `crds:` lists them, say of the fields of their types: which ones hold
 * annotations, label selectors, names, or names of other objects.
 * @throws {KustomizeError} if a file cannot be read, is not of that form, or its types hold one another without end
 * @see sigs.k8s.io/kustomize/api v0.21.2 internal/accumulator/loadconfigfromcrds.go
 */
export function loadCrdConfig(loader: Loader, paths: readonly string[]): TransformerConfig {
  return paths.reduce((config, path) => {
    const types = readTypes(loader.load(path).toString(), path);
    return [...types.keys()]
      .sort(compareStrings)
      .filter((name) => isKubernetesType(types.get(name)))
      .reduce((merged, name) => mergeTransformerConfig(merged, configOfType(types, name)), config);
  }, EMPTY_TRANSFORMER_CONFIG);
}

/** The properties of types by the name of the type. */
type Types = ReadonlyMap<string, JsonObject>;

function readTypes(text: string, path: string): Types {
  try {
    const value = text.startsWith('{') ? parseJsonFile(text) : parseConfigFile(text, path);
    const names = new StructReader(value, 'accumulator.nameToApiMap');
    return new Map(Object.keys(objectOf(value)).map((name) => [name, propertiesOf(names, name)]));
  } catch (error) {
    throw wrapError(error, `unable to parse open API definition from '${path}'`);
  }
}

function parseJsonFile(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    // The engine's message quotes the text.
    throw new KustomizeError('it is not valid JSON', { cause: error instanceof SyntaxError ? undefined : error });
  }
}

function propertiesOf(types: StructReader, name: string): JsonObject {
  return types.struct(name, 'accumulator.OpenAPIDefinition', (definition) => {
    const schema = definition.value('Schema');
    return objectOf(objectOf(schema)['properties']);
  });
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function isKubernetesType(properties: JsonObject | undefined): boolean {
  return ['kind', 'apiVersion', 'metadata'].every(
    (name) => properties !== undefined && Object.hasOwn(properties, name),
  );
}

function configOfType(types: Types, name: string): TransformerConfig {
  const kind = name.slice(name.lastIndexOf('.') + 1);
  const walk = { types, gvk: { group: '', version: '', kind } };
  return addType(walk, name, [], EMPTY_TRANSFORMER_CONFIG);
}

interface Walk {
  readonly types: Types;
  readonly gvk: GroupVersionKind;
}

/** Deeper than any type is; real kustomize overflows its stack on types that hold themselves. */
const MAX_DEPTH = 100;

function addType(walk: Walk, name: string, path: readonly string[], config: TransformerConfig): TransformerConfig {
  const properties = walk.types.get(name);
  if (properties === undefined) return config;
  if (path.length > MAX_DEPTH) throw new KustomizeError(`the open API definition of ${name} refers to itself`);
  let result = config;
  for (const [property, schema] of Object.entries(properties)) {
    const at = [...path, property];
    result = addProperty(walk, objectOf(schema), at, result);
    const ref = objectOf(schema)['$ref'];
    if (typeof ref === 'string' && ref !== '') result = addType(walk, ref, at, result);
  }
  return result;
}

function addProperty(
  walk: Walk,
  schema: JsonObject,
  path: readonly string[],
  config: TransformerConfig,
): TransformerConfig {
  const has = (extension: string): boolean => extensionOf(schema, extension) !== undefined;
  const own = [fieldSpecAt(walk, path)];
  const { commonAnnotations, commonLabels, namePrefix, nameReference } = config;
  return {
    ...config,
    commonAnnotations: has('annotation') ? mergeFieldSpecs(commonAnnotations, own) : commonAnnotations,
    commonLabels: has('label-selector') ? mergeFieldSpecs(commonLabels, own) : commonLabels,
    namePrefix: has('identity') ? mergeFieldSpecs(namePrefix, own) : namePrefix,
    nameReference: mergeNameReferences(nameReference, referencesAt(walk, schema, path)),
  };
}

function referencesAt(walk: Walk, schema: JsonObject, path: readonly string[]): TransformerConfig['nameReference'] {
  const version = extensionOf(schema, 'object-ref-api-version');
  const kind = extensionOf(schema, 'object-ref-kind');
  if (version === undefined || kind === undefined) return [];
  const nameKey = extensionOf(schema, 'object-ref-name-key') ?? 'name';
  return [{ group: '', version, kind, fieldSpecs: [fieldSpecAt(walk, [...path, nameKey])] }];
}

function fieldSpecAt({ gvk }: Walk, path: readonly string[]): FieldSpec {
  return { ...gvk, path: path.join('/'), create: false };
}

/** The text of an extension `x-kubernetes-…`, whose name may be in any case. */
function extensionOf(schema: JsonObject, name: string): string | undefined {
  const wanted = `x-kubernetes-${name}`;
  const key = Object.hasOwn(schema, wanted)
    ? wanted
    : Object.keys(schema).find((other) => other.toLowerCase() === wanted);
  const value = key === undefined ? undefined : schema[key];
  return typeof value === 'string' ? value : undefined;
}
