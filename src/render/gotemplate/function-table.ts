import type { ParameterType } from './parameter-type.ts';
import type { GoValue } from './value.ts';

export type { ParameterType } from './parameter-type.ts';

/** What a function may use of the render that calls it. */
export interface CallContext {
  /** Counts work and output against the limits of the render; throws when they are passed. */
  charge(amount: number): void;
}

/** A template function. */
export interface TemplateFunction {
  readonly parameters: readonly ParameterType[];
  /** Type of any number of further arguments; absent: there are none. */
  readonly variadic?: ParameterType;
  /**
   * Arguments come checked, with integers of parameters `int` and `int64` as GoInt. What it throws as a
   * {@link GoFunctionError} is Go's returned error: `error calling NAME: MESSAGE`.
   */
  readonly call: (args: readonly GoValue[], context: CallContext) => GoValue;
  /** Whether a call with these arguments may give something else the next time; absent: never. */
  readonly isRandom?: (args: readonly GoValue[]) => boolean;
}

/** A call whose result may be another the next time, and where it stands: the template's file and line, from 1. */
export interface RandomCall {
  readonly function: string;
  readonly template: string;
  readonly line: number;
}

/** Functions by name. */
export type FunctionTable = ReadonlyMap<string, TemplateFunction>;

/** The error that a Go function returns. */
export class GoFunctionError extends Error {
  override readonly name = 'GoFunctionError';
}

/** Writes a function down: `define(['string', 'int'], (text, width) => …)`; `...T` as the last type is variadic. */
export function define(
  types: readonly (ParameterType | `...${ParameterType}`)[],
  call: (args: readonly GoValue[], context: CallContext) => GoValue,
): TemplateFunction {
  const last = types.at(-1);
  const isVariadic = last?.startsWith('...') === true;
  const parameters = (isVariadic ? types.slice(0, -1) : types) as readonly ParameterType[];
  return isVariadic ? { parameters, variadic: last.slice(3) as ParameterType, call } : { parameters, call };
}
