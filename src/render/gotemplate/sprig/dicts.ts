import {
  type CallContext,
  define,
  type FunctionTable,
  GoFunctionError,
  type TemplateFunction,
} from '../function-table.ts';
import { type GoMap, type GoValue, goTypeOf, typedList } from '../value.ts';
import { itemArgument, mapArgument, textArgument } from './arguments.ts';
import { deepCopy } from './deep-copy.ts';
import { mergeInto } from './merge.ts';
import { isNil, nilMap } from './nil-value.ts';
import { orEmpty } from './or-empty.ts';
import { sortedKeys } from './sorted-keys.ts';
import { textOf } from './text-value.ts';

/**
 * Sprig's functions of maps. Where Go's order is random (`keys`, `values`) ours is by key, so that a render can be
 * repeated.
 *
 * @see github.com/Masterminds/sprig v3.3.0 dict.go
 */
export const DICT_FUNCTIONS: FunctionTable = new Map<string, TemplateFunction>([
  ['dict', define(['...any'], dict)],
  ['get', define(['dict', 'string'], ([map, key]) => get(map, textArgument(key)))],
  ['set', define(['dict', 'string', 'any'], set)],
  ['unset', define(['dict', 'string'], unset)],
  ['hasKey', define(['dict', 'string'], ([map, key]) => mapArgument(map)?.has(textArgument(key)) === true)],
  ['pluck', define(['string', '...dict'], pluck)],
  ['keys', define(['...dict'], keys)],
  ['values', define(['dict'], values)],
  [
    'pick',
    define(['dict', '...string'], ([map, ...names], context) => filter(map, context, (key) => names.includes(key))),
  ],
  ['omit', define(['dict', '...string'], omit)],
  ['merge', define(['dict', '...dict'], orEmpty(merge))],
  ['mustMerge', define(['dict', '...dict'], merge)],
  ['mergeOverwrite', define(['dict', '...dict'], orEmpty(mergeOverwrite))],
  ['mustMergeOverwrite', define(['dict', '...dict'], mergeOverwrite)],
  ['deepCopy', define(['any'], ([value], context) => copyOf(value, context))],
  ['mustDeepCopy', define(['any'], ([value], context) => copyOf(value, context))],
  ['dig', define(['...any'], dig)],
]);

function dict(args: readonly GoValue[], context: CallContext): GoValue {
  context.charge(args.length);
  const map: GoMap = new Map();
  for (let at = 0; at < args.length; at += 2) {
    map.set(textOf(args[at]), at + 1 < args.length ? itemArgument(args[at + 1]) : '');
  }
  return map;
}

function get(map: GoValue, key: string): GoValue {
  const entries = mapArgument(map);
  return entries?.has(key) === true ? itemArgument(entries.get(key)) : '';
}

function set([map, key, value]: readonly GoValue[]): GoValue {
  const entries = mapArgument(map);
  if (entries === undefined || isNil(entries)) throw new GoFunctionError('assignment to entry in nil map');
  return entries.set(textArgument(key), itemArgument(value));
}

function unset([map, key]: readonly GoValue[]): GoValue {
  const entries = mapArgument(map) ?? nilMap();
  entries.delete(textArgument(key));
  return entries;
}

function pluck([key, ...maps]: readonly GoValue[], context: CallContext): GoValue {
  context.charge(maps.length);
  const name = textArgument(key);
  return maps.flatMap((map) =>
    mapArgument(map)?.has(name) === true ? [itemArgument(mapArgument(map)?.get(name))] : [],
  );
}

function keys(maps: readonly GoValue[], context: CallContext): GoValue {
  const all = maps.flatMap((map) => sortedKeys(mapArgument(map) ?? new Map<string, GoValue>()));
  context.charge(all.length);
  return typedList(all, '[]string');
}

function values([map]: readonly GoValue[], context: CallContext): GoValue {
  const entries = mapArgument(map) ?? new Map<string, GoValue>();
  context.charge(entries.size);
  return sortedKeys(entries).map((key) => itemArgument(entries.get(key)));
}

function omit([map, ...names]: readonly GoValue[], context: CallContext): GoValue {
  const omitted = new Set(names);
  return filter(map, context, (key) => !omitted.has(key));
}

function filter(map: GoValue, context: CallContext, isKept: (key: string) => boolean): GoValue {
  const entries = mapArgument(map) ?? new Map<string, GoValue>();
  context.charge(entries.size);
  return new Map([...entries].filter(([key]) => isKept(key)));
}

function merge(args: readonly GoValue[], context: CallContext): GoValue {
  return mergeAll(args, context, false);
}

function mergeOverwrite(args: readonly GoValue[], context: CallContext): GoValue {
  return mergeAll(args, context, true);
}

function mergeAll([first, ...sources]: readonly GoValue[], context: CallContext, overwrite: boolean): GoValue {
  const given = mapArgument(first);
  const target: GoMap = given === undefined || (isNil(given) && sources.length > 0) ? new Map() : given;
  const charge = (amount: number): void => context.charge(amount);
  for (const source of sources) {
    mergeInto(target, mapArgument(source) ?? new Map<string, GoValue>(), { overwrite, charge });
  }
  return target;
}

function copyOf(value: GoValue, context: CallContext): GoValue {
  if (value !== undefined && value !== null) return deepCopy(value, context);
  throw new GoFunctionError('reflect: call of reflect.Value.Type on zero Value');
}

function dig(args: readonly GoValue[]): GoValue {
  if (args.length < 3) throw new GoFunctionError('dig needs at least three arguments');
  let map = assertMap(args.at(-1));
  const names = args.slice(0, -2).map(assertText);
  for (const [at, name] of names.entries()) {
    if (!map.has(name)) return itemArgument(args.at(-2));
    if (at === names.length - 1) return itemArgument(map.get(name));
    map = assertMap(map.get(name));
  }
  return map;
}

function assertText(value: GoValue): string {
  if (typeof value === 'string') return value;
  throw new GoFunctionError(conversionFailure(value, 'string'));
}

function assertMap(value: GoValue): GoMap {
  if (value instanceof Map && goTypeOf(value) === 'map[string]interface {}') return value;
  throw new GoFunctionError(conversionFailure(value, 'map[string]interface {}'));
}

function conversionFailure(value: GoValue, wanted: string): string {
  const type = value === undefined || value === null ? 'nil' : goTypeOf(value);
  return `interface conversion: interface {} is ${type}, not ${wanted}`;
}
