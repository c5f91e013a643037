import { compileGoRegexp } from '../../../lib/go-regexp.ts';
import { quoteString } from '../../gotemplate/go-string.ts';
import { GoInt, type GoMap, type GoValue } from '../../gotemplate/value.ts';
import { HelmError } from '../helm-error.ts';
import { escapePointer } from './draft.ts';
import { FORMATS } from './formats.ts';
import {
  locationOf,
  lookUp,
  resourceAt,
  type SchemaDocument,
  type SchemaDocuments,
  type SchemaPlace,
  type SchemaResource,
} from './schema-documents.ts';
import { type CompiledSchema, type DependencyRule, JSON_TYPES, type JsonType, type Pattern } from './schema-types.ts';

/** How to compile. */
export interface CompileOptions {
  /** Whether formats are checked by every draft; otherwise only before 2019. */
  readonly assertsFormats: boolean;
  /** Checks a schema at a place that nothing has checked against its metaschema yet. */
  readonly check: (document: SchemaDocument, pointer: string) => void;
}

/**
 * The schema at a place with all that it refers to.
 * @throws {HelmError} for references to nothing and patterns that are none
 * @see github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 compiler.go and objcompiler.go
 */
export function compileSchema(documents: SchemaDocuments, place: SchemaPlace, options: CompileOptions): CompiledSchema {
  const compiler = new Compiler(documents, options);
  const schema = compiler.enqueue(place);
  compiler.run();
  return schema;
}

class Compiler {
  private readonly documents: SchemaDocuments;
  private readonly options: CompileOptions;
  private readonly schemas = new Map<string, CompiledSchema>();
  private readonly queue: { readonly schema: CompiledSchema; readonly place: SchemaPlace }[] = [];

  constructor(documents: SchemaDocuments, options: CompileOptions) {
    this.documents = documents;
    this.options = options;
  }

  enqueue(place: SchemaPlace): CompiledSchema {
    const key = `${place.url}#${place.pointer}`;
    const known = this.schemas.get(key);
    if (known !== undefined) return known;
    const schema = newSchema(locationOf(place));
    this.schemas.set(key, schema);
    this.queue.push({ schema, place });
    return schema;
  }

  run(): void {
    for (let next = 0; next < this.queue.length; next++) {
      const item = this.queue[next];
      if (item !== undefined) this.compile(item.schema, item.place);
    }
  }

  private compile(schema: CompiledSchema, place: SchemaPlace): void {
    const document = this.documents.at(place.url);
    if (!document.visited.has(place.pointer)) {
      this.documents.visit(document, place.pointer);
      this.options.check(document, place.pointer);
    }
    const value = lookUp(document, place.pointer);
    const resource = resourceAt(document, place.pointer);
    schema.draft = resource.draft;
    schema.resource = this.enqueue({ url: place.url, pointer: resource.pointer });
    if (schema.draft >= 2020 && schema.resource === schema) this.addDynamicAnchors(schema, place.url, resource);
    if (typeof value === 'boolean') schema.bool = value;
    if (!(value instanceof Map)) return;
    if (value.size === 0) schema.bool = true;
    else this.compileKeywords(new SchemaReader(this, { value, place, document, resource }), schema);
  }

  private addDynamicAnchors(schema: CompiledSchema, url: string, resource: SchemaResource): void {
    for (const name of resource.dynamicAnchors) {
      const pointer = resource.anchors.get(name);
      if (pointer !== undefined) schema.dynamicAnchors.set(name, this.enqueue({ url, pointer }));
    }
  }

  private compileKeywords(reader: SchemaReader, schema: CompiledSchema): void {
    set(schema, 'ref', reader.reference('$ref'));
    if (schema.draft < 2019 && schema.ref !== undefined) return;
    readApplicators(reader, schema);
    readObjectKeywords(reader, schema);
    readArrayKeywords(reader, schema);
    readValueKeywords(reader, schema);
    const format = reader.text('format');
    if (format !== undefined && (this.options.assertsFormats || schema.draft < 2019)) {
      set(schema, 'format', FORMATS.get(format));
    }
    if (schema.draft >= 2019) {
      set(schema, 'recursiveRef', reader.reference('$recursiveRef'));
      schema.recursiveAnchor = reader.flag('$recursiveAnchor');
    }
    if (schema.draft >= 2020) {
      set(schema, 'dynamicRef', reader.dynamicReference());
      set(schema, 'dynamicAnchor', reader.text('$dynamicAnchor'));
    }
  }

  /** For {@link SchemaReader}: the schema that a reference names. */
  resolve(reference: string, document: SchemaDocument, resource: SchemaResource): CompiledSchema {
    return this.enqueue(this.documents.resolve(reference, document, resource));
  }
}

