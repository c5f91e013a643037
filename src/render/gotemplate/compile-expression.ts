import { callMethod, findMethod, prepareGetter, prepareMethod } from './call-method.ts';
import { compileCall, compileShortCircuit } from './compile-call.ts';
import { GoComplex } from './complex.ts';
import { type ArgumentType, convertArgument, convertConstant, convertNil, INTERFACE } from './convert-argument.ts';
import { evaluateField, fieldTypeIn } from './evaluate-field.ts';
import type { Command, Expression, Frame } from './frame.ts';
import type {
  BoolNode,
  ChainNode,
  CommandNode,
  ConstantNode,
  FieldNode,
  IdentifierNode,
  NilNode,
  NumberNode,
  OperandNode,
  PipeNode,
  StringNode,
  VariableNode,
} from './nodes.ts';
import type { Scope } from './scope.ts';
import { showNode } from './show-node.ts';
import { GoObject, type GoValue, goInt } from './value.ts';

/** Compiles a pipeline with what it declares or assigns. What it gives is never a nil interface. */
export function compilePipe(pipe: PipeNode, scope: Scope): Expression {
  const commands = pipe.commands.map((command, at) => compileCommand(command, at > 0, scope));
  const evaluate = compileStages(pipe, commands);
  if (pipe.variables.length === 0) return evaluate;
  const store = pipe.variables.map((name) =>
    pipe.isAssign ? compileAssign(name, scope) : compileDeclare(name, scope),
  );
  return (frame) => {
    const value = evaluate(frame);
    for (const set of store) set(frame, value);
    return value;
  };
}

function compileStages(pipe: PipeNode, commands: readonly Command[]): Expression {
  const [first, ...rest] = commands;
  if (first === undefined) return () => undefined;
  if (rest.length === 0) {
    return (frame) => {
      frame.node = pipe;
      return first(frame, undefined) ?? undefined;
    };
  }
  return (frame) => {
    frame.node = pipe;
    let value = first(frame, undefined) ?? undefined;
    for (const command of rest) value = command(frame, value) ?? undefined;
    return value;
  };
}

type Store = (frame: Frame, value: GoValue) => void;

function compileDeclare(name: string, scope: Scope): Store {
  const slot = scope.declare(name);
  return (frame, value) => {
    frame.variables[slot] = value;
  };
}

function compileAssign(name: string, scope: Scope): Store {
  const slot = scope.find(name);
  if (slot === undefined) return (frame) => undefinedVariable(frame, name);
  return (frame, value) => {
    frame.variables[slot] = value;
    frame.variableTypes[slot] = undefined;
  };
}

function undefinedVariable(frame: Frame, name: string): never {
  return frame.fail(`undefined variable: ${name}`);
}

/** Compiles one stage of a pipeline; `hasFinal`: it gets the value of the one before. */
function compileCommand(command: CommandNode, hasFinal: boolean, scope: Scope): Command {
  const [first, ...args] = command.args;
  const hasArguments = args.length > 0 || hasFinal;
  if (first.type === 'field') return compileField(first, args, hasFinal, scope);
  if (first.type === 'chain') return compileChain(first, args, hasFinal, scope);
  if (first.type === 'variable') return compileVariable(first, args, hasFinal, scope);
  if (first.type === 'identifier') {
    return compileFunction({ identifier: first, node: command, args, hasFinal }, scope);
  }
  if (first.type === 'pipe') return hasArguments ? compileNotFunction(undefined, first) : compilePipe(first, scope);
  return hasArguments ? compileNotFunction(first, first) : compileWord(first);
}

function compileNotFunction(at: OperandNode | undefined, shown: OperandNode): Command {
  return (frame) => {
    if (at !== undefined) frame.node = at;
    return frame.fail(`can't give argument to non-function ${showNode(shown)}`);
  };
}

/** A command that is a mere constant, or the dot. */
function compileWord(node: ConstantNode): Expression {
  if (node.type !== 'nil') return compileConstant(node);
  return (frame) => {
    frame.node = node;
    return frame.fail('nil is not a command');
  };
}

function compileConstant(node: ConstantNode): Expression {
  if (node.type === 'dot') {
    return (frame) => {
      frame.node = node;
      return frame.dot;
    };
  }
  if (node.type === 'number') return compileNumber(node);
  const value = node.type === 'bool' || node.type === 'string' ? node.value : undefined;
  return (frame) => {
    frame.node = node;
    return value;
  };
}

