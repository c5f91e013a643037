import type { JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { compareStrings } from '../node/metadata.ts';

/** A Go type that JSON is decoded into. */
export type GoType =
  | { readonly kind: 'any' }
  | GoScalar
  | { readonly kind: 'list'; readonly of: GoType; readonly name: string }
  | { readonly kind: 'map'; readonly of: GoType; readonly name: string }
  | GoStruct;

/** A string, bool or integer type. */
export interface GoScalar {
  readonly kind: 'scalar';
  readonly of: 'string' | 'boolean' | 'integer';
  readonly name: string;
  /** A pointer, which tells an empty value from none. */
  readonly isPointer?: boolean;
}

/** A Go struct; the fields of embedded ones are among its own. */
export interface GoStruct {
  readonly kind: 'struct';
  readonly name: string;
  /** By their JSON names. */
  readonly fields: ReadonlyMap<string, GoType>;
  /** The same in lower case, for names that are written in another case. */
  readonly folded: ReadonlyMap<string, string>;
  /** What errors put before the names of fields of embedded structs, such as `ResId.Gvk.`. */
  readonly embedding: ReadonlyMap<string, string>;
}

/** `interface{}`. */
export const ANY: GoType = { kind: 'any' };
/** `string`. */
export const STRING: GoType = { kind: 'scalar', of: 'string', name: 'string' };
/** `bool`. */
export const BOOLEAN: GoType = { kind: 'scalar', of: 'boolean', name: 'bool' };

/** A pointer to a string. */
export const STRING_POINTER: GoType = { kind: 'scalar', of: 'string', name: 'string', isPointer: true };

/** An integer type such as `int64`. */
export function integerType(name: string): GoType {
  return { kind: 'scalar', of: 'integer', name };
}

/** A slice of `of`. */
export function listOf(of: GoType): GoType {
  return { kind: 'list', of, name: `[]${nameOf(of)}` };
}

/** A map from strings to `of`. */
export function mapOf(of: GoType): GoType {
  return { kind: 'map', of, name: `map[string]${nameOf(of)}` };
}

/** Fields by their JSON names. */
export type GoFields = Readonly<Record<string, GoType>>;

/**
 * A struct of the package `types`.
 * @param embedded fields of embedded structs, by the path of these with a dot after each
 */
export function structType(
  name: string,
  fields: GoFields,
  embedded: Readonly<Record<string, GoFields>> = {},
): GoStruct {
  const groups = [...Object.entries(embedded), ['', fields] as const];
  const all = groups.flatMap(([prefix, group]) =>
    Object.entries(group).map(([field, type]) => ({ prefix, field, type })),
  );
  return {
    kind: 'struct',
    name: `types.${name}`,
    fields: new Map(all.map(({ field, type }) => [field, type])),
    folded: new Map(all.map(({ field }) => [fold(field), field])),
    embedding: new Map(all.map(({ field, prefix }) => [field, prefix])),
  };
}

function nameOf(type: GoType): string {
  return type.kind === 'any' ? 'interface {}' : type.name;
}

/**
 * `value` as Go's encoding/json decodes it into `type`, refusing unknown fields, in the shape in which Go would write
 * it again: field names as declared, fields that are null, empty text, false or 0 left out. Lists and maps are there
 * when they were given, also empty.
 * @throws {KustomizeError} at the first unknown field or wrong type, in the order of sorted keys
 */
export function decodeStrictly(value: JsonValue, type: GoStruct): JsonObject {
  return decodeOuter(value, type, true);
}

/** As {@link decodeStrictly}, with unknown fields left out. @throws {KustomizeError} at the first wrong type */
export function decodeLeniently(value: JsonValue, type: GoStruct): JsonObject {
  return decodeOuter(value, type, false);
}

function decodeOuter(value: JsonValue, type: GoStruct, isStrict: boolean): JsonObject {
  if (value === null) return {};
  if (isObject(value)) return decodeStruct(value, type, { struct: '', path: '', isStrict });
  throw new KustomizeError(`json: cannot unmarshal ${jsonKind(value)} into Go value of type ${type.name}`);
}

/** Where a value stands: the struct that holds it, and the fields from the outermost struct on. */
interface Place {
  readonly struct: string;
  readonly path: string;
  readonly isStrict: boolean;
}

function decodeStruct(value: JsonObject, type: GoStruct, place: Place): JsonObject {
  const result: JsonObject = {};
  for (const key of Object.keys(value).sort(compareStrings)) {
    const name = type.fields.has(key) ? key : type.folded.get(fold(key));
    const field = name === undefined ? undefined : type.fields.get(name);
    if (name !== undefined && field !== undefined) {
      const decoded = decode(value[key] ?? null, field, placeOf(name, type, place));
      if (!isZero(decoded, field)) result[name] = field.kind === 'map' ? merge(result[name], decoded) : decoded;
    } else if (place.isStrict) throw new KustomizeError(`json: unknown field ${JSON.stringify(key)}`);
  }
  return result;
}

/** Letters that differ in case alone are equal, `ſ` and the Kelvin sign included. */
function fold(name: string): string {
  return name.toUpperCase().toLowerCase();
}

/** A map that comes in several spellings is filled by each of them. */
function merge(present: JsonValue | undefined, more: JsonValue): JsonValue {
  const isBoth = present !== undefined && isObject(present) && isObject(more);
  return isBoth ? Object.fromEntries([...Object.entries(present), ...Object.entries(more)]) : more;
}

function placeOf(name: string, type: GoStruct, { path, isStrict }: Place): Place {
  const outer = path === '' ? '' : `${path}.`;
  const embedding = type.embedding.get(name) ?? '';
  return { struct: type.name.replace('types.', ''), path: outer + embedding + name, isStrict };
}

function decode(value: JsonValue, type: GoType, place: Place): JsonValue {
  return value === null ? value : decodePresent(value, type, place);
}

function decodePresent(value: NonNullable<JsonValue>, type: GoType, place: Place): JsonValue {
  switch (type.kind) {
    case 'any':
      return value;
    case 'scalar':
      if (isScalar(value, type.of)) return value;
      break;
    case 'list':
      if (Array.isArray(value)) return decodeList(value, type.of, place);
      break;
    case 'map':
      if (isObject(value)) return decodeMap(value, type.of, place);
      break;
    case 'struct':
      if (isObject(value)) return decodeStruct(value, type, place);
      break;
  }
  throw mismatch(value, type, place);
}

function decodeList(value: readonly JsonValue[], of: GoType, place: Place): JsonValue[] {
  return value.map((item) => (item === null ? zeroOf(of) : decode(item, of, place)));
}

function decodeMap(value: JsonObject, of: GoType, place: Place): JsonObject {
  const keys = Object.keys(value).sort(compareStrings);
  const entries = keys.map((key) => {
    const item = value[key] ?? null;
    return [key, item === null ? zeroOf(of) : decode(item, of, place)] as const;
  });
  return Object.fromEntries(entries);
}

/** What Go leaves in a list or map where JSON says null. */
function zeroOf(type: GoType): JsonValue {
  if (type.kind === 'struct') return {};
  if (type.kind !== 'scalar') return null;
  if (type.of === 'string') return '';
  return type.of === 'integer' ? 0 : false;
}

function isZero(value: JsonValue, type: GoType): boolean {
  if (type.kind === 'scalar' && type.isPointer === true) return value === null;
  return value === null || value === '' || value === false || value === 0;
}

function isScalar(value: JsonValue, of: 'string' | 'boolean' | 'integer'): boolean {
  if (of !== 'integer') return typeof value === of;
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value;
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 63;
}

function mismatch(value: JsonValue, type: GoType, place: Place): KustomizeError {
  const where = `struct field ${place.struct}.${place.path}`;
  return new KustomizeError(`json: cannot unmarshal ${jsonKind(value)} into Go ${where} of type ${nameOf(type)}`);
}

function jsonKind(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' && !Number.isInteger(value)) return `number ${value}`;
  return typeof value === 'bigint' ? 'number' : typeof value;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
