/** What all nodes of one template's text share. */
export interface TreeSource {
  /** Name of the template that was parsed, for errors; a `define` in it has a name of its own. */
  readonly parseName: string;
  readonly text: string;
}

interface NodeBase {
  readonly tree: TreeSource;
  /** An index into the text. */
  readonly at: number;
}

/** Operands: what a command consists of. */
export type OperandNode = IdentifierNode | FieldNode | VariableNode | ChainNode | PipeNode | ConstantNode;

/** Operands that stand for themselves. */
export type ConstantNode = DotNode | NilNode | BoolNode | NumberNode | StringNode;

/** Text and actions: what a template consists of. */
export type StatementNode = TextNode | ActionNode | BranchNode | TemplateNode | JumpNode;

/** Anything that an error may point at. */
export type TemplateAstNode = OperandNode | StatementNode | CommandNode;

/** The name of a function. */
export interface IdentifierNode extends NodeBase {
  readonly type: 'identifier';
  readonly name: string;
}

/** `.a.b` */
export interface FieldNode extends NodeBase {
  readonly type: 'field';
  readonly names: readonly string[];
}

/** `$x.a.b`; the first name is the variable's, with its `$`. */
export interface VariableNode extends NodeBase {
  readonly type: 'variable';
  readonly names: readonly string[];
}

/** `(…).a.b` */
export interface ChainNode extends NodeBase {
  readonly type: 'chain';
  readonly node: OperandNode;
  readonly names: readonly string[];
}

/** `$x := a | b` */
export interface PipeNode extends NodeBase {
  readonly type: 'pipe';
  readonly isAssign: boolean;
  readonly variables: readonly string[];
  readonly commands: readonly CommandNode[];
}

/** One stage of a pipeline. */
export interface CommandNode extends NodeBase {
  readonly type: 'command';
  readonly args: readonly [OperandNode, ...OperandNode[]];
}

/** `.` */
export interface DotNode extends NodeBase {
  readonly type: 'dot';
}

/** `nil` */
export interface NilNode extends NodeBase {
  readonly type: 'nil';
}

/** `true` */
export interface BoolNode extends NodeBase {
  readonly type: 'bool';
  readonly value: boolean;
}

/** A constant and all the kinds of number that it can be. */
export interface NumberNode extends NodeBase, NumberConstant {
  readonly type: 'number';
}

/** The values of a number constant; those are set that fit. */
export interface NumberConstant {
  readonly text: string;
  readonly int?: bigint;
  readonly uint?: bigint;
  readonly float?: number;
  readonly complex?: { readonly real: number; readonly imaginary: number };
}

/** A quoted text. */
export interface StringNode extends NodeBase {
  readonly type: 'string';
  readonly quoted: string;
  readonly value: string;
}

/** What stands outside of actions. */
export interface TextNode extends NodeBase {
  readonly type: 'text';
  readonly text: string;
}

/** `{{ pipeline }}` */
export interface ActionNode extends NodeBase {
  readonly type: 'action';
  readonly pipe: PipeNode;
}

/** `{{ if }}`, `{{ with }}` or `{{ range }}` up to its end. */
export interface BranchNode extends NodeBase {
  readonly type: 'if' | 'with' | 'range';
  readonly pipe: PipeNode;
  readonly list: readonly StatementNode[];
  readonly otherwise?: readonly StatementNode[];
}

/** `{{ template "name" pipeline }}` */
export interface TemplateNode extends NodeBase {
  readonly type: 'template';
  readonly name: string;
  readonly pipe?: PipeNode;
}

/** `{{ break }}` and `{{ continue }}` */
export interface JumpNode extends NodeBase {
  readonly type: 'break' | 'continue';
}
