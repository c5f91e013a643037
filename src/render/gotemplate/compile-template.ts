import { STEP } from './budget.ts';
import { compilePipe } from './compile-expression.ts';
import { compileRange } from './compile-range.ts';
import {
  BREAK,
  CONTINUE,
  type CompiledTemplate,
  type Expression,
  Frame,
  isStackOverflow,
  NEXT,
  type Signal,
  type Statement,
} from './frame.ts';
import type { FunctionTable } from './function-table.ts';
import { quoteString } from './go-string.ts';
import type { ActionNode, BranchNode, StatementNode, TemplateNode } from './nodes.ts';
import type { TemplateTree } from './parser.ts';
import { formatOutput } from './print-value.ts';
import { Scope } from './scope.ts';
import { showNode } from './show-node.ts';
import { isTrue } from './truth.ts';
import { GoFunctionValue, type GoValue, goTypeOf } from './value.ts';

/** Compiles a template to closures, which any number of executions may share. */
export function compileTemplate(tree: TemplateTree, functions: FunctionTable): CompiledTemplate {
  const scope = new Scope(functions);
  const run = compileList(tree.nodes, scope);
  scope.close();
  return { name: tree.name, slots: scope.slots, run };
}

function compileList(nodes: readonly StatementNode[], scope: Scope): Statement {
  const statements = nodes.map((node) => compileStatement(node, scope));
  const [first] = statements;
  if (statements.length === 1 && first !== undefined) return first;
  return (frame) => {
    for (const statement of statements) {
      const signal = statement(frame);
      if (signal !== NEXT) return signal;
    }
    return NEXT;
  };
}

function compileStatement(node: StatementNode, scope: Scope): Statement {
  if (node.type === 'text') return compileText(node.text);
  if (node.type === 'action') return compileAction(node, scope);
  if (node.type === 'if') return compileIf(node, scope);
  if (node.type === 'with') return compileWith(node, scope);
  if (node.type === 'range') return compileRange(node, scope, compileList);
  if (node.type === 'template') return compileInvocation(node, scope);
  return compileJump(node.type === 'break' ? BREAK : CONTINUE);
}

function compileJump(signal: Signal): Statement {
  return () => signal;
}

function compileText(text: string): Statement {
  return (frame) => {
    write(frame, text);
    return NEXT;
  };
}

function write({ execution }: Frame, text: string): void {
  execution.budget.charge(text.length + STEP);
  execution.output += text;
}

function compileAction(node: ActionNode, scope: Scope): Statement {
  const evaluate = compilePipe(node.pipe, scope);
  if (node.pipe.variables.length > 0) {
    return (frame) => {
      frame.execution.budget.charge(STEP);
      evaluate(frame);
      return NEXT;
    };
  }
  return (frame) => {
    const value = evaluate(frame);
    write(frame, typeof value === 'string' ? value : print(frame, node, value));
    return NEXT;
  };
}

function print(frame: Frame, node: ActionNode, value: GoValue): string {
  if (value === undefined) return '<no value>';
  if (!(value instanceof GoFunctionValue)) return formatOutput(value);
  frame.node = node;
  return frame.fail(`can't print ${showNode(node)} of type ${goTypeOf(value)}`);
}

function compileIf(node: BranchNode, scope: Scope): Statement {
  const inner = scope.nest();
  const { condition, list, otherwise } = compileBranches(node, inner);
  return (frame) => {
    frame.execution.budget.charge(STEP);
    return isTrue(condition(frame)) ? list(frame) : otherwise(frame);
  };
}

function compileWith(node: BranchNode, scope: Scope): Statement {
  const { condition, list, otherwise } = compileBranches(node, scope.nest());
  return (frame) => {
    const value = condition(frame);
    if (!isTrue(value)) return otherwise(frame);
    const { dot, dotType } = frame;
    frame.dot = value;
    frame.dotType = '';
    const signal = list(frame);
    frame.dot = dot;
    frame.dotType = dotType;
    return signal;
  };
}

interface Branches {
  readonly condition: Expression;
  readonly list: Statement;
  readonly otherwise: Statement;
}

function compileBranches(node: BranchNode, scope: Scope): Branches {
  const condition = compilePipe(node.pipe, scope);
  return {
    condition,
    list: compileList(node.list, scope.nest()),
    otherwise: compileList(node.otherwise ?? [], scope.nest()),
  };
}

/** As deep as Go goes; here the stack is mostly full before. */
const MAX_DEPTH = 100_000;

function compileInvocation(node: TemplateNode, scope: Scope): Statement {
  const evaluate = node.pipe === undefined ? () => undefined : compilePipe(node.pipe, scope);
  return (frame) => {
    frame.node = node;
    const template = frame.execution.lookup(node.name) ?? frame.fail(`template ${quoteString(node.name)} not defined`);
    if (frame.depth >= MAX_DEPTH) failTooDeep(frame, node);
    const dot = evaluate(frame);
    try {
      invoke(frame, template, dot);
    } catch (error) {
      if (isStackOverflow(error)) failTooDeep(frame, node);
      throw error;
    }
    return NEXT;
  };
}

function invoke(frame: Frame, template: CompiledTemplate, dot: GoValue): void {
  const { execution } = frame;
  execution.budget.charge(STEP);
  const inner = new Frame(execution, template, dot, frame.depth + 1);
  execution.frame = inner;
  template.run(inner);
  execution.frame = frame;
}

function failTooDeep(frame: Frame, node: TemplateNode): never {
  frame.node = node;
  return frame.fail(`exceeded maximum template depth (${MAX_DEPTH})`);
}
