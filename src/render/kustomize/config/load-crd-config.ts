import type { GroupVersionKind, JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { parseJson } from '../../../yaml/json.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import type { Loader } from '../loader/loader.ts';
import { compareStrings } from '../node/metadata.ts';
import { type FieldSpec, mergeFieldSpecs } from './field-spec.ts';
import { parseLooseFile } from './load-transformer-config.ts';
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
type Types = ReadonlyMap<string, Properties>;

/** The schemas of properties by the name of the property. */
type Properties = ReadonlyMap<string, Readonly<JsonObject>>;

function readTypes(text: string, path: string): Types {
  try {
    const value = text.startsWith('{') ? parseJsonFile(text) : parseLooseFile(text, path);
    const types = Object.entries(new StructReader(value, 'accumulator.nameToApiMap').fields);
    return new Map(types.map(([name, type]) => [name, propertiesOf(type)]));
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

function propertiesOf(type: JsonValue): Properties {
  const definition = new StructReader(type, 'accumulator.OpenAPIDefinition');
  const schema = new StructReader(definition.value('Schema'), SCHEMA_TYPE).fields;
  const properties = new StructReader(schema['properties'], `map[string]${SCHEMA_TYPE}`).fields;
  return new Map(
    Object.entries(properties).map(([name, property]) => [name, new StructReader(property, SCHEMA_TYPE).fields]),
  );
}

const SCHEMA_TYPE = 'spec.Schema';

function isKubernetesType(properties: Properties | undefined): boolean {
  return ['kind', 'apiVersion', 'metadata'].every((name) => properties?.has(name));
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
  if (path.length > MAX_DEPTH) throw new KustomizeError(`the open API definition of ${name} refers to itself`);
  let result = config;
  for (const [property, schema] of walk.types.get(name) ?? []) {
    const at = [...path, property];
    result = addProperty(walk, schema, at, result);
    const ref = schema['$ref'];
    if (typeof ref === 'string' && ref !== '') result = addType(walk, ref, at, result);
  }
  return result;
}

function addProperty(
  walk: Walk,
  schema: Readonly<JsonObject>,
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

function referencesAt(
  walk: Walk,
  schema: Readonly<JsonObject>,
  path: readonly string[],
): TransformerConfig['nameReference'] {
  const version = extensionOf(schema, 'object-ref-api-version');
  const kind = extensionOf(schema, 'object-ref-kind');
  if (version === undefined || kind === undefined) return [];
  const nameKey = extensionOf(schema, 'object-ref-name-key') ?? 'name';
  return [{ group: '', version, kind, fieldSpecs: [fieldSpecAt(walk, [...path, nameKey])] }];
}

function fieldSpecAt({ gvk }: Walk, path: readonly string[]): FieldSpec {
  return { ...gvk, path: path.join('/'), create: false };
}

function extensionOf(schema: Readonly<JsonObject>, name: string): string | undefined {
  const key = `x-kubernetes-${name}`;
  const value = Object.hasOwn(schema, key) ? schema[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}
