import { quoteString } from './go-string.ts';
import type { Token, TokenType } from './lexer.ts';
import type { CommandNode, ConstantNode, OperandNode, PipeNode, TreeSource } from './nodes.ts';
import { parseNumber } from './number-constant.ts';
import { showNode } from './show-node.ts';
import type { TokenReader } from './token-reader.ts';

/** Go allows 10 000, which would need more stack than there is. */
const MAX_PARENTHESES = 1000;
const OPERAND_STARTS: ReadonlySet<TokenType> = new Set<TokenType>([
  'bool',
  'charConstant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
]);

/** The functions that a text may name, and those that it does. */
export interface NamedFunctions {
  readonly functions: Set<string>;
  readonly hasFunction: (name: string) => boolean;
}

/** Parses what is inside of actions: pipelines of commands. */
export class PipelineParser {
  private readonly tokens: TokenReader;
  private readonly names: NamedFunctions;
  /** The variables that may be used here; who closes a scope shortens the list. */
  readonly variables: string[] = ['$'];
  private parenDepth = 0;

  constructor(tokens: TokenReader, names: NamedFunctions) {
    this.tokens = tokens;
    this.names = names;
  }

  /** Reads up to a token of type `end`. `context` names the pipeline in errors. */
  pipeline(context: string, end: TokenType): PipeNode {
    const at = this.tokens.peekNonSpace().start;
    const { variables, isAssign } = this.declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.tokens.nextNonSpace();
      if (token.type === end) break;
      if (!OPERAND_STARTS.has(token.type)) this.tokens.unexpected(token, context);
      this.tokens.backUp(token);
      commands.push(this.command());
    }
    this.checkPipeline(commands, context);
    return { type: 'pipe', tree: this.tokens.source, at, isAssign, variables, commands };
  }

  private declarations(context: string): { variables: string[]; isAssign: boolean } {
    const variables: string[] = [];
    let isAssign = false;
    while (this.tokens.peekNonSpace().type === 'variable') {
      const variable = this.tokens.next();
      const after = this.tokens.peek();
      const operator = this.tokens.peekNonSpace();
      const isComma = operator.type === 'char' && operator.text === ',';
      if (!isComma && operator.type !== 'assign' && operator.type !== 'declare') {
        // Not a declaration. A space that was passed over separates this operand from the next.
        this.tokens.backUp(variable, ...(after.type === 'space' ? [after] : []));
        break;
      }
      isAssign = operator.type === 'assign';
      this.tokens.nextNonSpace();
      variables.push(variable.text);
      this.variables.push(variable.text);
      if (!isComma) break;
      this.expectSecond(context, variables.length);
    }
    return { variables, isAssign };
  }

  private expectSecond(context: string, count: number): void {
    if (context !== 'range' || count >= 2) this.tokens.fail(`too many declarations in ${context}`);
    const { type } = this.tokens.peekNonSpace();
    if (type !== 'variable' && type !== 'rightDelim' && type !== 'rightParen') {
      this.tokens.fail('range can only initialize variables');
    }
  }

  private checkPipeline(commands: readonly CommandNode[], context: string): void {
    if (commands.length === 0) this.tokens.fail(`missing value for ${context}`);
    commands.forEach((command, at) => {
      if (at > 0 && isConstant(command.args[0])) this.tokens.fail(`non executable command in pipeline stage ${at + 1}`);
    });
  }

  private command(): CommandNode {
    const at = this.tokens.peekNonSpace().start;
    const args: OperandNode[] = [];
    for (;;) {
      this.tokens.peekNonSpace();
      const operand = this.operand();
      if (operand !== undefined) args.push(operand);
      const token = this.tokens.next();
      if (token.type === 'space') continue;
      if (token.type === 'rightDelim' || token.type === 'rightParen') this.tokens.backUp(token);
      else if (token.type !== 'pipe') this.tokens.unexpected(token, 'operand');
      break;
    }
    const [first, ...rest] = args;
    if (first === undefined) return this.tokens.fail('empty command');
    return { type: 'command', tree: this.tokens.source, at, args: [first, ...rest] };
  }

  private operand(): OperandNode | undefined {
    const node = this.term();
    if (node === undefined || this.tokens.peek().type !== 'field') return node;
    const at = this.tokens.peek().start;
    const names: string[] = [];
    while (this.tokens.peek().type === 'field') names.push(this.tokens.next().text.slice(1));
    if (node.type === 'field' || node.type === 'variable') {
      return { type: node.type, tree: this.tokens.source, at, names: [...node.names, ...names] };
    }
    if (isConstant(node)) return this.tokens.fail(`unexpected . after term ${quoteString(showNode(node))}`);
    return { type: 'chain', tree: this.tokens.source, at, node, names };
  }

  private term(): OperandNode | undefined {
    const token = this.tokens.nextNonSpace();
    const place = { tree: this.tokens.source, at: token.start };
    if (token.type === 'identifier') return this.identifier(token);
    if (token.type === 'variable') return this.variable(token);
    if (token.type === 'field') return { type: 'field', ...place, names: [token.text.slice(1)] };
    if (token.type === 'leftParen') return this.parenthesized();
    return this.constant(token, place);
  }

  private constant(token: Token, place: { tree: TreeSource; at: number }): OperandNode | undefined {
    const { type, text } = token;
    if (type === 'dot' || type === 'nil') return { type, ...place };
    if (type === 'bool') return { type, ...place, value: text === 'true' };
    if (type === 'charConstant' || type === 'complex' || type === 'number') {
      return { type: 'number', ...place, ...this.number(text, type) };
    }
    if (type === 'string' || type === 'rawString') {
      return { type: 'string', ...place, quoted: text, value: this.tokens.unquote(token) };
    }
    this.tokens.backUp(token);
    return undefined;
  }

  private number(text: string, type: Parameters<typeof parseNumber>[1]): ReturnType<typeof parseNumber> {
    try {
      return parseNumber(text, type);
    } catch (error) {
      return this.tokens.fail(error instanceof Error ? error.message : String(error));
    }
  }

  private identifier(token: Token): OperandNode {
    if (!this.names.hasFunction(token.text)) this.tokens.fail(`function ${quoteString(token.text)} not defined`);
    this.names.functions.add(token.text);
    return { type: 'identifier', tree: this.tokens.source, at: token.start, name: token.text };
  }

  private variable(token: Token): OperandNode {
    if (!this.variables.includes(token.text)) this.tokens.fail(`undefined variable ${quoteString(token.text)}`);
    return { type: 'variable', tree: this.tokens.source, at: token.start, names: [token.text] };
  }

  private parenthesized(): OperandNode {
    if (this.parenDepth >= MAX_PARENTHESES) this.tokens.fail('max expression depth exceeded');
    this.parenDepth++;
    const pipe = this.pipeline('parenthesized pipeline', 'rightParen');
    this.parenDepth--;
    return pipe;
  }
}

function isConstant(node: OperandNode): node is ConstantNode {
  return ['bool', 'dot', 'nil', 'number', 'string'].includes(node.type);
}
