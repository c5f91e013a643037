import type { JsonValue } from '../../object/kube-object.ts';
import { formatGoFloat } from '../../yaml/go-float.ts';
import { compareStrings, quoteString } from '../gotemplate/go-string.ts';
import { fromJson } from '../gotemplate/json-value.ts';
import type { GoValue } from '../gotemplate/value.ts';
import { HelmError } from './helm-error.ts';
import { jsonKind } from './read-yaml.ts';

/** The Go type of a field. A struct stands for a pointer to one, `structs` for a list of such pointers. */
export type FieldType =
  | 'string'
  | 'bool'
  | 'strings'
  | 'string map'
  | 'any list'
  | 'time'
  | { readonly structs: StructType }
  | { readonly struct: StructType };

/** A Go struct: its name, and its fields by their JSON names. */
export interface StructType {
  readonly name: string;
  readonly goType: string;
  readonly fields: ReadonlyMap<string, FieldType>;
}

/** What a struct was read as: only the fields that the text has. A null in a list of structs stays null. */
export type DecodedStruct = ReadonlyMap<string, DecodedField>;

/** What a field was read as, by its {@link FieldType}. */
export type DecodedField =
  | string
  | boolean
  | readonly string[]
  | ReadonlyMap<string, string>
  | readonly GoValue[]
  | readonly (DecodedStruct | null)[]
  | DecodedStruct;

/**
 * Reads JSON into a struct as sigs.k8s.io/yaml and encoding/json do: field names in any letter case, unknown fields
 * skipped, null as absent, numbers and booleans taken as texts where a text is wanted, floats as Go prints a float32.
 * @param numbers what a whole `number` was in the text: an `integer`, or a `float` where all integers are `bigint`
 * @throws {HelmError} for the first field (by name) of another type:
 *   `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go struct field …`
 */
export function decodeStruct(json: JsonValue, type: StructType, numbers: Place['numbers'] = 'integer'): DecodedStruct {
  return decode(json, type, { type, path: [], numbers });
}

/** @param from where the value stands: in the struct around it, for errors */
function decode(json: JsonValue, type: StructType, from: Place): DecodedStruct {
  const fields = new Map<string, DecodedField>();
  if (json === null) return fields;
  if (typeof json !== 'object' || Array.isArray(json)) throw mismatch(json, type.goType, from);
  for (const key of Object.keys(json).toSorted(compareStrings)) {
    const name = fieldName(key, type);
    const fieldType = name === undefined ? undefined : type.fields.get(name);
    const value = json[key] ?? null;
    if (name === undefined || fieldType === undefined || value === null) continue;
    fields.set(name, decodeField(value, fieldType, { ...from, type, path: [...from.path, name] }));
  }
  return fields;
}

/** Where a value is to go: the struct and the names of the fields down to it. */
interface Place {
  readonly type: StructType;
  readonly path: readonly string[];
  readonly numbers: 'integer' | 'float';
}

function fieldName(key: string, type: StructType): string | undefined {
  if (type.fields.has(key)) return key;
  const folded = key.toLowerCase();
  return [...type.fields.keys()].find((name) => name.toLowerCase() === folded);
}

function decodeField(json: JsonValue, type: FieldType, place: Place): DecodedField {
  if (typeof type !== 'string') {
    if ('struct' in type) return decode(json, type.struct, place);
    return listOf(json, `[]*${type.structs.goType}`, place).map((item) =>
      item === null ? null : decode(item, type.structs, place),
    );
  }
  switch (type) {
    case 'string':
      return text(json, place);
    case 'bool':
      if (typeof json !== 'boolean') throw mismatch(json, 'bool', place);
      return json;
    case 'strings':
      return listOf(json, '[]string', place).map((item) => (item === null ? '' : text(item, place)));
    case 'string map':
      return stringMap(json, place);
    case 'any list':
      return listOf(json, '[]interface {}', place).map(fromJson);
    case 'time':
      break;
  }
  return time(json);
}

/** Nothing that is rendered looks at a time; only what is none is refused. */
function time(json: JsonValue): string {
  if (typeof json !== 'string') throw decodingError('Time.UnmarshalJSON: input is not a JSON string');
  if (RFC_3339.test(json)) return json;
  const quoted = quoteString(json);
  throw decodingError(`parsing time ${quoted} as "2006-01-02T15:04:05Z07:00": cannot parse ${quoted} as "2006"`);
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)$/;

function text(json: JsonValue, place: Place): string {
  if (typeof json === 'string') return json;
  if (typeof json === 'boolean' || typeof json === 'bigint') return String(json);
  if (typeof json === 'number') {
    return place.numbers === 'integer' && Number.isSafeInteger(json) ? String(json) : formatGoFloat(json, 32);
  }
  throw mismatch(json, 'string', place);
}

function listOf(json: JsonValue, goType: string, place: Place): JsonValue[] {
  if (!Array.isArray(json)) throw mismatch(json, goType, place);
  return json;
}

function stringMap(json: JsonValue, place: Place): ReadonlyMap<string, string> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw mismatch(json, 'map[string]string', place);
  }
  return new Map(Object.entries(json).map(([key, value]) => [key, value === null ? '' : text(value, place)]));
}

function mismatch(json: JsonValue, goType: string, { type, path }: Place): HelmError {
  const what = `json: cannot unmarshal ${jsonKind(json)} into Go`;
  const where = path.length === 0 ? `value of type ${goType}` : `struct field ${type.name}.${path.join('.')} of type`;
  const message = path.length === 0 ? where : `${where} ${goType}`;
  return decodingError(`${what} ${message}`);
}

function decodingError(reason: string): HelmError {
  return new HelmError(`error unmarshaling JSON: while decoding JSON: ${reason}`);
}
