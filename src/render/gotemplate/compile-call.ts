import { BUILTINS, callValue } from './builtins.ts';
import type { CallableFunction } from './callable.ts';
import { type ArgumentType, convertArgument } from './convert-argument.ts';
import type { Command, Expression, Frame } from './frame.ts';
import type { FunctionTable } from './function-table.ts';
import { quoteString } from './go-string.ts';
import type { CommandNode, IdentifierNode, OperandNode } from './nodes.ts';
import { type PreparedCall, prepareCall, runCall, signatureOf } from './prepare-call.ts';
import { showNode } from './show-node.ts';
import { isTrue } from './truth.ts';
import type { GoValue } from './value.ts';

/** A call of a function by name. */
export interface FunctionCall {
  readonly identifier: IdentifierNode;
  /** What errors of the function point at. */
  readonly node: OperandNode | CommandNode;
  readonly args: readonly OperandNode[];
  readonly hasFinal: boolean;
  readonly compile: (node: OperandNode, type: ArgumentType) => Expression;
}

/** Compiles a call. The function is found when it runs, as another set of templates may have others of its name. */
export function compileCall(call: FunctionCall): Command {
  const { identifier, node } = call;
  const { name } = identifier;
  const prepare = rememberPrepared(call);
  let table: FunctionTable | undefined;
  let fn: CallableFunction | undefined;
  let prepared: PreparedCall | undefined;
  return (frame, final) => {
    frame.node = identifier;
    const { functions } = frame.execution;
    if (functions !== table || fn === undefined || prepared === undefined) {
      fn = findFunction(name, call, functions) ?? frame.fail(`${quoteString(name)} is not a defined function`);
      prepared = prepare(fn);
      table = functions;
    }
    return runCall(frame, { name, node, fn, prepared }, final);
  };
}

function findFunction(name: string, call: FunctionCall, functions: FunctionTable): CallableFunction | undefined {
  const own = functions.get(name);
  if (own !== undefined) return own;
  return name === 'call' ? callOf(call) : BUILTINS.get(name);
}

/** The function `call`, whose errors tell how what it calls is written. */
function callOf({ args: [first] }: FunctionCall): CallableFunction {
  const shown = first === undefined ? '<func() Value>' : showNode(first);
  return { parameters: ['value'], variadic: 'value', call: ([fn, ...args]) => callValue(shown, fn, args) };
}

/** Arguments are compiled once per signature. */
function rememberPrepared(call: FunctionCall): (fn: CallableFunction) => PreparedCall {
  let signature: string | undefined;
  let prepared: PreparedCall | undefined;
  return (fn) => {
    const wanted = signatureOf(fn);
    if (prepared === undefined || wanted !== signature) {
      prepared = prepareCall(call.identifier.name, fn, call);
      signature = wanted;
    }
    return prepared;
  };
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
