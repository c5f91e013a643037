import type { Frame } from './frame.ts';
import type { ParameterType } from './function-table.ts';
import { NamedMap } from './named-map.ts';
import type { OperandNode } from './nodes.ts';
import { showNode } from './show-node.ts';
import { nilBytes, nilList, nilMap } from './sprig/nil-value.ts';
import { GoInt, type GoMap, GoObject, type GoValue, goInt, goTypeOf } from './value.ts';

/**
 * Type of a parameter; `value` is reflect.Value, by which the builtin functions take anything as it is. `index` is the
 * same where the function, which is `slice`, does not look into an interface: what an operand takes from a list or map
 * as it is then counts as {@link INTERFACE}.
 */
export type ArgumentType = ParameterType | 'value' | 'index';

class Interface extends GoObject {
  override readonly goType = 'interface {}';
  override readonly goKind = 'interface';

  override get(): GoValue {
    return undefined;
  }

  override toGoString(): string {
    return '';
  }
}

/** Stands for a value that is wrapped in an interface. */
export const INTERFACE: GoObject = new Interface();

const GO_NAMES: Readonly<Record<ArgumentType, string>> = {
  any: 'interface {}',
  value: 'reflect.Value',
  index: 'reflect.Value',
  bool: 'bool',
  string: 'string',
  int: 'int',
  int64: 'int64',
  uint32: 'uint32',
  float64: 'float64',
  list: '[]interface {}',
  strings: '[]string',
  dict: 'map[string]interface {}',
  bytes: '[]uint8',
  error: 'error',
  time: 'time.Time',
  duration: 'time.Duration',
  certificate: 'sprig.certificate',
  writer: 'io.Writer',
};

/** The value as an argument of a type; fails where it is none. Nothing becomes nil, or empty for lists and maps. */
export function convertArgument(frame: Frame, value: GoValue, type: ArgumentType): GoValue {
  if (type === 'value' || type === 'index') return value;
  if (value === undefined) return nilOf(type) ?? noValue(frame, type);
  if (type === 'any') return value;
  if (type === 'dict' && value instanceof NamedMap) return value.container();
  if (isOfType(value, type)) return value;
  const got = value === null ? 'interface {}' : goTypeOf(value);
  return frame.fail(`wrong type for value; expected ${GO_NAMES[type]}; got ${got}`);
}

function noValue(frame: Frame, type: ArgumentType): GoValue {
  return type === 'any' || type === 'error' ? null : frame.fail(`invalid value; expected ${GO_NAMES[type]}`);
}

/** The argument that the constant `nil` gives. */
export function convertNil(frame: Frame, type: ArgumentType): GoValue {
  if (type === 'value' || type === 'index') return undefined;
  if (type === 'any' || type === 'error') return null;
  return nilOf(type) ?? frame.fail(`cannot assign nil to ${GO_NAMES[type]}`);
}

function nilOf(type: ArgumentType): GoValue[] | GoMap | Uint8Array | undefined {
  if (type === 'list' || type === 'strings') return nilList(GO_NAMES[type]);
  if (type === 'dict') return nilMap();
  return type === 'bytes' ? nilBytes() : undefined;
}

function isOfType(value: GoValue, type: ParameterType): boolean {
  if (type === 'string') return typeof value === 'string';
  if (type === 'bool') return typeof value === 'boolean';
  if (type === 'float64') return typeof value === 'number';
  if (type === 'int' || type === 'int64' || type === 'uint32') return value instanceof GoInt && value.type === type;
  return isOfReferenceType(value, type);
}

function isOfReferenceType(value: GoValue, type: ParameterType): boolean {
  if (value instanceof GoObject) return isObjectOf(value, type);
  const goType = goTypeOf(value);
  // A type with a name of its own can be assigned to the one that it is made of.
  const isNamed = !/^(?:map)?\[/.test(goType);
  if (type === 'dict') return value instanceof Map && (isNamed || goType === GO_NAMES.dict);
  if (type === 'bytes') return value instanceof Uint8Array;
  if (!Array.isArray(value)) return false;
  return type === 'strings' ? isNamed || goType === GO_NAMES.strings : type === 'list' && goType === GO_NAMES.list;
}

function isObjectOf(value: GoObject, type: ParameterType): boolean {
  const goType = value.goType.replace(/^\*/, '');
  if (type === 'error') return /error/i.test(goType);
  return goType === GO_NAMES[type];
}

/** The value that a constant gives as an argument of a type; fails at the node where it gives none. */
export function convertConstant(frame: Frame, node: OperandNode, type: ParameterType): GoValue {
  frame.node = node;
  const wanted = CONSTANTS.get(type);
  if (wanted === undefined) return frame.fail(`can't handle ${showNode(node)} for arg of type ${GO_NAMES[type]}`);
  return wanted.read(node) ?? frame.fail(`expected ${wanted.name}; found ${showNode(node)}`);
}

interface ConstantType {
  readonly name: string;
  readonly read: (node: OperandNode) => GoValue;
}

const CONSTANTS: ReadonlyMap<ParameterType, ConstantType> = new Map<ParameterType, ConstantType>([
  ['bool', { name: 'bool', read: (node) => (node.type === 'bool' ? node.value : undefined) }],
  ['string', { name: 'string', read: (node) => (node.type === 'string' ? node.value : undefined) }],
  ['float64', { name: 'float', read: (node) => (node.type === 'number' ? node.float : undefined) }],
  ['int', { name: 'integer', read: (node) => readInteger(node, 'int') }],
  ['int64', { name: 'integer', read: (node) => readInteger(node, 'int64') }],
  ['uint32', { name: 'unsigned integer', read: readUnsigned }],
  // A constant gives none of these, as nothing here makes durations of integers.
  ['duration', { name: 'integer', read: () => undefined }],
]);

function readInteger(node: OperandNode, type: 'int' | 'int64'): GoValue {
  return node.type === 'number' && node.int !== undefined ? goInt(node.int, type) : undefined;
}

function readUnsigned(node: OperandNode): GoValue {
  return node.type === 'number' && node.uint !== undefined ? goInt(node.uint, 'uint32') : undefined;
}