/** A number without a type to fit: what its spelling says. */
function compileNumber(node: NumberNode): Expression {
  const value = idealConstant(node);
  return (frame) => {
    frame.node = node;
    return value ?? frame.fail(`${node.text} overflows int`);
  };
}

function idealConstant({ text, complex, float, int }: NumberNode): GoValue {
  if (complex !== undefined) return new GoComplex(complex.real, complex.imaginary);
  const isHex = /^0x/i.test(text) && !/p/i.test(text);
  if (float !== undefined && !isHex && !text.startsWith("'") && /[.eEpP]/.test(text)) return float;
  return int === undefined ? undefined : goInt(int);
}

function compileFunction(
  call: {
    identifier: IdentifierNode;
    node: OperandNode | CommandNode;
    args: readonly OperandNode[];
    hasFinal: boolean;
  },
  scope: Scope,
): Command {
  const { name } = call.identifier;
  const isShort = (name === 'and' || name === 'or') && !scope.functions.has(name);
  const full = { ...call, compile: argumentCompiler(scope, call.args) };
  return isShort ? compileShortCircuit(full) : compileCall(full, scope.functions);
}

/**
 * Compiles arguments for types that are known only when the call runs. Operands are compiled once and at once, for they
 * may see and declare variables; only what converts them depends on the type.
 */
function argumentCompiler(
  scope: Scope,
  args: readonly OperandNode[],
): (node: OperandNode, type: ArgumentType) => Expression {
  const operands = new Map(
    args.map((node) => [node, isLiteral(node) ? undefined : compileOperand(node, scope)] as const),
  );
  const inner = scope.nest();
  return (node, type) => compileGiven(node, type, operands.get(node), inner);
}

/** Compiles an operand that is an argument of a type. */
function compileArgument(node: OperandNode, type: ArgumentType, scope: Scope): Expression {
  return compileGiven(node, type, isLiteral(node) ? undefined : compileOperand(node, scope), scope);
}

function compileGiven(
  node: OperandNode,
  type: ArgumentType,
  operand: Expression | undefined,
  scope: Scope,
): Expression {
  if (operand !== undefined) return compileConverted(node, type, operand, scope);
  if (isLiteral(node) && node.type !== 'nil') return compileLiteral(node, type);
  return (frame) => {
    frame.node = node;
    return convertNil(frame, type);
  };
}

function isLiteral(node: OperandNode): node is LiteralNode {
  return node.type === 'nil' || node.type === 'bool' || node.type === 'number' || node.type === 'string';
}

type LiteralNode = NilNode | BoolNode | NumberNode | StringNode;

function compileLiteral(node: BoolNode | NumberNode | StringNode, type: ArgumentType): Expression {
  if (type === 'any' || type === 'value' || type === 'index') return compileConstant(node);
  let known: GoValue;
  return (frame) => {
    frame.node = node;
    return (known ??= convertConstant(frame, node, type));
  };
}

function compileConverted(node: OperandNode, type: ArgumentType, evaluate: Expression, scope: Scope): Expression {
  if (type === 'index') return compileIndex(node, evaluate, scope);
  if (type === 'value') {
    return (frame) => {
      frame.node = node;
      return evaluate(frame);
    };
  }
  return (frame) => {
    frame.node = node;
    return convertArgument(frame, evaluate(frame), type);
  };
}

/** An index of `slice`, which takes no value that is still wrapped in an interface. */
function compileIndex(node: OperandNode, evaluate: Expression, scope: Scope): Expression {
  const typeOf = compileStaticType(node, scope);
  return (frame) => {
    frame.node = node;
    const value = evaluate(frame);
    return value !== undefined && typeOf(frame) === 'interface {}' ? INTERFACE : value;
  };
}

/** What tells the static type of an operand that has just been evaluated; empty where it is the value's own. */
function compileStaticType(node: OperandNode, scope: Scope): (frame: Frame) => string {
  if (node.type === 'dot') return (frame) => frame.dotType;
  const slot = node.type === 'variable' && node.names.length === 1 ? scope.find(node.names[0] ?? '') : undefined;
  if (slot !== undefined) return (frame) => frame.variableTypes[slot] ?? '';
  const isItem = node.type === 'field' || node.type === 'chain' || node.type === 'variable';
  return isItem ? (frame) => fieldTypeIn(frame.container) : () => '';
}

