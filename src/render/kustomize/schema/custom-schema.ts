import { HoldfastError } from '../../../lib/errors.ts';
import type { JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { decodeDocument } from '../kustomization/decode-document.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { resourceKey, type SchemaLayer, type SchemaNode } from './schema-node.ts';

/**
 * The OpenAPI 2 document that a kustomization names in `openapi.path`, JSON or YAML: its `definitions`, and from its
 * `paths` whether resources are namespaced.
 * @throws {KustomizeError} if the text is no such document
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 openapi/openapi.go, parse
 */
export function parseCustomSchema(text: string): SchemaLayer {
  const document = parseDocument(text);
  const definitions = objectAt(document, 'definitions');
  const names = namesByKind(definitions);
  const scopes = readScopes(objectAt(document, 'paths'));
  // Such documents can be large, and a build needs few of the definitions.
  const nodes = new Map<string, SchemaNode>();
  const definition = (name: string): SchemaNode | undefined => {
    if (!Object.hasOwn(definitions, name)) return undefined;
    const node = nodes.get(name) ?? toSchemaNode(asObject(definitions[name]));
    nodes.set(name, node);
    return node;
  };
  return {
    definition,
    resource: (key) => {
      const name = names.get(key);
      return name === undefined ? undefined : definition(name);
    },
    isNamespaced: (key) => scopes.get(key),
  };
}

/** The schema that a comment holds as JSON; undefined if it is none. */
export function parseSchemaComment(comment: string): SchemaNode | undefined {
  try {
    const schema = JSON.parse(comment) as JsonValue;
    return isObject(schema) && Object.keys(schema).length > 0 ? toSchemaNode(schema) : undefined;
  } catch (error) {
    // Most comments are for people.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function namesByKind(definitions: JsonObject): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [name, value] of Object.entries(definitions)) {
    const kinds = asObject(value)['x-kubernetes-group-version-kind'];
    for (const entry of Array.isArray(kinds) ? kinds : []) {
      const key = keyOfKind(entry);
      if (key !== undefined) names.set(key, name);
    }
  }
  return names;
}

function parseDocument(text: string): JsonObject {
  try {
    const value = text.startsWith('{') ? (JSON.parse(text) as JsonValue) : decodeDocument(text, 'the schema file');
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof HoldfastError)) throw error;
    throw new KustomizeError(`invalid schema file: ${error.message}`, { cause: error });
  }
  throw new KustomizeError('invalid schema file: it is no mapping with the definitions of an OpenAPI document');
}

/** Of deeper schemas nothing is known. */
const MAX_DEPTH = 500;

function toSchemaNode(schema: JsonObject): SchemaNode {
  return nodeAt(schema, 0);
}

function nodeBelow(schema: JsonObject, depth: number): SchemaNode {
  return depth === MAX_DEPTH ? {} : nodeAt(schema, depth + 1);
}

function nodeAt(schema: JsonObject, depth: number): SchemaNode {
  const { $ref: ref, type, items, properties, additionalProperties } = schema;
  return {
    ...(typeof ref === 'string' && ref !== '' && { ref: ref.slice(ref.indexOf('#') + 1) }),
    ...((type === 'array' || (Array.isArray(type) && type.length === 1 && type[0] === 'array')) && { isList: true }),
    ...(isObject(items) && { items: nodeBelow(items, depth) }),
    ...(isObject(properties) && { properties: toProperties(properties, depth) }),
    ...(isObject(additionalProperties) && { additional: nodeBelow(additionalProperties, depth) }),
    ...readStrategy(schema),
  };
}

function toProperties(properties: JsonObject, depth: number): ReadonlyMap<string, SchemaNode> {
  return new Map(Object.entries(properties).map(([name, value]) => [name, nodeBelow(asObject(value), depth)]));
}

function readStrategy(schema: JsonObject): Pick<SchemaNode, 'strategy' | 'keys'> {
  const strategy = schema['x-kubernetes-patch-strategy'];
  if (typeof strategy !== 'string') return {};
  const mapKeys = schema['x-kubernetes-list-map-keys'];
  if (Array.isArray(mapKeys)) return { strategy, keys: mapKeys.map(String) };
  const mergeKey = schema['x-kubernetes-patch-merge-key'];
  return { strategy, keys: typeof mergeKey === 'string' ? [mergeKey] : [] };
}

function readScopes(paths: JsonObject): ReadonlyMap<string, boolean> {
  const scopes = new Map<string, boolean>();
  for (const [path, value] of Object.entries(paths)) {
    const key = keyOfKind(asObject(asObject(value)['get'])['x-kubernetes-group-version-kind']);
    if (key === undefined) continue;
    if (path.includes('namespaces/{namespace}')) scopes.set(key, true);
    else if (!scopes.has(key)) scopes.set(key, false);
  }
  return scopes;
}

function keyOfKind(entry: JsonValue | undefined): string | undefined {
  const { group, version, kind } = asObject(entry);
  if (typeof version !== 'string' || typeof kind !== 'string') return undefined;
  return resourceKey(typeof group === 'string' && group !== '' ? `${group}/${version}` : version, kind);
}

function objectAt(object: JsonObject, field: string): JsonObject {
  return asObject(object[field]);
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
