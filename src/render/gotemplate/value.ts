import type { ParameterType } from './parameter-type.ts';

/**
 * What a Go template computes with, and which Go type each JavaScript value stands for:
 *
 * | JavaScript | Go |
 * |---|---|
 * | `undefined` | no value: a missing key, the zero reflect.Value |
 * | `null` | a nil interface |
 * | `boolean`, `string` | bool, string |
 * | `number` | float64 |
 * | {@link GoInt} | an integer of a stated type |
 * | array | []interface{}, or a list of another type, of which only {@link typedList} tells |
 * | `Map` | map[string]interface{}, or a map of another type, of which only {@link typedMap} tells |
 * | `Uint8Array` | []byte |
 * | {@link GoObject} | a struct or a value with methods: `.Files`, a semver.Version, a time.Time, an error |
 *
 * Maps, not objects: a key is data, whatever it is called. Iteration in Go's templates is by sorted key, so the order
 * of a Map means nothing. Lists and maps are mutable where Sprig's functions change them (`set`, `unset`).
 */
export type GoValue =
  | undefined
  | null
  | boolean
  | string
  | number
  | GoInt
  | GoValue[]
  | GoMap
  | Uint8Array
  | GoObject
  | GoFunctionValue;

/** A map of Go with string keys. */
export type GoMap = Map<string, GoValue>;

/** Go's integer types, as `%T` names them. */
export type IntType = 'int' | 'int8' | 'int16' | 'int32' | 'int64' | 'uint' | 'uint8' | 'uint16' | 'uint32' | 'uint64';

/** An integer. Immutable; `value` is within the type's range. Make one with {@link goInt}. */
export class GoInt {
  readonly type: IntType;
  readonly value: bigint;

  constructor(type: IntType, value: bigint) {
    this.type = type;
    this.value = value;
  }
}

/** A method with the types of its parameters; a function made by `define` is one. */
export interface GoMethod {
  readonly parameters: readonly ParameterType[];
  /** Type of any number of further arguments; absent: there are none. */
  readonly variadic?: ParameterType;
  readonly call: (args: readonly GoValue[], context: { charge(amount: number): void }) => GoValue;
}

/** A value with fields or methods. */
export abstract class GoObject {
  /** As `%T` names it: `*semver.Version`, `time.Time`, `chart.Metadata`. */
  abstract readonly goType: string;
  /** As reflect names it, for `kindOf`. */
  readonly goKind: string = 'ptr';

  /** A field, or what a method without arguments gives; `undefined` where there is none of that name. */
  abstract get(name: string): GoValue;

  /** A method that takes arguments. */
  method(_name: string): ((args: readonly GoValue[]) => GoValue) | undefined {
    return undefined;
  }

  /**
   * A method with the types of its parameters, asked for before {@link GoObject.method} and {@link GoObject.get};
   * calls of it are checked as those of functions are.
   */
  typedMethod(_name: string): GoMethod | undefined {
    return undefined;
  }

  /** The map or list that the value is, methods aside: what range, index, len and truth look at. */
  container(): GoMap | GoValue[] | undefined {
    return undefined;
  }

  /** The integer that the value is where its kind is one, methods aside: a property `value`, which is a bigint. */
  integer(): GoInt | undefined {
    if (!Object.hasOwn(INT_BITS, this.goKind) || !('value' in this) || typeof this.value !== 'bigint') return undefined;
    return new GoInt(this.goKind as IntType, this.value);
  }

  /**
   * The fields of a struct, or of one that it points to, hidden ones included. {@link GoObject.toGoString} counts all
   * the same for the verbs of texts, where {@link GoObject.printsItself}.
   */
  fields(): readonly (readonly [name: string, value: GoValue])[] | undefined {
    return undefined;
  }

  /** Whether it is a fmt.Stringer or an error. */
  get printsItself(): boolean {
    return true;
  }

