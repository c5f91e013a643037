import type { CallableFunction } from './callable.ts';
import { type ArgumentType, convertArgument } from './convert-argument.ts';
import { type Expression, type Frame, isStackOverflow } from './frame.ts';
import { GoFunctionError } from './function-table.ts';
import type { CommandNode, OperandNode } from './nodes.ts';
import { lineOf } from './show-node.ts';
import { TemplateExecError, TemplateParseError } from './template-error.ts';
import type { GoValue } from './value.ts';

/** The arguments of a call, compiled for the types of a function. */
export interface PreparedCall {
  /** Why it can not be called so: a wrong number of arguments. */
  readonly problem?: string;
  readonly args: readonly Expression[];
  /** Type of the argument that comes from the pipeline, if one does. */
  readonly final?: ArgumentType;
}

/** What is written between the parentheses, as it were. */
export interface CallArguments {
  readonly args: readonly OperandNode[];
  readonly hasFinal: boolean;
  readonly compile: (node: OperandNode, type: ArgumentType) => Expression;
}

/** Compiles the arguments of a call of `fn`. */
function prepareCall(name: string, fn: CallableFunction, call: CallArguments): PreparedCall {
  const { parameters, variadic } = fn;
  const given = call.args.length + (call.hasFinal ? 1 : 0);
  const fixed = parameters.length;
  if (variadic === undefined && given !== fixed) return wrongNumber(name, `want ${fixed} got ${given}`);
  if (given < fixed) return wrongNumber(name, `want at least ${fixed} got ${call.args.length}`);
  const typeAt = (at: number): ArgumentType => parameters[at] ?? variadic ?? 'any';
  const args = call.args.map((arg, at) => call.compile(arg, typeAt(at)));
  return call.hasFinal ? { args, final: typeAt(given - 1) } : { args };
}

function wrongNumber(name: string, wanted: string): PreparedCall {
  return { problem: `wrong number of args for ${name}: ${wanted}`, args: [] };
}

/** Prepares a call for whatever function it turns out to be of; done once per signature. */
export function rememberPrepared(name: string, call: CallArguments): (fn: CallableFunction) => PreparedCall {
  let signature: string | undefined;
  let prepared: PreparedCall | undefined;
  return (fn) => {
    const wanted = signatureOf(fn);
    if (prepared === undefined || wanted !== signature) {
      prepared = prepareCall(name, fn, call);
      signature = wanted;
    }
    return prepared;
  };
}

/** The types of a function's parameters as one text. */
function signatureOf({ parameters, variadic }: CallableFunction): string {
  return `${parameters.join(' ')}...${variadic ?? ''}`;
}

/** A call that is ready to run. */
export interface ReadyCall {
  readonly name: string;
  /** What errors of the function point at. */
  readonly node: OperandNode | CommandNode;
  readonly fn: CallableFunction;
  readonly prepared: PreparedCall;
}

/** Evaluates the arguments and calls the function. */
export function runCall(frame: Frame, { name, node, fn, prepared }: ReadyCall, final: GoValue): GoValue {
  if (prepared.problem !== undefined) frame.fail(prepared.problem);
  const args: GoValue[] = [];
  for (const arg of prepared.args) args.push(arg(frame));
  if (prepared.final !== undefined) args.push(convertArgument(frame, final, prepared.final));
  const { execution } = frame;
  if (fn.isRandom?.(args) === true) execution.onRandom?.({ function: name, ...positionOf(node) });
  try {
    return fn.call(args, execution.budget);
  } catch (error) {
    if (isStackOverflow(error) || !isReturned(error)) throw error;
    frame.node = node;
    return frame.fail(`error calling ${name}: ${error.message}`, error);
  }
}

function positionOf({ tree, at }: OperandNode | CommandNode): { readonly template: string; readonly line: number } {
  return { template: tree.parseName, line: lineOf(tree.text, at) };
}

/** Whether it is an error that a template function returns, and not one of the program. */
function isReturned(error: unknown): error is Error {
  return error instanceof GoFunctionError || error instanceof TemplateExecError || error instanceof TemplateParseError;
}
