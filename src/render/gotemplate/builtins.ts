import type { CallableFunction } from './callable.ts';
import { areEqual, isLess } from './compare-values.ts';
import { escapeHtml, escapeJs, escapeUrlQuery } from './escape.ts';
import type { CallContext } from './function-table.ts';
import { GoFunctionError } from './function-table.ts';
import { indexValue, lengthOf, sliceValue } from './index-value.ts';
import { formatOutput, sprint, sprintf, sprintln } from './print-value.ts';
import { isTrue } from './truth.ts';
import { GoFunctionValue, GoObject, type GoValue, goInt, goTypeOf } from './value.ts';

/** The functions of the language itself; `and`, `or` and `call` are compiled. */
export const BUILTINS: ReadonlyMap<string, CallableFunction> = new Map<string, CallableFunction>([
  ['and', { parameters: ['value'], variadic: 'value', call: () => undefined }],
  ['or', { parameters: ['value'], variadic: 'value', call: () => undefined }],
  ['call', { parameters: ['value'], variadic: 'value', call: () => undefined }],
  ['html', texts((args) => escapeHtml(joined(args)))],
  ['js', texts((args) => escapeJs(joined(args)))],
  ['urlquery', texts((args) => escapeUrlQuery(joined(args)))],
  ['print', texts(sprint)],
  ['println', texts(sprintln)],
  ['printf', { parameters: ['string'], variadic: 'any', call: callPrintf }],
  ['index', values(([item, ...indexes]) => indexValue(item, indexes))],
  ['slice', { parameters: ['value'], variadic: 'index', call: ([item, ...indexes]) => sliceValue(item, indexes) }],
  ['len', { parameters: ['value'], call: ([item]) => goInt(lengthOf(item)) }],
  ['not', { parameters: ['value'], call: ([value]) => !isTrue(value) }],
  ['eq', values(([first, ...others]) => areEqual(first, others))],
  ['ne', comparison((a, b) => !areEqual(a, [b]))],
  ['lt', comparison(isLess)],
  ['le', comparison((a, b) => isLess(a, b) || areEqual(a, [b]))],
  ['gt', comparison((a, b) => !(isLess(a, b) || areEqual(a, [b])))],
  ['ge', comparison((a, b) => !isLess(a, b))],
]);

/** A function of any number of values that gives a text, which counts as work. */
function texts(print: (args: readonly GoValue[]) => string): CallableFunction {
  return { parameters: [], variadic: 'any', call: (args, context) => charged(print(args), context) };
}

function charged(text: string, context: CallContext): string {
  context.charge(text.length);
  return text;
}

function values(call: (args: readonly GoValue[]) => GoValue): CallableFunction {
  return { parameters: ['value'], variadic: 'value', call };
}

function comparison(compare: (a: GoValue, b: GoValue) => boolean): CallableFunction {
  return { parameters: ['value', 'value'], call: ([a, b]) => compare(a, b) };
}

function callPrintf([format, ...args]: readonly GoValue[], context: CallContext): string {
  return charged(sprintf(typeof format === 'string' ? format : '', args), context);
}

/** As `print` joins them, but with no value for nil. */
function joined(args: readonly GoValue[]): string {
  return sprint(args.map((arg) => (isPlainPointer(arg) ? formatOutput(arg) : (arg ?? '<no value>'))));
}

function isPlainPointer(value: GoValue): boolean {
  return value instanceof GoObject && value.goKind === 'ptr' && !value.printsItself;
}

/** Go's `call`. */
export function callValue(name: string, fn: GoValue, args: readonly GoValue[]): GoValue {
  if (fn === undefined || fn === null) throw new GoFunctionError('call of nil');
  if (!(fn instanceof GoFunctionValue)) throw new GoFunctionError(`non-function ${name} of type ${goTypeOf(fn)}`);
  return fn.call(args);
}
