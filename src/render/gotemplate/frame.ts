import type { RenderBudget } from './budget.ts';
import type { FunctionTable, RandomCall } from './function-table.ts';
import type { TemplateAstNode } from './nodes.ts';
import { execError } from './template-error.ts';
import type { GoValue } from './value.ts';

/** What a missing key of a map gives: no value, the zero of the map's items, or an error. */
export type MissingKey = 'default' | 'zero' | 'error';

/** One template, ready to run. */
export interface CompiledTemplate {
  readonly name: string;
  readonly slots: number;
  readonly run: Statement;
}

/** What all templates of one execution share. */
export interface Execution {
  readonly functions: FunctionTable;
  readonly missingKey: MissingKey;
  readonly budget: RenderBudget;
  readonly lookup: (name: string) => CompiledTemplate | undefined;
  /** Told of each call whose result is left to chance or to the time. */
  readonly onRandom?: (call: RandomCall) => void;
  /** The templates that run, one within the other; the last is where a failure is. */
  frame: Frame | undefined;
  output: string;
}

/** A running template: its variables, its dot and the node it is at. */
export class Frame {
  readonly execution: Execution;
  readonly name: string;
  readonly depth: number;
  /** By slot; `$` is the first. */
  readonly variables: GoValue[];
  /** Static types of variables that hold items of a list or map, as {@link Frame.dotType}. */
  readonly variableTypes: (string | undefined)[] = [];
  dot: GoValue;
  /** Type of the items, where the dot is one of a list or map; empty where only the dot itself tells its type. */
  dotType = '';
  node: TemplateAstNode | undefined;
  /** What the last field or key was taken from. */
  container: GoValue;

  constructor(execution: Execution, template: CompiledTemplate, dot: GoValue, depth: number) {
    this.execution = execution;
    this.name = template.name;
    this.depth = depth;
    this.dot = dot;
    this.variables = [dot];
    for (let slot = 1; slot < template.slots; slot++) this.variables.push(undefined);
  }

  /** Ends the execution with an error at the current node. */
  fail(message: string, cause?: unknown): never {
    throw execError(this.name, this.node, message, cause);
  }
}

/** What a statement asks of the loop that it is in. */
export type Signal = 0 | 1 | 2;
/** Go on. */
export const NEXT: Signal = 0;
/** Leave the loop. */
export const BREAK: Signal = 1;
/** Go on with the next item. */
export const CONTINUE: Signal = 2;

/** A compiled statement; appends to the output. */
export type Statement = (frame: Frame) => Signal;

/**
 * A compiled expression. `null` is a nil interface, `undefined` no value at all; errors and the conversion of
 * arguments tell them apart.
 */
export type Expression = (frame: Frame) => GoValue;

/** A compiled command of a pipeline; `final` is the value of the one before. */
export type Command = (frame: Frame, final: GoValue) => GoValue;

/** Whether the error is V8's for a stack that is too deep. Regular expressions of our own are short, and need it too. */
export function isStackOverflow(error: unknown): boolean {
  if (error instanceof SyntaxError) return error.message.endsWith('Stack overflow');
  return error instanceof RangeError && error.message.includes('call stack');
}

/** Whether the error is V8's for a text, list, map or number that is larger than any may be. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && !isStackOverflow(error);
}
