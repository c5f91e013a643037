import {
  type CallContext,
  define,
  type FunctionTable,
  GoFunctionError,
  type TemplateFunction,
} from '../function-table.ts';
import { type GoValue, goInt, typedList } from '../value.ts';
import { intArgument } from './arguments.ts';
import { castToFloat64, castToInt64 } from './cast.ts';
import {
  addDecimals,
  type Decimal,
  decimalOf,
  divideDecimals,
  floatOf,
  multiplyDecimals,
  subtractDecimals,
} from './decimal.ts';

/**
 * Sprig's arithmetic: of int64, wrapping around; of decimals where the name ends with `f`; and ranges of integers.
 *
 * @see github.com/Masterminds/sprig v3.3.0 numeric.go, functions.go
 */
export const MATH_FUNCTIONS: FunctionTable = new Map<string, TemplateFunction>([
  ['add1', define(['any'], ([a]) => int64(castToInt64(a) + 1n))],
  ['add', define(['...any'], (all) => int64(all.reduce<bigint>((sum, one) => sum + castToInt64(one), 0n)))],
  ['sub', define(['any', 'any'], ([a, b]) => int64(castToInt64(a) - castToInt64(b)))],
  ['div', define(['any', 'any'], ([a, b]) => int64(castToInt64(a) / divisor(b)))],
  ['mod', define(['any', 'any'], ([a, b]) => int64(castToInt64(a) % divisor(b)))],
  ['mul', define(['any', '...any'], multiply)],
  ['max', define(['any', '...any'], (all) => pickInt(all, (one, best) => one > best))],
  ['biggest', define(['any', '...any'], (all) => pickInt(all, (one, best) => one > best))],
  ['min', define(['any', '...any'], (all) => pickInt(all, (one, best) => one < best))],
  ['maxf', define(['any', '...any'], (all) => pickFloat(all, Math.max, Infinity))],
  ['minf', define(['any', '...any'], (all) => pickFloat(all, Math.min, -Infinity))],
  ['add1f', define(['any'], ([a]) => decimals([a, 1], addDecimals))],
  ['addf', define(['...any'], (all) => decimals([0, ...all], addDecimals))],
  ['subf', define(['any', '...any'], (all) => decimals(all, subtractDecimals))],
  ['mulf', define(['any', '...any'], (all) => decimals(all, multiplyDecimals))],
  ['divf', define(['any', '...any'], (all) => decimals(all, divideDecimals))],
  ['ceil', define(['any'], ([a]) => Math.ceil(castToFloat64(a)))],
  ['floor', define(['any'], ([a]) => Math.floor(castToFloat64(a)))],
  ['round', define(['any', 'int', '...float64'], round)],
  ['until', define(['int'], until)],
  ['untilStep', define(['int', 'int', 'int'], untilStep)],
  ['seq', define(['...int'], seq)],
]);

function int64(value: bigint): GoValue {
  return goInt(value, 'int64');
}

function divisor(value: GoValue): bigint {
  const number = castToInt64(value);
  if (number === 0n) throw new GoFunctionError('runtime error: integer divide by zero');
  return number;
}

function multiply(all: readonly GoValue[]): GoValue {
  return int64(all.reduce<bigint>((product, one) => BigInt.asIntN(64, product * castToInt64(one)), 1n));
}

function pickInt(all: readonly GoValue[], isBetter: (one: bigint, best: bigint) => boolean): GoValue {
  return int64(all.map(castToInt64).reduce((best, one) => (isBetter(one, best) ? one : best)));
}

/** In Go an infinity that beats all wins over NaN too. */
function pickFloat(all: readonly GoValue[], pick: (a: number, b: number) => number, winner: number): GoValue {
  return all.map(castToFloat64).reduce((best, one) => (best === winner || one === winner ? winner : pick(best, one)));
}

function decimals([first, ...others]: readonly GoValue[], combine: (a: Decimal, b: Decimal) => Decimal): GoValue {
  const start = decimalOf(castToFloat64(first));
  return floatOf(others.reduce<Decimal>((result, one) => combine(result, decimalOf(castToFloat64(one))), start));
}

/** Sprig rounds what is below zero down unless its fraction is positive, which it never is: -2.4 becomes -3. */
function round([value, places, roundOn]: readonly GoValue[]): GoValue {
  const power = 10 ** intArgument(places);
  const scaled = power * castToFloat64(value);
  const fraction = scaled % 1;
  const isUp = fraction >= (typeof roundOn === 'number' ? roundOn : 0.5);
  return (isUp ? Math.ceil(scaled) : Math.floor(scaled)) / power;
}

function until([count]: readonly GoValue[], context: CallContext): GoValue {
  const stop = intArgument(count);
  return range({ start: 0, stop, step: stop < 0 ? -1 : 1 }, context);
}

function untilStep(args: readonly GoValue[], context: CallContext): GoValue {
  const [start = 0, stop = 0, step = 0] = args.map(intArgument);
  return range({ start, stop, step }, context);
}

interface Range {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

function range({ start, stop, step }: Range, context: CallContext): GoValue[] {
  const isReachable = stop < start ? step < 0 : step > 0;
  const length = isReachable ? Math.ceil((stop - start) / step) : 0;
  // Counted before it is made: the arguments may ask for more than any memory holds.
  context.charge(length);
  return typedList(
    Array.from({ length }, (_, at) => goInt(start + at * step)),
    '[]int',
  );
}

/** Bounds as the `seq` of a shell: the last one is inclusive. */
function seq(args: readonly GoValue[], context: CallContext): GoValue {
  const params = args.map(intArgument);
  const [start = 0, step, end = 0] = seqBounds(params);
  const direction = end < start ? -1 : 1;
  if (params.length === 0 || params.length > 3 || (direction < 0 && (step ?? 0) > 0)) return '';
  const numbers = range({ start, stop: end + direction, step: step ?? direction }, context);
  return numbers.map(intArgument).join(' ');
}

function seqBounds(params: readonly number[]): readonly (number | undefined)[] {
  if (params.length === 1) return [1, undefined, params[0]];
  return params.length === 2 ? [params[0], undefined, params[1]] : params;
}
