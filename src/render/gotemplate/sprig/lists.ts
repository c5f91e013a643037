import {
  type CallContext,
  define,
  type FunctionTable,
  GoFunctionError,
  type TemplateFunction,
} from '../function-table.ts';
import { compareStrings } from '../go-string.ts';
import { type GoValue, goKindOf, goTypeOf, typedList } from '../value.ts';
import { intArgument, itemArgument, itemsOf, NIL_DEREFERENCE, requireItems } from './arguments.ts';
import { castToInt64 } from './cast.ts';

import { deepEqual } from './deep-equal.ts';
import { isEmpty } from './is-empty.ts';
import { nilList } from './nil-value.ts';
import { textOf, textsOf } from './text-value.ts';

/**
 * Sprig's functions of lists. None but `sortAlpha` changes its argument.
 *
 * @see github.com/Masterminds/sprig v3.3.0 list.go
 */
export const LIST_FUNCTIONS: FunctionTable = new Map<string, TemplateFunction>([
  ...both(
    ['list', 'tuple'],
    define(['...any'], (args) => args.map(itemArgument)),
  ),
  ...both(
    ['first', 'mustFirst'],
    define(['any'], ([list]) => itemArgument(requireItems(list, cannotFind('first')).at(0))),
  ),
  ...both(
    ['last', 'mustLast'],
    define(['any'], ([list]) => itemArgument(requireItems(list, cannotFind('last')).at(-1))),
  ),
  ...both(
    ['rest', 'mustRest'],
    define(['any'], ([list], context) => part(list, 'rest', context)),
  ),
  ...both(
    ['initial', 'mustInitial'],
    define(['any'], ([list], context) => part(list, 'initial', context)),
  ),
  ...both(['append', 'push', 'mustAppend', 'mustPush'], define(['any', 'any'], append)),
  ...both(['prepend', 'mustPrepend'], define(['any', 'any'], prepend)),
  ...both(['reverse', 'mustReverse'], define(['any'], reverse)),
  ...both(['compact', 'mustCompact'], define(['any'], compact)),
  ...both(['uniq', 'mustUniq'], define(['any'], uniq)),
  ...both(['without', 'mustWithout'], define(['any', '...any'], without)),
  ...both(['has', 'mustHas'], define(['any', 'any'], has)),
  ...both(['slice', 'mustSlice'], define(['any', '...any'], slice)),
  ...both(['chunk', 'mustChunk'], define(['int', 'any'], chunk)),
  ['concat', define(['...any'], concat)],
  ['sortAlpha', define(['any'], sortAlpha)],
]);

function both(names: readonly string[], call: TemplateFunction): [string, TemplateFunction][] {
  return names.map((name) => [name, call]);
}

function cannotFind(what: string): string {
  return `Cannot find ${what} on type`;
}

function chargeFor<T extends GoValue>(items: T[], context: CallContext): T[] {
  context.charge(items.length);
  return items;
}

function part(list: GoValue, name: 'rest' | 'initial', context: CallContext): GoValue {
  const items = requireItems(list, cannotFind(name));
  if (items.length === 0) return nilList();
  return chargeFor(name === 'rest' ? items.slice(1) : items.slice(0, -1), context);
}

function append([list, item]: readonly GoValue[], context: CallContext): GoValue {
  return chargeFor([...requireItems(list, 'Cannot push on type'), itemArgument(item)], context);
}

function prepend([list, item]: readonly GoValue[], context: CallContext): GoValue {
  return chargeFor([itemArgument(item), ...requireItems(list, 'Cannot prepend on type')], context);
}

function reverse([list]: readonly GoValue[], context: CallContext): GoValue {
  return chargeFor(requireItems(list, cannotFind('reverse')).toReversed(), context);
}

function compact([list]: readonly GoValue[], context: CallContext): GoValue {
  return chargeFor(
    requireItems(list, 'Cannot compact on type').filter((item) => !isEmpty(item)),
    context,
  );
}

function uniq([list]: readonly GoValue[], context: CallContext): GoValue {
  const texts = new Set<string>();
  const others: GoValue[] = [];
  return requireItems(list, cannotFind('uniq')).filter((item) => {
    if (typeof item === 'string') return texts.size !== texts.add(item).size;
    if (includes(others, item, context)) return false;
    others.push(item);
    return true;
  });
}

function without([list, ...omitted]: readonly GoValue[], context: CallContext): GoValue {
  return requireItems(list, cannotFind('without')).filter((item) => !includes(omitted, item, context));
}

function has([needle, haystack]: readonly GoValue[], context: CallContext): GoValue {
  if (haystack === undefined || haystack === null) return false;
  return includes(requireItems(haystack, cannotFind('has')), needle, context);
}

function includes(list: readonly GoValue[], needle: GoValue, context: CallContext): boolean {
  context.charge(list.length);
  return list.some((item) => deepEqual(needle, item));
}

function slice([list, ...indices]: readonly GoValue[], context: CallContext): GoValue {
  const items = requireItems(list, 'list should be type of slice or array but');
  if (items.length === 0) return null;
  const start = indices.length > 0 ? castToInt64(indices[0]) : 0n;
  const end = indices.length > 1 ? castToInt64(indices[1]) : BigInt(items.length);
  if (start < 0n || end < start || end > BigInt(items.length)) {
    throw new GoFunctionError('reflect.Value.Slice: slice index out of bounds');
  }
  if (list instanceof Uint8Array) return list.slice(Number(start), Number(end));
  const taken = chargeFor(items.slice(Number(start), Number(end)), context);
  return typedList(taken, goTypeOf(list));
}

function chunk([sizeArgument, list]: readonly GoValue[], context: CallContext): GoValue {
  const size = intArgument(sizeArgument);
  const items = requireItems(list, 'Cannot chunk type');
  const count = Math.floor((items.length - 1) / size) + 1;
  const isNegative = count > 0 && size < 0 && items.length % size === 0;
  if (isNegative || !(count >= 0 && count <= items.length)) {
    throw new GoFunctionError('runtime error: makeslice: len out of range');
  }
  context.charge(items.length);
  const length = size < 0 ? items.length : size;
  const chunks = Array.from({ length: count }, (_, at) => items.slice(at * length, (at + 1) * length));
  return typedList(chunks, '[][]interface {}');
}

function concat(lists: readonly GoValue[], context: CallContext): GoValue {
  const all: GoValue[] = [];
  for (const list of lists) {
    const items = itemsOf(list);
    if (items === undefined) throw new GoFunctionError(cannotConcat(list));
    context.charge(items.length);
    for (const item of items) all.push(item);
  }
  return all.length === 0 ? nilList() : all;
}

function cannotConcat(value: GoValue): string {
  if (value === undefined || value === null) return NIL_DEREFERENCE;
  return `Cannot concat type ${goKindOf(value)} as list`;
}

/** Sorts a []string in place, as Sprig does: variables that hold it see the new order. */
function sortAlpha([list]: readonly GoValue[], context: CallContext): GoValue {
  if (itemsOf(list) === undefined) return typedList([textOf(list ?? null)], '[]string');
  return chargeFor(textsOf(list), context).sort(compareStrings);
}
