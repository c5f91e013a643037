import type { SchemaNode } from './schema-node.ts';

/**
 * A schema as the generated data has it: `0` says nothing about what is below, a number `n` refers to definition `n - 1`, an
 * array is a list of `[items, patch strategy, ...merge keys]`, and a mapping has properties and a schema of the others.
 */
export type PackedSchema =
  | number
  | [PackedSchema | null, ...string[]]
  | { p?: Record<string, PackedSchema>; a?: PackedSchema };

/** The generated data: definitions with their names, and `[apiVersion, kind, definition, is namespaced]` of resources. */
export interface PackedSchemas {
  readonly names: readonly string[];
  readonly schemas: readonly PackedSchema[];
  readonly resources: readonly (readonly [apiVersion: string, kind: string, definition: number, scope: number])[];
}

/** What a packed schema stands for; references are by the names in `names`. */
export function unpackSchema(packed: PackedSchema, names: readonly string[]): SchemaNode {
  if (typeof packed === 'number') return packed === 0 ? LEAF : { ref: `/definitions/${names[packed - 1] ?? ''}` };
  if (Array.isArray(packed)) return unpackList(packed, names);
  const node: { properties?: Map<string, SchemaNode>; additional?: SchemaNode } = {};
  if (packed.p !== undefined) {
    node.properties = new Map(Object.entries(packed.p).map(([name, value]) => [name, unpackSchema(value, names)]));
  }
  if (packed.a !== undefined) node.additional = unpackSchema(packed.a, names);
  return node;
}

const LEAF: SchemaNode = {};

function unpackList(
  [items, strategy, ...keys]: [PackedSchema | null, ...string[]],
  names: readonly string[],
): SchemaNode {
  const node: SchemaNode = { isList: true };
  const list = items === null ? node : { ...node, items: unpackSchema(items, names) };
  return strategy === undefined ? list : { ...list, strategy, keys };
}
