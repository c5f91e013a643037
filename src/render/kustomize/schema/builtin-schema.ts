import { BUILTIN_SCHEMA_JSON } from './builtin-schema-data.ts';
import { resourceKey, type SchemaLayer, type SchemaNode } from './schema-node.ts';
import { type PackedSchema, type PackedSchemas, unpackSchema } from './unpack-schema.ts';

/** What kyaml has built in. */
export interface BuiltinSchemas {
  readonly kubernetes: SchemaLayer;
  readonly kustomization: SchemaLayer;
}

/** The built-in schemas; read when first asked for, never changed. */
export function builtinSchemas(): BuiltinSchemas {
  loaded ??= load();
  return loaded;
}

let loaded: BuiltinSchemas | undefined;

function load(): BuiltinSchemas {
  const { kubernetes, kustomization } = JSON.parse(BUILTIN_SCHEMA_JSON) as Record<keyof BuiltinSchemas, PackedSchemas>;
  return { kubernetes: new PackedLayer(kubernetes), kustomization: new PackedLayer(kustomization) };
}

/** Definitions are unpacked one by one as they are asked for: a build needs few of the many. */
class PackedLayer implements SchemaLayer {
  readonly #names: readonly string[];
  readonly #packed: ReadonlyMap<string, PackedSchema>;
  readonly #unpacked = new Map<string, SchemaNode>();
  readonly #resources = new Map<string, string>();
  readonly #scopes = new Map<string, boolean>();

  constructor({ names, schemas, resources }: PackedSchemas) {
    this.#names = names;
    this.#packed = new Map(names.map((name, index) => [name, schemas[index] ?? 0]));
    for (const [apiVersion, kind, definition, scope] of resources) {
      const key = resourceKey(apiVersion, kind);
      const name = names[definition];
      if (name !== undefined) this.#resources.set(key, name);
      if (scope >= 0) this.#scopes.set(key, scope === 1);
    }
  }

  definition(name: string): SchemaNode | undefined {
    const known = this.#unpacked.get(name);
    if (known !== undefined) return known;
    const packed = this.#packed.get(name);
    if (packed === undefined) return undefined;
    const node = unpackSchema(packed, this.#names);
    this.#unpacked.set(name, node);
    return node;
  }

  resource(key: string): SchemaNode | undefined {
    const name = this.#resources.get(key);
    return name === undefined ? undefined : this.definition(name);
  }

  isNamespaced(key: string): boolean | undefined {
    return this.#scopes.get(key);
  }
}