function readApplicators(reader: SchemaReader, schema: CompiledSchema): void {
  set(schema, 'allOf', reader.schemas('allOf'));
  set(schema, 'anyOf', reader.schemas('anyOf'));
  set(schema, 'oneOf', reader.schemas('oneOf'));
  set(schema, 'not', reader.schema('not'));
  if (schema.draft >= 7 && reader.has('if')) {
    set(schema, 'if', reader.schema('if'));
    if (reader.get('if') !== false) set(schema, 'then', reader.schema('then'));
    if (reader.get('if') !== true) set(schema, 'else', reader.schema('else'));
  }
}

function readObjectKeywords(reader: SchemaReader, schema: CompiledSchema): void {
  set(schema, 'properties', reader.schemaMap('properties'));
  const patterns = reader.schemaMap('patternProperties');
  if (patterns !== undefined) {
    schema.patternProperties = [...patterns].map(([source, inner]) => ({
      pattern: reader.pattern('patternProperties', source),
      schema: inner,
    }));
  }
  set(schema, 'additionalProperties', reader.schemaOrFlag('additionalProperties'));
  set(schema, 'dependencies', reader.dependencies());
  set(schema, 'maxProperties', reader.integer('maxProperties'));
  set(schema, 'minProperties', reader.integer('minProperties'));
  set(schema, 'required', reader.texts('required'));
  if (schema.draft >= 6) set(schema, 'propertyNames', reader.schema('propertyNames'));
  if (schema.draft < 2019) return;
  set(schema, 'dependentRequired', reader.textLists('dependentRequired'));
  set(schema, 'dependentSchemas', reader.schemaMap('dependentSchemas'));
  set(schema, 'unevaluatedProperties', reader.schema('unevaluatedProperties'));
}

function readArrayKeywords(reader: SchemaReader, schema: CompiledSchema): void {
  if (schema.draft < 2020) {
    set(schema, 'items', reader.schemas('items') ?? reader.schema('items'));
    if (Array.isArray(reader.get('items'))) set(schema, 'additionalItems', reader.schemaOrFlag('additionalItems'));
  } else {
    set(schema, 'prefixItems', reader.schemas('prefixItems'));
    set(schema, 'restItems', reader.schema('items'));
  }
  set(schema, 'minItems', reader.integer('minItems'));
  set(schema, 'maxItems', reader.integer('maxItems'));
  schema.uniqueItems = reader.flag('uniqueItems');
  if (schema.draft >= 6) set(schema, 'contains', reader.schema('contains'));
  if (schema.draft < 2019) return;
  if (schema.contains !== undefined) {
    set(schema, 'minContains', reader.integer('minContains'));
    set(schema, 'maxContains', reader.integer('maxContains'));
  }
  set(schema, 'unevaluatedItems', reader.schema('unevaluatedItems'));
}

function readValueKeywords(reader: SchemaReader, schema: CompiledSchema): void {
  set(schema, 'types', reader.types());
  set(schema, 'enum', reader.list('enum'));
  if (schema.draft >= 6 && reader.has('const')) schema.const = { value: reader.get('const') };
  set(schema, 'multipleOf', reader.number('multipleOf'));
  // Draft 4 has flags that make the other bound exclusive; the library takes them in every draft.
  const isMaximumExclusive = reader.flag('exclusiveMaximum');
  set(schema, 'maximum', isMaximumExclusive ? undefined : reader.number('maximum'));
  set(schema, 'exclusiveMaximum', reader.number(isMaximumExclusive ? 'maximum' : 'exclusiveMaximum'));
  const isMinimumExclusive = reader.flag('exclusiveMinimum');
  set(schema, 'minimum', isMinimumExclusive ? undefined : reader.number('minimum'));
  set(schema, 'exclusiveMinimum', reader.number(isMinimumExclusive ? 'minimum' : 'exclusiveMinimum'));
  set(schema, 'minLength', reader.integer('minLength'));
  set(schema, 'maxLength', reader.integer('maxLength'));
  const pattern = reader.text('pattern');
  if (pattern !== undefined) schema.pattern = reader.pattern('pattern', pattern);
}

/** A schema's object and where it is. */
interface SchemaSource {
  readonly value: GoMap;
  readonly place: SchemaPlace;
  readonly document: SchemaDocument;
  readonly resource: SchemaResource;
}

/** Reads keywords; those of another type than theirs count as absent. */
class SchemaReader {
  private readonly compiler: Compiler;
  private readonly source: SchemaSource;