function compileOperand(node: OperandNode, scope: Scope): Expression {
  if (node.type === 'field') return withoutFinal(compileField(node, [], false, scope));
  if (node.type === 'variable') return withoutFinal(compileVariable(node, [], false, scope));
  if (node.type === 'chain') return withoutFinal(compileChain(node, [], false, scope));
  if (node.type === 'pipe') return compilePipe(node, scope);
  if (node.type !== 'identifier') return compileConstant(node);
  return withoutFinal(compileFunction({ identifier: node, node, args: [], hasFinal: false }, scope));
}

function withoutFinal(command: Command): Expression {
  return (frame) => command(frame, undefined);
}

function compileField(node: FieldNode, args: readonly OperandNode[], hasFinal: boolean, scope: Scope): Command {
  const follow = compileNames(node, node.names, { args, hasFinal }, scope);
  return (frame, final) => {
    frame.node = node;
    return follow(frame, final, frame.dot, frame.dotType);
  };
}

function compileVariable(node: VariableNode, args: readonly OperandNode[], hasFinal: boolean, scope: Scope): Command {
  const [name = '', ...names] = node.names;
  const slot = scope.find(name);
  if (slot === undefined) {
    return (frame) => {
      frame.node = node;
      return undefinedVariable(frame, name);
    };
  }
  if (names.length === 0) {
    if (args.length > 0 || hasFinal) return compileNotFunction(node, node);
    return (frame) => {
      frame.node = node;
      return frame.variables[slot];
    };
  }
  const follow = compileNames(node, names, { args, hasFinal }, scope);
  return (frame, final) => {
    frame.node = node;
    return follow(frame, final, frame.variables[slot], frame.variableTypes[slot] ?? '');
  };
}

function compileChain(node: ChainNode, args: readonly OperandNode[], hasFinal: boolean, scope: Scope): Command {
  if (node.node.type === 'nil') {
    return (frame) => {
      frame.node = node;
      return frame.fail(`indirection through explicit nil in ${showNode(node)}`);
    };
  }
  const evaluate = compileArgument(node.node, 'value', scope);
  const follow = compileNames(node, node.names, { args, hasFinal }, scope);
  return (frame, final) => {
    frame.node = node;
    return follow(frame, final, evaluate(frame), '');
  };
}

type Follow = (frame: Frame, final: GoValue, receiver: GoValue, type: string) => GoValue;

/** Compiles `.a.b.c` behind a value; the last of them may be a method, which gets the arguments. */
function compileNames(node: OperandNode, names: readonly string[], call: GivenArguments, scope: Scope): Follow {
  const before = names.slice(0, -1);
  const last = names.at(-1) ?? '';
  const compile = argumentCompiler(scope, call.args);
  const method = prepareMethod(last, node, { ...call, compile });
  const hasArguments = call.args.length > 0 || call.hasFinal;
  return (frame, final, start, startType) => {
    let receiver = start;
    let type = startType;
    for (const name of before) {
      const inner = receiver;
      receiver = evaluateStep(frame, inner, name, type);
      type = fieldTypeIn(inner);
    }
    if (receiver instanceof GoObject) {
      const found = findMethod(receiver, last);
      if (found !== undefined) return callMethod(frame, found, method, final);
    }
    if (hasArguments) refuseArguments(frame, receiver, last);
    frame.container = receiver;
    return evaluateField(frame, receiver, last, type);
  };
}

interface GivenArguments {
  readonly args: readonly OperandNode[];
  readonly hasFinal: boolean;
}

function evaluateStep(frame: Frame, receiver: GoValue, name: string, type: string): GoValue {
  if (receiver instanceof GoObject) {
    const found = findMethod(receiver, name);
    if (found !== undefined) return callMethod(frame, found, prepareGetter(name, frame.node as OperandNode), undefined);
  }
  return evaluateField(frame, receiver, name, type);
}

function refuseArguments(frame: Frame, receiver: GoValue, name: string): void {
  if (receiver instanceof GoObject && receiver.container() === undefined && receiver.get(name) !== undefined) {
    frame.fail(`${name} has arguments but cannot be invoked as function`);
  }
  const isMap = receiver instanceof Map || (receiver instanceof GoObject && receiver.container() instanceof Map);
  if (isMap) frame.fail(`${name} is not a method but has arguments`);
}
