import { BUILTINS, callValue } from './builtins.ts';
import type { CallableFunction } from './callable.ts';
import { convertArgument } from './convert-argument.ts';
import type { Command, Frame } from './frame.ts';
import type { FunctionTable } from './function-table.ts';
import { quoteString } from './go-string.ts';
import type { CommandNode, IdentifierNode, OperandNode } from './nodes.ts';
import { type CallArguments, rememberPrepared, runCall } from './prepare-call.ts';
import { showNode } from './show-node.ts';
import { isTrue } from './truth.ts';
import { type GoValue, goTypeOf } from './value.ts';

/** A call of a function by name. */
export interface FunctionCall extends CallArguments {
  readonly identifier: IdentifierNode;
  /** What errors of the function point at. */
  readonly node: OperandNode | CommandNode;
}

/**
 * Compiles a call. The function is found whenever it runs, as each render has functions of its own; nothing of them is
 * kept but the types of the parameters.
 */
export function compileCall(call: FunctionCall, functions: FunctionTable): Command {
  const { identifier, node } = call;
  const { name } = identifier;
  const builtin = name === 'call' ? callOf(call) : BUILTINS.get(name);
  const prepare = rememberPrepared(name, call);
  const known = functions.get(name) ?? builtin;
  // At once, as arguments may declare variables, for what comes later to see.
  let prepared = known === undefined ? undefined : prepare(known);
  let { parameters, variadic } = known ?? NO_TYPES;
  return (frame, final) => {
    frame.node = identifier;
    const fn = frame.execution.functions.get(name) ?? builtin ?? noFunction(frame, name);
    if (prepared === undefined || fn.parameters !== parameters || fn.variadic !== variadic) {
      prepared = prepare(fn);
      ({ parameters, variadic } = fn);
    }
    return runCall(frame, { name, node, fn, prepared }, final);
  };
}

const NO_TYPES: Pick<CallableFunction, 'parameters' | 'variadic'> = { parameters: [] };

function noFunction(frame: Frame, name: string): never {
  return frame.fail(`${quoteString(name)} is not a defined function`);
}

/** The function `call`, whose errors tell how what it calls is written. */
function callOf({ args: [first] }: FunctionCall): CallableFunction {
  return {
    parameters: ['value'],
    variadic: 'value',
    call: ([fn, ...args]) => callValue(first === undefined ? describe(fn) : showNode(first), fn, args),
  };
}

/** What reflect prints of a value that is no text. */
function describe(value: GoValue): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '<invalid Value>' : `<${goTypeOf(value)} Value>`;
}

/** Compiles `and` and `or`, which evaluate no more arguments than they need. */
export function compileShortCircuit(call: FunctionCall): Command {
  const { identifier, args, hasFinal, compile } = call;
  const { name } = identifier;
  const stopsAt = name === 'or';
  const expressions = args.map((arg) => compile(arg, 'value'));
  if (expressions.length === 0 && !hasFinal) {
    return (frame) => {
      frame.node = identifier;
      return frame.fail(`wrong number of args for ${name}: want at least 1 got 0`);
    };
  }
  return (frame: Frame, final: GoValue) => {
    frame.node = identifier;
    let value: GoValue;
    for (const expression of expressions) {
      value = expression(frame);
      if (isTrue(value) === stopsAt) return value;
    }
    return hasFinal ? convertArgument(frame, final, 'value') : value;
  };
}
