import type { JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { formatGoFloat } from '../../../yaml/go-float.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { compareStrings } from '../node/metadata.ts';

/** How a {@link StructReader} reads. */
export interface StructReaderOptions {
  /** Refuses fields that nobody asked for by the time {@link StructReader.finish} is called. */
  readonly strict?: boolean;
}

/**
 * Reads a mapping the way Go's sigs.k8s.io/yaml fills a struct: field names match in any case, null and missing fields
 * are the zero value, and numbers and booleans become text where text is asked for.
 *
 * Every method throws a KustomizeError that names struct and field if the value is of another type.
 *
 * @see sigs.k8s.io/yaml v1.6.0 yaml.go, convertToJSONableObject
 */
export class StructReader {
  readonly #fields: JsonObject;
  readonly #type: string;
  readonly #path: string;
  readonly #strict: boolean;
  readonly #asked = new Set<string>();

  /**
   * @param type name of the Go struct with its package, for errors
   * @param path the fields that lead to it, each with a dot after it
   */
  constructor(value: JsonValue | undefined, type: string, options: StructReaderOptions = {}, path = '') {
    this.#type = type;
    this.#path = path;
    this.#strict = options.strict === true;
    if (value === undefined || value === null) this.#fields = {};
    else if (isObject(value)) this.#fields = value;
    else throw mismatch(jsonType(value), 'value', type);
  }

  /** What it reads, by the names as written. */
  get fields(): Readonly<JsonObject> {
    return this.#fields;
  }

  /** The value of a field as it is; undefined where it is missing or null. Of several spellings the last one counts. */
  value(name: string): JsonValue | undefined {
    const folded = name.toLowerCase();
    this.#asked.add(folded);
    const keys = Object.keys(this.#fields).filter((key) => key === name || key.toLowerCase() === folded);
    const key = keys.length > 1 ? keys.sort(compareStrings).at(-1) : keys[0];
    return key === undefined ? undefined : (this.#fields[key] ?? undefined);
  }

  /** Text; numbers and booleans are written out. */
  text(name: string): string {
    return this.#toText(this.value(name), name);
  }

  /**
   * Text of a field that Go takes from an embedded struct, where numbers and booleans are not written out.
   * @param embedded name of that struct, for errors
   */
  embeddedText(name: string, embedded = ''): string {
    const value = this.value(name);
    if (value === undefined) return '';
    if (typeof value !== 'string')
      throw this.#mismatch(value, embedded === '' ? name : `${embedded}.${name}`, 'string');
    return value;
  }

  flag(name: string): boolean {
    const value = this.value(name);
    if (value === undefined) return false;
    if (typeof value !== 'boolean') throw this.#mismatch(value, name, 'bool');
    return value;
  }

  /** A 64-bit integer. */
  integer(name: string, type = 'int'): number | bigint {
    const value = this.value(name);
    if (value === undefined) return 0;
    if (!isInt64(value)) throw this.#mismatch(value, name, type, isNumber(value) ? `number ${value}` : undefined);
    return value;
  }

  /** A mapping of texts; undefined where it is missing. */
  texts(name: string): ReadonlyMap<string, string> | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.#mismatch(value, name, 'map[string]string');
    const keys = Object.keys(value).sort(compareStrings);
    return new Map(keys.map((key) => [key, this.#toText(value[key], name)]));
  }

  /** A list of structs of the Go type `type`; undefined where it is missing. */
  list<T>(name: string, type: string, read: (item: StructReader) => T): readonly T[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw this.#mismatch(value, name, `[]${type}`);
    return value.map((item) => this.#read(item, name, type, read));
  }

  /** A struct of the Go type `type`; one without fields where it is missing. */
  struct<T>(name: string, type: string, read: (fields: StructReader) => T): T {
    return this.#read(this.value(name), name, type, read);
  }

  /** @throws {KustomizeError} if it is strict and a field was not asked for */
  finish(): void {
    if (!this.#strict) return;
    const unknown = Object.keys(this.#fields)
      .sort(compareStrings)
      .find((key) => !this.#asked.has(key.toLowerCase()));
    if (unknown !== undefined) {
      throw new KustomizeError(`${DECODING} json: unknown field ${JSON.stringify(unknown)}`);
    }
  }

  #read<T>(value: JsonValue | undefined, name: string, type: string, read: (fields: StructReader) => T): T {
    if (value !== undefined && value !== null && !isObject(value)) throw this.#mismatch(value, name, type);
    const reader = new StructReader(value, type, { strict: this.#strict }, `${this.#path}${name}.`);
    const result = read(reader);
    reader.finish();
    return result;
  }

  #toText(value: JsonValue | undefined, name: string): string {
    if (value === undefined || value === null) return '';
    const text = textOf(value);
    if (text === undefined) throw this.#mismatch(value, name, 'string');
    return text;
  }

  #mismatch(value: JsonValue, name: string, type: string, given = jsonType(value)): KustomizeError {
    const struct = this.#type.slice(this.#type.lastIndexOf('.') + 1);
    return mismatch(given, `struct field ${struct}.${this.#path}${name}`, type);
  }
}

const DECODING = 'error unmarshaling JSON: while decoding JSON:';

function mismatch(given: string, where: string, type: string): KustomizeError {
  return new KustomizeError(`${DECODING} json: cannot unmarshal ${given} into Go ${where} of type ${type}`);
}

function jsonType(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: JsonValue): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isInt64(value: JsonValue): value is number | bigint {
  if (typeof value === 'number') return Number.isInteger(value);
  return typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
}

function textOf(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return formatGoFloat(value, 32);
  return value === null || typeof value === 'object' ? undefined : String(value);
}
