import { KustomizeError } from '../kustomize-error.ts';
import { builtinSchemas } from './builtin-schema.ts';
import { parseCustomSchema, parseSchemaComment } from './custom-schema.ts';
import { resourceKey, type SchemaLayer, type SchemaNode } from './schema-node.ts';

/** The one version of Kubernetes whose schema is built in. */
export const BUILTIN_SCHEMA_VERSION = 'v1.21.2';

/** What the `openapi` field of a kustomization asks for. */
export interface OpenApiField {
  readonly version?: string | undefined;
  readonly path?: string | undefined;
}

/**
 * What a build knows of the fields of objects: the schema built into kustomize, or a custom one. A build begins with
 * {@link Schema.builtin}; each kustomization on the way may ask for another with {@link Schema.choose}.
 *
 * As in kustomize, a custom schema takes the place of the built-in one unless that was in use before, when both hold.
 *
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 openapi/openapi.go
 */
export class Schema {
  readonly #custom: string | undefined;
  readonly #isChosen: boolean;
  /** Documents in use; of two that define the same the later one counts. */
  #layers: readonly SchemaLayer[];
  #isReady = false;
  /** Whether somebody has asked for the scope of an unknown kind before the built-in schema was read. */
  #isBuiltinDue = false;

  private constructor(custom: string | undefined, isChosen: boolean, layers: readonly SchemaLayer[]) {
    this.#custom = custom;
    this.#isChosen = isChosen;
    this.#layers = layers;
  }

  /** The schema that a build begins with; one for each build. */
  static builtin(): Schema {
    return new Schema(undefined, false, []);
  }

  /**
   * The schema in force after a kustomization with this `openapi` field was entered: of all that ask for one, the first
   * counts. A build's outermost kustomization is the first one.
   * @param custom content of the file at `openapi.path`
   * @throws {KustomizeError} if the version is not built in, or both a version and a path are given
   */
  choose(field: OpenApiField, custom?: string): Schema {
    const { version } = field;
    if (this.#isChosen) return this;
    if (custom !== undefined) {
      if (version !== undefined) {
        throw new KustomizeError('builtin version and custom schema provided, cannot use both');
      }
      return this.withCustom(custom);
    }
    if (version === undefined || version === '') return this;
    if (version !== BUILTIN_SCHEMA_VERSION) throw new KustomizeError('the specified OpenAPI version is not built in');
    return this.#with(undefined);
  }

  /** The schema with the OpenAPI document `text` in force; the text is read when first needed. */
  withCustom(text: string): Schema {
    return this.#with(text);
  }

  /** The schema of a kind of resource; undefined for unknown ones. */
  schemaOf(apiVersion: string, kind: string): SchemaNode | undefined {
    const key = resourceKey(apiVersion, kind);
    return this.#find((layer) => layer.resource(key));
  }

  /** The schema of a field; undefined where it is not known. */
  field(node: SchemaNode, name: string): SchemaNode | undefined {
    const found = node.properties?.get(name) ?? node.additional;
    return found === undefined ? undefined : this.#resolve(found);
  }

  /** The schema of a list's items; undefined where it is not known. */
  items(node: SchemaNode): SchemaNode | undefined {
    return node.isList === true && node.items !== undefined ? this.#resolve(node.items) : undefined;
  }

  /** The schema that a comment behind a key holds as JSON; undefined for other comments. kyaml's FieldMeta. */
  fromComment(comment: string): SchemaNode | undefined {
    const node = parseSchemaComment(comment);
    // A reference to nothing is a schema that says nothing.
    return node === undefined ? undefined : (this.#resolve(node) ?? {});
  }

  /** Whether resources of a kind are in a namespace; undefined for unknown kinds. */
  isNamespaced(apiVersion: string, kind: string): boolean | undefined {
    const key = resourceKey(apiVersion, kind);
    const known = builtinSchemas().kubernetes.isNamespaced(key);
    if (known !== undefined) return known;
    if (!this.#isReady && this.#custom === undefined) {
      this.#isBuiltinDue = true;
      return undefined;
    }
    return this.#find((layer) => layer.isNamespaced(key));
  }

  #with(custom: string | undefined): Schema {
    const schema = new Schema(custom, true, this.#layers);
    schema.#isBuiltinDue = this.#isBuiltinDue;
    return schema;
  }

  #find<T>(read: (layer: SchemaLayer) => T | undefined): T | undefined {
    if (!this.#isReady) this.#prepare();
    for (let index = this.#layers.length - 1; index >= 0; index--) {
      const layer = this.#layers[index];
      const found = layer === undefined ? undefined : read(layer);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #prepare(): void {
    const { kubernetes, kustomization } = builtinSchemas();
    const layers = [...this.#layers];
    if (this.#custom !== undefined) layers.push(parseCustomSchema(this.#custom));
    if (this.#custom === undefined || this.#isBuiltinDue) layers.push(kubernetes);
    this.#layers = [...layers, kustomization];
    this.#isBuiltinDue = false;
    this.#isReady = true;
  }

  #resolve(node: SchemaNode): SchemaNode | undefined {
    let at: SchemaNode | undefined = node;
    for (let depth = 0; at?.ref !== undefined; depth++) {
      if (depth === MAX_REFERENCES) return undefined;
      at = this.#follow(at.ref);
    }
    return at;
  }

  #follow(pointer: string): SchemaNode | undefined {
    const [, root, name = '', ...rest] = pointer.split('/').map(unescapePointer);
    if (root !== 'definitions') return undefined;
    let at = this.#find((layer) => layer.definition(name));
    for (let index = 0; at !== undefined && index < rest.length; index++) {
      if (rest[index] === 'items') at = at.items;
      else if (rest[index] === 'additionalProperties') at = at.additional;
      else if (rest[index] === 'properties') at = at.properties?.get(rest[++index] ?? '');
      else at = undefined;
    }
    return at;
  }
}

/** Longer chains of references are circles, in which kustomize would go on for ever. */
const MAX_REFERENCES = 100;

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