  /** What encoding/json makes an object of, where that is not a container or a text; in its order. */
  jsonFields(): readonly (readonly [name: string, value: GoValue])[] | undefined {
    return undefined;
  }

  /** What `%v` prints. */
  abstract toGoString(): string;
}

/** A function as a value, as `call` takes it. */
export class GoFunctionValue {
  readonly call: (args: readonly GoValue[]) => GoValue;

  constructor(call: (args: readonly GoValue[]) => GoValue) {
    this.call = call;
  }
}

/** The integer `value` of a type, wrapped around to its range as Go does. Small ones of type int are shared. */
export function goInt(value: bigint | number, type: IntType = 'int'): GoInt {
  const exact = typeof value === 'bigint' ? value : BigInt(Math.trunc(value));
  if (type === 'int' && exact >= 0n && exact < SHARED_INTS) return sharedInt(Number(exact));
  const bits = INT_BITS[type];
  return new GoInt(type, type.startsWith('u') ? BigInt.asUintN(bits, exact) : BigInt.asIntN(bits, exact));
}

const SHARED_INTS = 1024n;
const shared: GoInt[] = [];

function sharedInt(value: number): GoInt {
  return (shared[value] ??= new GoInt('int', BigInt(value)));
}

const INT_BITS: Readonly<Record<IntType, number>> = {
  int: 64,
  int8: 8,
  int16: 16,
  int32: 32,
  int64: 64,
  uint: 64,
  uint8: 8,
  uint16: 16,
  uint32: 32,
  uint64: 64,
};

const types = new WeakMap<object, string>();

/** Says that a list has another type than []interface{}, such as `[]string`; returns it. Only `%T` and `%#v` show it. */
export function typedList<T extends GoValue[]>(list: T, goType: string): T {
  types.set(list, goType);
  return list;
}

/** Says that a map has another type than map[string]interface{}, such as `map[string]string`; returns it. */
export function typedMap(map: GoMap, goType: string): GoMap {
  types.set(map, goType);
  return map;
}

/** Go's type of a value, as `%T` prints it; `<nil>` for none. */
export function goTypeOf(value: GoValue): string {
  if (value === undefined || value === null) return '<nil>';
  if (typeof value !== 'object') return PRIMITIVE_TYPES[typeof value] ?? '<nil>';
  return value instanceof GoInt ? value.type : objectTypeOf(value);
}

function objectTypeOf(value: GoValue[] | GoMap | GoObject | Uint8Array | GoFunctionValue): string {
  if (Array.isArray(value) || value instanceof Map) return types.get(value) ?? plainTypeOf(value);
  if (value instanceof GoObject) return value.goType;
  return value instanceof GoFunctionValue ? 'func()' : '[]uint8';
}

function plainTypeOf(value: GoValue[] | GoMap): string {
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}

/** Go's type of the items of a list or map, `interface {}` unless {@link typedList} or {@link typedMap} said other. */
export function elementTypeOf(value: GoValue[] | GoMap): string {
  const goType = types.get(value);
  if (goType === undefined) return 'interface {}';
  if (goType.startsWith('[]')) return goType.slice(2);
  if (goType.startsWith('map[string]')) return goType.slice('map[string]'.length);
  // A type with a name of its own: of strings, if it is a list (common.VersionSet), else of anything (common.Values).
  return Array.isArray(value) ? 'string' : 'interface {}';
}

/** Go's kind of a value, as reflect names it. */
export function goKindOf(value: GoValue): string {
  if (value === undefined || value === null) return 'invalid';
  if (typeof value !== 'object') return PRIMITIVE_TYPES[typeof value] ?? 'invalid';
  if (value instanceof GoInt) return value.type;
  if (value instanceof GoObject) return value.goKind;
  if (value instanceof GoFunctionValue) return 'func';
  return value instanceof Map ? 'map' : 'slice';
}

const PRIMITIVE_TYPES: Readonly<Record<string, string>> = { number: 'float64', boolean: 'bool', string: 'string' };
