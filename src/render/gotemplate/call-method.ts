import type { CallableFunction } from './callable.ts';
import type { Frame } from './frame.ts';
import type { OperandNode } from './nodes.ts';
import { type CallArguments, type PreparedCall, rememberPrepared, runCall } from './prepare-call.ts';
import type { GoObject, GoValue } from './value.ts';

/** A call of a method. */
export interface GoMethodCall {
  readonly name: string;
  /** What errors of the method point at. */
  readonly node: OperandNode;
  readonly prepare: (fn: CallableFunction) => PreparedCall;
}

/** Gets ready to call a method that is not known yet. */
export function prepareMethod(name: string, node: OperandNode, call: CallArguments): GoMethodCall {
  return { name, node, prepare: rememberPrepared(name, call) };
}

/** Gets ready to call a method without arguments. */
export function prepareGetter(name: string, node: OperandNode): GoMethodCall {
  return prepareMethod(name, node, { args: [], hasFinal: false, compile: () => () => undefined });
}

/** The method of a name; `undefined` where the object has only a field of it, or nothing. */
export function findMethod(receiver: GoObject, name: string): CallableFunction | undefined {
  const typed = receiver.typedMethod(name);
  if (typed !== undefined) return typed;
  const plain = receiver.method(name);
  return plain === undefined ? undefined : { parameters: [], variadic: 'any', call: plain };
}

/** Calls a method. */
export function callMethod(frame: Frame, fn: CallableFunction, call: GoMethodCall, final: GoValue): GoValue {
  return runCall(frame, { name: call.name, node: call.node, fn, prepared: call.prepare(fn) }, final);
}
