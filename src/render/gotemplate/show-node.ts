import { byteLength, quoteString } from './go-string.ts';
import type {
  BranchNode,
  CommandNode,
  ConstantNode,
  JumpNode,
  OperandNode,
  PipeNode,
  TemplateAstNode,
} from './nodes.ts';

/** A node's source, in Go's own spelling of it. */
export function showNode(node: TemplateAstNode): string {
  if (node.type === 'command') return showCommand(node);
  if (node.type === 'action') return `{{${showPipe(node.pipe)}}}`;
  if (node.type === 'template') return `{{template ${quoteString(node.name)}${showGiven(node.pipe)}}}`;
  if (node.type === 'text') return quoteString(node.text);
  return isBranch(node)
    ? `{{${node.type}${showGiven(node.pipe)}}}`
    : isJump(node)
      ? `{{${node.type}}}`
      : showOperand(node);
}

function isBranch(node: TemplateAstNode): node is BranchNode {
  return node.type === 'if' || node.type === 'with' || node.type === 'range';
}

function isJump(node: TemplateAstNode): node is JumpNode {
  return node.type === 'break' || node.type === 'continue';
}

function showGiven(pipe: PipeNode | undefined): string {
  return pipe === undefined ? '' : ` ${showPipe(pipe)}`;
}

function showCommand({ args }: CommandNode): string {
  return args.map((arg) => (arg.type === 'pipe' ? `(${showPipe(arg)})` : showOperand(arg))).join(' ');
}

function showPipe({ variables, isAssign, commands }: PipeNode): string {
  const target = variables.length === 0 ? '' : `${variables.join(', ')} ${isAssign ? '=' : ':='} `;
  return target + commands.map(showCommand).join(' | ');
}

function showOperand(node: OperandNode): string {
  if (node.type === 'identifier') return node.name;
  if (node.type === 'field') return node.names.map((name) => `.${name}`).join('');
  if (node.type === 'variable') return node.names.join('.');
  if (node.type === 'chain') return [showChained(node.node), ...node.names].join('.');
  return node.type === 'pipe' ? showPipe(node) : showConstant(node);
}

function showChained(node: OperandNode): string {
  return node.type === 'pipe' ? `(${showPipe(node)})` : showOperand(node);
}

function showConstant(node: ConstantNode): string {
  if (node.type === 'bool') return String(node.value);
  if (node.type === 'number') return node.text;
  if (node.type === 'string') return node.quoted;
  return node.type === 'dot' ? '.' : 'nil';
}

/** Where a node stands: `name:line:column`, the line from 1 and the column in bytes from 0. */
export function locateNode({ tree, at }: TemplateAstNode): string {
  const before = tree.text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return `${tree.parseName}:${lineOf(tree.text, at)}:${byteLength(before.slice(lineStart))}`;
}

/** The line, from 1, of an index into a text. */
export function lineOf(text: string, at: number): number {
  let line = 1;
  for (let newline = text.indexOf('\n'); newline >= 0 && newline < at; newline = text.indexOf('\n', newline + 1))
    line++;
  return line;
}
