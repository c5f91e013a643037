import type { JsonObject, JsonValue } from '../../../src/object/kube-object.ts';
import { isObject } from './json.ts';

/** How a list is merged: by key fields, as a set of values, or not at all. */
export type ListType = { readonly type: 'map'; readonly keys: readonly string[] } | { readonly type: 'set' | 'atomic' };

/** What the API server says about one place of a kind. Of places that it says nothing about everything is unknown. */
export interface SchemaNode {
  field(name: string): SchemaNode;
  readonly items: SchemaNode;
  readonly list: ListType;
  /** A map or struct that is owned as a whole. */
  readonly atomic: boolean;
  /** A map with names of the user's choice. */
  readonly open: boolean;
  readonly enumeration: readonly JsonValue[];
  /** By which field a strategic merge patch pairs the entries of a list; `''` for lists of plain values. */
  readonly mergeKey: string | undefined;
}

/** The schemas of one group and version. */
export type Schemas = Readonly<Record<string, JsonObject>>;

/** The schema of a kind, from the answer to `GET /openapi/v3/...`. */
export function schemaOf(schemas: Schemas, kind: string, group: string): SchemaNode {
  const found = Object.values(schemas).find((schema) => {
    const names = schema['x-kubernetes-group-version-kind'];
    return Array.isArray(names) && names.some((n) => isObject(n) && n['kind'] === kind && n['group'] === group);
  });
  if (found === undefined) throw new Error(`the API server describes no ${kind} of "${group}"`);
  return nodeOf(schemas, found);
}

function nodeOf(schemas: Schemas, raw: JsonValue | undefined): SchemaNode {
  const schema = resolve(schemas, isObject(raw) ? raw : {});
  const { properties, additionalProperties, items } = schema;
  return {
    field: (name) =>
      nodeOf(
        schemas,
        isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : additionalProperties,
      ),
    get items() {
      return nodeOf(schemas, items);
    },
    list: listType(schema),
    atomic: schema['x-kubernetes-map-type'] === 'atomic',
    open: isObject(additionalProperties),
    enumeration: Array.isArray(schema['enum']) ? schema['enum'] : [],
    mergeKey: mergeKeyOf(schema),
  };
}

/** What is said at the place itself goes before what is said of its type. */
function resolve(schemas: Schemas, schema: JsonObject): JsonObject {
  const { allOf, $ref, ...own } = schema;
  const parts = Array.isArray(allOf) ? allOf.filter(isObject) : [];
  const merged = Object.assign({}, ...parts.map((part) => resolve(schemas, part)), own) as JsonObject;
  if (typeof $ref !== 'string') return merged;
  return { ...resolve(schemas, schemas[$ref.replace('#/components/schemas/', '')] ?? {}), ...merged };
}

function listType(schema: JsonObject): ListType {
  const type = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'];
  if (type === 'map' && Array.isArray(keys)) return { type, keys: keys.map(String) };
  if (type === 'set' || type === 'atomic') return { type };
  const mergeKey = mergeKeyOf(schema);
  if (mergeKey === undefined) return { type: 'atomic' };
  return mergeKey === '' ? { type: 'set' } : { type: 'map', keys: [mergeKey] };
}

function mergeKeyOf(schema: JsonObject): string | undefined {
  const strategy = schema['x-kubernetes-patch-strategy'];
  if (typeof strategy !== 'string' || !strategy.split(',').includes('merge')) return undefined;
  const key = schema['x-kubernetes-patch-merge-key'];
  return typeof key === 'string' ? key : '';
}
