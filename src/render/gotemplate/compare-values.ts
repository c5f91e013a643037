import { GoComplex } from './complex.ts';
import { GoFunctionError } from './function-table.ts';
import { compareStrings } from './go-string.ts';
import { sprintf } from './print-value.ts';
import { isNil } from './sprig/nil-value.ts';
import { GoInt, GoObject, type GoValue, goKindOf, goTypeOf } from './value.ts';

/**
 * Go's `eq`: whether the first equals any of the others.
 *
 * @throws {GoFunctionError} for types that do not compare, or nothing to compare with
 */
export function areEqual(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new GoFunctionError('missing argument for comparison');
  return others.some((other) => isEqual(first, other));
}

type Kind = 'invalid' | 'bool' | 'int' | 'uint' | 'float' | 'string' | 'complex';

function isEqual(a: GoValue, b: GoValue): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b;
  const kind = basicKind(a);
  const otherKind = basicKind(b);
  const int = integerOf(a);
  const otherInt = integerOf(b);
  if (int !== undefined && otherInt !== undefined) return int === otherInt;
  if (kind !== otherKind) return refuseUnlessNothing(a, b);
  return kind === 'invalid' || kind === 'complex' ? isSame(a, b) : a === b;
}

function refuseUnlessNothing(a: GoValue, b: GoValue): false {
  if (isNothing(a) || isNothing(b)) return false;
  throw incompatible(a, b);
}

function incompatible(a: GoValue, b: GoValue): GoFunctionError {
  return new GoFunctionError(`incompatible types for comparison: ${goTypeOf(a)} and ${goTypeOf(b)}`);
}

/** Compares values of which none is a real number, text or bool. */
function isSame(a: GoValue, b: GoValue): boolean {
  if (a instanceof GoComplex && b instanceof GoComplex) return a.real === b.real && a.imaginary === b.imaginary;
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b);
  if (goKindOf(a) !== goKindOf(b)) {
    const shown = [sprintf('%s', [a]), goTypeOf(a), goTypeOf(b), sprintf('%v', [b])];
    throw new GoFunctionError(`non-comparable types ${shown[0]}: ${shown[1]}, ${shown[2]}: ${shown[3]}`);
  }
  if (['map', 'slice', 'func'].includes(goKindOf(b))) {
    throw new GoFunctionError(`non-comparable type ${sprintf('%s', [b])}: ${goTypeOf(b)}`);
  }
  return a === b;
}

function isNothing(value: GoValue): boolean {
  return value === undefined || value === null;
}

function integerOf(value: GoValue): bigint | undefined {
  if (value instanceof GoInt) return value.value;
  return value instanceof GoObject ? value.integer()?.value : undefined;
}

function basicKind(value: GoValue): Kind {
  if (integerOf(value) !== undefined) return goKindOf(value).startsWith('u') ? 'uint' : 'int';
  if (value instanceof GoComplex) return 'complex';
  return PRIMITIVE_KINDS.get(typeof value) ?? 'invalid';
}

const PRIMITIVE_KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['boolean', 'bool'],
  ['number', 'float'],
  ['string', 'string'],
]);

/**
 * Go's `lt`.
 *
 * @throws {GoFunctionError} for types that have no order, or different ones
 */
export function isLess(a: GoValue, b: GoValue): boolean {
  const kind = basicKind(a);
  const otherKind = basicKind(b);
  if (kind === 'invalid' || otherKind === 'invalid') throw noOrder();
  const int = integerOf(a);
  const otherInt = integerOf(b);
  if (int !== undefined && otherInt !== undefined) return int < otherInt;
  if (kind !== otherKind) throw incompatible(a, b);
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b) < 0;
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  throw noOrder();
}

function noOrder(): GoFunctionError {
  return new GoFunctionError('invalid type for comparison');
}
