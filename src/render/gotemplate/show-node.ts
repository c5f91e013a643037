import { byteLength, quoteString } from './go-string.ts';
import type { CommandNode, OperandNode, PipeNode, TemplateAstNode } from './nodes.ts';

/** A node's source, in Go's own spelling of it. */
export function showNode(node: TemplateAstNode): string {
  switch (node.type) {
    case 'command':
      return showCommand(node);
    case 'text':
      return quoteString(node.text);
    case 'action':
      return `{{${showPipe(node.pipe)}}}`;
    case 'template':
      return `{{template ${quoteString(node.name)}${node.pipe === undefined ? '' : ` ${showPipe(node.pipe)}`}}}`;
    case 'if':
    case 'with':
    case 'range':
      return `{{${node.type} ${showPipe(node.pipe)}}}`;
    case 'break':
    case 'continue':
      return `{{${node.type}}}`;
    default:
      return showOperand(node);
  }
}

function showCommand({ args }: CommandNode): string {
  return args.map((arg) => (arg.type === 'pipe' ? `(${showPipe(arg)})` : showOperand(arg))).join(' ');
}

function showPipe({ variables, isAssign, commands }: PipeNode): string {
  const target = variables.length === 0 ? '' : `${variables.join(', ')} ${isAssign ? '=' : ':='} `;
  return target + commands.map(showCommand).join(' | ');
}

function showOperand(node: OperandNode): string {
  switch (node.type) {
    case 'identifier':
      return node.name;
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'variable':
      return node.names.join('.');
    case 'chain':
      return [node.node.type === 'pipe' ? `(${showPipe(node.node)})` : showOperand(node.node), ...node.names].join('.');
    case 'pipe':
      return showPipe(node);
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
  }
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
