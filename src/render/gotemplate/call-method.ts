import type { CallableFunction } from './callable.ts';
import type { Frame } from './frame.ts';
import type { OperandNode } from './nodes.ts';
import { type CallArguments, prepareCall, runCall } from './prepare-call.ts';
import type { GoObject, GoValue } from './value.ts';

/** A call of a method. */
export interface GoMethodCall extends CallArguments {
  readonly name: string;
  /** What errors of the method point at. */
  readonly node: OperandNode;
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
  const prepared = prepareCall(call.name, fn, call);
  return runCall(frame, { name: call.name, node: call.node, fn, prepared }, final);
}