  constructor(compiler: Compiler, source: SchemaSource) {
    this.compiler = compiler;
    this.source = source;
  }

  has(keyword: string): boolean {
    return this.source.value.has(keyword);
  }

  get(keyword: string): GoValue {
    return this.source.value.get(keyword);
  }

  text(keyword: string): string | undefined {
    const value = this.get(keyword);
    return typeof value === 'string' ? value : undefined;
  }

  flag(keyword: string): boolean {
    return this.get(keyword) === true;
  }

  number(keyword: string): number | undefined {
    const value = this.get(keyword);
    if (value instanceof GoInt) return Number(value.value);
    return typeof value === 'number' ? value : undefined;
  }

  integer(keyword: string): number | undefined {
    const value = this.number(keyword);
    return Number.isInteger(value) ? value : undefined;
  }

  list(keyword: string): readonly GoValue[] | undefined {
    const value = this.get(keyword);
    return Array.isArray(value) ? value : undefined;
  }

  texts(keyword: string): readonly string[] | undefined {
    return this.list(keyword)?.filter((item) => typeof item === 'string');
  }

  textLists(keyword: string): ReadonlyMap<string, readonly string[]> | undefined {
    const value = this.get(keyword);
    if (!(value instanceof Map)) return undefined;
    const lists = new Map<string, readonly string[]>();
    for (const [key, item] of value) {
      if (Array.isArray(item))
        lists.set(
          key,
          item.filter((one) => typeof one === 'string'),
        );
    }
    return lists;
  }

  types(): ReadonlySet<JsonType> | undefined {
    const value = this.get('type');
    const names = new Set<GoValue>(Array.isArray(value) ? value : [value]);
    const known = JSON_TYPES.filter((type) => names.has(type));
    return known.length === 0 ? undefined : new Set(known);
  }

  schema(keyword: string): CompiledSchema | undefined {
    return this.has(keyword) ? this.below([keyword]) : undefined;
  }

  schemas(keyword: string): readonly CompiledSchema[] | undefined {
    return this.list(keyword)?.map((_, index) => this.below([keyword, String(index)]));
  }

  schemaMap(keyword: string): ReadonlyMap<string, CompiledSchema> | undefined {
    const value = this.get(keyword);
    if (!(value instanceof Map)) return undefined;
    return new Map([...value.keys()].map((key) => [key, this.below([keyword, key])]));
  }

  schemaOrFlag(keyword: string): boolean | CompiledSchema | undefined {
    const value = this.get(keyword);
    return typeof value === 'boolean' ? value : this.schema(keyword);
  }

  dependencies(): ReadonlyMap<string, DependencyRule> | undefined {
    const value = this.get('dependencies');
    if (!(value instanceof Map)) return undefined;
    return new Map(
      [...value].map(([key, item]): [string, DependencyRule] => [
        key,
        Array.isArray(item) ? item.filter((one) => typeof one === 'string') : this.below(['dependencies', key]),
      ]),
    );
  }

  pattern(keyword: string, source: string): Pattern {
    try {
      return { source, expression: compileGoRegexp(source) };
    } catch (error) {
      const { url, pointer } = this.source.place;
      const where = quoteString(locationOf({ url, pointer: `${pointer}/${keyword}` }));
      const reason = error instanceof Error ? error.message : String(error);
      throw new HelmError(`invalid regex ${quoteString(source)} at ${where}: ${reason}`);
    }
  }

  reference(keyword: string): CompiledSchema | undefined {
    const reference = this.text(keyword);
    if (reference === undefined) return undefined;
    return this.compiler.resolve(reference, this.source.document, this.source.resource);
  }

  dynamicReference(): CompiledSchema['dynamicRef'] {
    const schema = this.reference('$dynamicRef');
    if (schema === undefined) return undefined;
    const fragment = this.text('$dynamicRef')?.split('#')[1] ?? '';
    return { schema, anchor: fragment.startsWith('/') ? '' : fragment };
  }

  private below(keys: readonly string[]): CompiledSchema {
    const { url, pointer } = this.source.place;
    return this.compiler.enqueue({ url, pointer: [pointer, ...keys.map(escapePointer)].join('/') });
  }
}

function newSchema(location: string): CompiledSchema {
  const schema = { location, draft: 2020, dynamicAnchors: new Map() } as Omit<CompiledSchema, 'resource'>;
  // Until it is compiled, a schema is its own resource.
  return Object.assign(schema, { resource: schema as CompiledSchema });
}

function set<K extends keyof CompiledSchema>(
  schema: CompiledSchema,
  key: K,
  value: CompiledSchema[K] | undefined,
): void {
  if (value !== undefined) schema[key] = value;
}
