import { STEP } from './budget.ts';
import { compilePipe } from './compile-expression.ts';
import { BREAK, type Frame, NEXT, type Signal, type Statement } from './frame.ts';
import type { BranchNode, StatementNode } from './nodes.ts';
import { sortedKeys } from './print-argument.ts';
import { formatOutput, formatValue } from './print-value.ts';
import type { Scope } from './scope.ts';
import { elementTypeOf, GoInt, type GoMap, GoObject, type GoValue, goInt, typedList } from './value.ts';

/** What a loop does with each item. */
interface Loop {
  readonly node: BranchNode;
  readonly body: Statement;
  /** Slots of the variables that get key and item; both undefined where no variable is given. */
  readonly keySlot: number | undefined;
  readonly itemSlot: number | undefined;
}

/** Compiles `range` over a list, a map in the order of its keys, or the integers below one. */
export function compileRange(
  node: BranchNode,
  scope: Scope,
  compileList: (nodes: readonly StatementNode[], scope: Scope) => Statement,
): Statement {
  const outer = scope.nest();
  const evaluate = compilePipe(node.pipe, outer);
  const slots = node.pipe.variables.map((name) => outer.find(name));
  const loop: Loop = {
    node,
    body: compileList(node.list, outer.nest()),
    keySlot: slots.length > 1 ? slots[0] : undefined,
    itemSlot: slots.at(-1),
  };
  const otherwise = compileList(node.otherwise ?? [], outer.nest());
  return (frame) => {
    const { dot, dotType } = frame;
    const hasRun = iterate(frame, loop, evaluate(frame));
    frame.dot = dot;
    frame.dotType = dotType;
    return hasRun ? NEXT : otherwise(frame);
  };
}

/** Runs the loop; says whether there was anything to run it for. */
function iterate(frame: Frame, loop: Loop, value: GoValue): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return iterateList(frame, loop, value);
  if (value instanceof Map) return iterateMap(frame, loop, value);
  if (value instanceof GoInt) return iterateIntegers(frame, loop, value);
  if (value instanceof Uint8Array) return iterateList(frame, loop, bytesOf(value));
  return iterateObject(frame, loop, value);
}

function iterateObject(frame: Frame, loop: Loop, value: GoValue): boolean {
  const items = value instanceof GoObject ? (value.container() ?? value.integer()) : undefined;
  if (items === undefined) frame.fail(`range can't iterate over ${formatOutput(value)}`);
  if (items instanceof GoInt) refuseTwoVariables(frame, loop, value);
  return iterate(frame, loop, items);
}

function bytesOf(bytes: Uint8Array): GoValue[] {
  return typedList(
    Array.from(bytes, (byte) => goInt(byte, 'uint8')),
    '[]uint8',
  );
}

function iterateList(frame: Frame, loop: Loop, list: readonly GoValue[]): boolean {
  frame.dotType = itemType(elementTypeOf(list as GoValue[]));
  // The list may grow meanwhile, as it may not in Go.
  const count = list.length;
  for (let at = 0; at < count; at++) {
    const item = list[at];
    const key = loop.keySlot === undefined ? undefined : goInt(at);
    if (step(frame, loop, key, item === undefined ? null : item) === BREAK) break;
  }
  return count > 0;
}

/** Items of a list of concrete types have no other type than that. */
function itemType(type: string): string {
  return type.startsWith('interface') ? type : '';
}

function iterateMap(frame: Frame, loop: Loop, map: GoMap): boolean {
  frame.dotType = itemType(elementTypeOf(map));
  const entries = sortedKeys(map).map((key) => [key, map.get(key) ?? null] as const);
  for (const [key, item] of entries) {
    if (step(frame, loop, key, item) === BREAK) break;
  }
  return entries.length > 0;
}

function iterateIntegers(frame: Frame, loop: Loop, limit: GoInt): boolean {
  refuseTwoVariables(frame, loop, limit);
  frame.dotType = '';
  for (let at = 0n; at < limit.value; at++) {
    if (step(frame, loop, undefined, goInt(at, limit.type)) === BREAK) break;
  }
  return limit.value > 0n;
}

function refuseTwoVariables(frame: Frame, { node }: Loop, limit: GoValue): void {
  if (node.pipe.variables.length < 2) return;
  frame.fail(`can't use ${formatValue(limit)} to iterate over more than one variable`);
}

function step(frame: Frame, { body, keySlot, itemSlot }: Loop, key: GoValue, item: GoValue): Signal {
  frame.execution.budget.charge(STEP);
  const { dotType } = frame;
  if (itemSlot !== undefined) {
    frame.variables[itemSlot] = item;
    frame.variableTypes[itemSlot] = dotType;
  }
  if (keySlot !== undefined) frame.variables[keySlot] = key;
  frame.dot = item;
  const signal = body(frame);
  frame.dotType = dotType;
  return signal;
}
