import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type CallContext,
  type FunctionTable,
  GoFunctionError,
} from '../../../../../src/render/gotemplate/function-table.ts';
import { fromBytes, toBytes } from '../../../../../src/render/gotemplate/go-string.ts';
import { formatValue } from '../../../../../src/render/gotemplate/print-value.ts';
import { type GoValue, goInt, goTypeOf, typedList } from '../../../../../src/render/gotemplate/value.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../../golden/helm/sprig-text');

/** Lets a render do what it likes. */
export const UNLIMITED: CallContext = { charge: () => undefined };

/** A call of a Sprig function and what the real one gave, see the README beside the recordings. */
export type RecordedCall = readonly [name: string, args: readonly unknown[], result: unknown];

/** The recorded calls of a group. */
export function readCalls(group: string): RecordedCall[] {
  return JSON.parse(readFileSync(path.join(FOLDER, `${group}.json`), 'utf8')) as RecordedCall[];
}

/** The first calls whose results differ from the recorded ones, with both. */
export function findDifferences(calls: readonly RecordedCall[], functions: FunctionTable): string[] {
  const differences = calls.flatMap(([name, args, expected]) => {
    const actual = describeCall(functions, name, args.map(readArgument));
    const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
    return is === should ? [] : [`${name}(${JSON.stringify(args).slice(1, -1)}) gives ${is} instead of ${should}`];
  });
  return differences.slice(0, 20);
}

/** Calls a function as a template would, arguments as they are. */
export function callFunction(functions: FunctionTable, name: string, args: readonly GoValue[]): GoValue {
  const found = functions.get(name);
  if (found === undefined) throw new Error(`there is no function ${name}`);
  return found.call(args, UNLIMITED);
}

function describeCall(functions: FunctionTable, name: string, args: readonly GoValue[]): unknown {
  try {
    return describeValue(callFunction(functions, name, args));
  } catch (error) {
    if (error instanceof GoFunctionError) return { error: error.message };
    throw error;
  }
}

function describeValue(value: GoValue): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value ?? null;
  if (typeof value === 'string') {
    return value.isWellFormed() ? value : { raw: Buffer.from(toBytes(value)).toString('base64') };
  }
  const goType = goTypeOf(value);
  if (Array.isArray(value) && goType === '[]string') return { strings: value.map(describeValue) };
  if (value instanceof Map && goType === 'map[string]string') return { strmap: describeMap(value) };
  if (value instanceof Map && goType === 'map[string]interface {}') return { dict: describeMap(value) };
  return { printed: formatValue(value), type: goType };
}

function describeMap(map: ReadonlyMap<string, GoValue>): unknown {
  return Object.fromEntries(
    [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, describeValue(item)]),
  );
}

/** An argument as it is written in the recordings: plain JSON, or an object whose only key names the type of Go. */
function readArgument(written: unknown): GoValue {
  if (Array.isArray(written)) return written.map(readArgument);
  if (typeof written !== 'object' || written === null) return written as GoValue;
  const [[type, value] = ['', undefined]] = Object.entries(written);
  return READERS[type]?.(value);
}

const READERS: Readonly<Record<string, (value: unknown) => GoValue>> = {
  int: (value) => goInt(BigInt(value as number)),
  int64: (value) => goInt(BigInt(value as number), 'int64'),
  uint32: (value) => goInt(BigInt(value as number), 'uint32'),
  strings: (value) => typedList([...(value as string[])], '[]string'),
  bytes: (value) => Buffer.from(value as string, 'base64'),
  raw: (value) => fromBytes(Buffer.from(value as string, 'base64')),
  dict: (value) => new Map(Object.entries(value as object).map(([key, item]) => [key, readArgument(item)])),
};
