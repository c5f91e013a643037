import { quoteString, unquoteString } from './go-string.ts';
import { Lexer, showToken, type Token, type TokenType } from './lexer.ts';
import type {
  BranchNode,
  CommandNode,
  OperandNode,
  PipeNode,
  StatementNode,
  TemplateNode,
  TreeSource,
} from './nodes.ts';
import { parseNumber } from './number-constant.ts';
import { lineOf, showNode } from './show-node.ts';
import { TemplateParseError } from './template-error.ts';

/** One template: the text itself, or a `define` or `block` in it. */
export interface TemplateTree {
  readonly name: string;
  readonly nodes: readonly StatementNode[];
}

/** All templates of one text by name, the text itself included. */
export interface ParsedText {
  readonly trees: ReadonlyMap<string, TemplateTree>;
  /** Functions that the text names. */
  readonly functions: ReadonlySet<string>;
}

/**
 * Parses a template's text.
 *
 * @param hasFunction says whether there is a function of a name
 * @throws {TemplateParseError} with Go's message
 */
export function parseTemplate(name: string, text: string, hasFunction: (name: string) => boolean): ParsedText {
  const shared: SharedParse = {
    lexer: new Lexer(text),
    source: { parseName: name, text },
    trees: new Map(),
    functions: new Set(),
    hasFunction,
  };
  new TreeParser(shared).parseText(name);
  return shared;
}

/** Whether a template holds nothing but space: such a one replaces no other of its name. */
export function isEmptyTree({ nodes }: TemplateTree): boolean {
  return nodes.every((node) => node.type === 'text' && /^[\s\u0085]*$/.test(node.text));
}

interface SharedParse extends ParsedText {
  readonly lexer: Lexer;
  readonly source: TreeSource;
  readonly trees: Map<string, TemplateTree>;
  readonly functions: Set<string>;
  readonly hasFunction: (name: string) => boolean;
}

/** What may end a list, beside the nodes of it. */
interface ListEnd {
  readonly type: 'endMark' | 'elseMark';
}

type Item = StatementNode | ListEnd;

const END: ListEnd = { type: 'endMark' };
const ELSE: ListEnd = { type: 'elseMark' };
/** Go allows 10 000, which would need more stack than there is. */
const MAX_PARENTHESES = 1000;
const MAX_NESTING = 1000;
const EOF: Token = { type: 'EOF', text: '', start: 0 };
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

/** Parses one template; a `define` in it gets a parser of its own that reads the same tokens. */
class TreeParser {
  private readonly shared: SharedParse;
  private readonly source: TreeSource;
  /** Tokens read ahead, the next one last. */
  private readonly ahead: Token[] = [];
  /** The last token that came from the lexer; errors name its line. */
  private last: Token = EOF;
  private variables: string[] = ['$'];
  private actionStart: number | undefined;
  private rangeDepth = 0;
  private parenDepth = 0;
  private readonly nesting: number;

  constructor(shared: SharedParse, nesting = 0) {
    this.shared = shared;
    this.source = shared.source;
    this.nesting = nesting;
  }

  parseText(name: string): void {
    const nodes: StatementNode[] = [];
    while (this.peek().type !== 'EOF') {
      if (this.peek().type === 'leftDelim' && this.startsDefinition()) continue;
      const item = this.textOrAction();
      if (isListEnd(item)) this.fail(`unexpected ${showEnd(item)}`);
      nodes.push(item);
    }
    this.add({ name, nodes });
  }

  private startsDefinition(): boolean {
    const delim = this.next();
    const token = this.nextNonSpace();
    if (token.type !== 'define') {
      this.ahead.push(token, delim);
      return false;
    }
    new TreeParser(this.shared, this.nesting).parseDefinition();
    return true;
  }

  private parseDefinition(): void {
    const context = 'define clause';
    const token = this.nextNonSpace();
    const name = this.templateName(token, context);
    this.expect('rightDelim', context);
    this.parseBody(name, context);
  }

  private parseBody(name: string, context: string): void {
    const { nodes, end } = this.itemList();
    if (end !== END) this.fail(`unexpected ${showEnd(end)} in ${context}`);
    this.add({ name, nodes });
  }

  private add(tree: TemplateTree): void {
    const known = this.shared.trees.get(tree.name);
    if (known === undefined || isEmptyTree(known)) this.shared.trees.set(tree.name, tree);
    else if (!isEmptyTree(tree)) this.fail(`template: multiple definition of template ${quoteString(tree.name)}`);
  }

  private next(): Token {
    const token = this.ahead.pop();
    if (token !== undefined) return token;
    this.last = this.shared.lexer.next();
    return this.last;
  }

  private peek(): Token {
    const token = this.next();
    this.ahead.push(token);
    return token;
  }

  private nextNonSpace(): Token {
    for (;;) {
      const token = this.next();
      if (token.type !== 'space') return token;
    }
  }

  private peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.ahead.push(token);
    return token;
  }

  private fail(message: string): never {
    const { parseName, text } = this.source;
    throw new TemplateParseError(`template: ${parseName}:${lineOf(text, this.last.start)}: ${message}`);
  }

  private expect(type: TokenType, context: string): Token {
    const token = this.nextNonSpace();
    return token.type === type ? token : this.unexpected(token, context);
  }

  private unexpected(token: Token, context: string): never {
    if (token.type !== 'error') return this.fail(`unexpected ${showToken(token)} in ${context}`);
    return this.fail(token.text + this.startedAt(token));
  }

  private startedAt(token: Token): string {
    const { parseName, text } = this.source;
    const line = this.actionStart === undefined ? 0 : lineOf(text, this.actionStart);
    if (line === 0 || line === lineOf(text, token.start)) return '';
    return `${token.text.endsWith(' action') ? '' : ' in action'} started at ${parseName}:${line}`;
  }

  /** Reads up to an `end` or `else`. */
  private itemList(): { nodes: StatementNode[]; end: ListEnd } {
    const nodes: StatementNode[] = [];
    while (this.peekNonSpace().type !== 'EOF') {
      const item = this.textOrAction();
      if (isListEnd(item)) return { nodes, end: item };
      nodes.push(item);
    }
    return this.fail('unexpected EOF');
  }

  private textOrAction(): Item {
    const token = this.nextNonSpace();
    if (token.type === 'text') return { type: 'text', tree: this.source, at: token.start, text: token.text };
    if (token.type !== 'leftDelim') return this.unexpected(token, 'input');
    this.actionStart = token.start;
    const item = this.action();
    this.actionStart = undefined;
    return item;
  }

  private action(): Item {
    const token = this.nextNonSpace();
    switch (token.type) {
      case 'block':
        return this.block();
      case 'break':
      case 'continue':
        return this.jump(token.type, token.start);
      case 'else':
        return this.elseMark();
      case 'end':
        this.expect('rightDelim', 'end');
        return END;
      case 'if':
      case 'range':
      case 'with':
        return this.control(token.type, this.nesting);
      case 'template':
        return this.template();
      default:
        this.ahead.push(token);
        return {
          type: 'action',
          tree: this.source,
          at: this.peek().start,
          pipe: this.pipeline('command', 'rightDelim'),
        };
    }
  }

  private jump(type: 'break' | 'continue', at: number): StatementNode {
    const token = this.nextNonSpace();
    if (token.type !== 'rightDelim') this.unexpected(token, `{{${type}}}`);
    if (this.rangeDepth === 0) this.fail(`{{${type}}} outside {{range}}`);
    return { type, tree: this.source, at };
  }

  private elseMark(): ListEnd {
    const next = this.peekNonSpace();
    // An `else if` leaves its `if` for the branch that it continues.
    if (next.type !== 'if' && next.type !== 'with') this.expect('rightDelim', 'else');
    return ELSE;
  }

  private depth = 0;

  private control(type: BranchNode['type'], nesting: number): BranchNode {
    if (++this.depth > MAX_NESTING) this.fail('max nesting of actions exceeded');
    const scope = this.variables.length;
    const pipe = this.pipeline(type, 'rightDelim');
    if (type === 'range') this.rangeDepth++;
    const { nodes, end } = this.itemList();
    if (type === 'range') this.rangeDepth--;
    const otherwise = end === ELSE ? this.elseList(type, nesting) : undefined;
    this.variables.length = scope;
    this.depth--;
    const branch = { type, tree: this.source, at: pipe.at, pipe, list: nodes };
    return otherwise === undefined ? branch : { ...branch, otherwise };
  }

  private elseList(type: BranchNode['type'], nesting: number): StatementNode[] {
    if (type !== 'range' && this.peek().type === type) {
      this.next();
      return [this.control(type, nesting)];
    }
    const { nodes, end } = this.itemList();
    if (end !== END) this.fail(`expected end; found ${showEnd(end)}`);
    return nodes;
  }

  private block(): TemplateNode {
    const context = 'block clause';
    const token = this.nextNonSpace();
    const name = this.templateName(token, context);
    const pipe = this.pipeline(context, 'rightDelim');
    if (this.nesting >= MAX_NESTING) this.fail('max nesting of blocks exceeded');
    new TreeParser(this.shared, this.nesting + 1).parseBody(name, context);
    return { type: 'template', tree: this.source, at: token.start, name, pipe };
  }

  private template(): TemplateNode {
    const context = 'template clause';
    const token = this.nextNonSpace();
    const node = {
      type: 'template',
      tree: this.source,
      at: token.start,
      name: this.templateName(token, context),
    } as const;
    const next = this.nextNonSpace();
    if (next.type === 'rightDelim') return node;
    this.ahead.push(next);
    return { ...node, pipe: this.pipeline(context, 'rightDelim') };
  }

  private templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') return this.unexpected(token, context);
    return this.unquote(token);
  }

  private unquote(token: Token): string {
    return unquoteString(token.text) ?? this.fail('invalid syntax');
  }

  private pipeline(context: string, end: TokenType): PipeNode {
    const at = this.peekNonSpace().start;
    const { variables, isAssign } = this.declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.nextNonSpace();
      if (token.type === end) break;
      if (!OPERAND_STARTS.has(token.type)) this.unexpected(token, context);
      this.ahead.push(token);
      commands.push(this.command());
    }
    this.checkPipeline(commands, context);
    return { type: 'pipe', tree: this.source, at, isAssign, variables, commands };
  }

  private declarations(context: string): { variables: string[]; isAssign: boolean } {
    const variables: string[] = [];
    let isAssign = false;
    while (this.peekNonSpace().type === 'variable') {
      const variable = this.next();
      const after = this.peek();
      const operator = this.peekNonSpace();
      const isComma = operator.type === 'char' && operator.text === ',';
      if (!isComma && operator.type !== 'assign' && operator.type !== 'declare') {
        // Not a declaration. A space that was passed over separates this operand from the next.
        if (after.type === 'space') this.ahead.push(after);
        this.ahead.push(variable);
        break;
      }
      isAssign = operator.type === 'assign';
      this.nextNonSpace();
      variables.push(variable.text);
      this.variables.push(variable.text);
      if (!isComma) break;
      this.expectSecond(context, variables.length);
    }
    return { variables, isAssign };
  }

  private expectSecond(context: string, count: number): void {
    if (context !== 'range' || count >= 2) this.fail(`too many declarations in ${context}`);
    const { type } = this.peekNonSpace();
    if (type !== 'variable' && type !== 'rightDelim' && type !== 'rightParen') {
      this.fail('range can only initialize variables');
    }
  }

  private checkPipeline(commands: readonly CommandNode[], context: string): void {
    if (commands.length === 0) this.fail(`missing value for ${context}`);
    commands.forEach((command, at) => {
      const isConstant = ['bool', 'dot', 'nil', 'number', 'string'].includes(command.args[0].type);
      if (at > 0 && isConstant) this.fail(`non executable command in pipeline stage ${at + 1}`);
    });
  }

  private command(): CommandNode {
    const at = this.peekNonSpace().start;
    const args: OperandNode[] = [];
    for (;;) {
      this.peekNonSpace();
      const operand = this.operand();
      if (operand !== undefined) args.push(operand);
      const token = this.next();
      if (token.type === 'space') continue;
      if (token.type === 'rightDelim' || token.type === 'rightParen') this.ahead.push(token);
      else if (token.type !== 'pipe') this.unexpected(token, 'operand');
      break;
    }
    const [first, ...rest] = args;
    if (first === undefined) return this.fail('empty command');
    return { type: 'command', tree: this.source, at, args: [first, ...rest] };
  }

  private operand(): OperandNode | undefined {
    const node = this.term();
    if (node === undefined || this.peek().type !== 'field') return node;
    const at = this.peek().start;
    const names: string[] = [];
    while (this.peek().type === 'field') names.push(this.next().text.slice(1));
    switch (node.type) {
      case 'field':
      case 'variable':
        return { type: node.type, tree: this.source, at, names: [...node.names, ...names] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.fail(`unexpected . after term ${quoteString(showNode(node))}`);
      default:
        return { type: 'chain', tree: this.source, at, node, names };
    }
  }

  private term(): OperandNode | undefined {
    const token = this.nextNonSpace();
    const place = { tree: this.source, at: token.start };
    switch (token.type) {
      case 'identifier':
        return this.identifier(token);
      case 'dot':
      case 'nil':
        return { type: token.type, ...place };
      case 'variable':
        return this.variable(token);
      case 'field':
        return { type: 'field', ...place, names: [token.text.slice(1)] };
      case 'bool':
        return { type: 'bool', ...place, value: token.text === 'true' };
      case 'leftParen':
        return this.parenthesized();
      default:
        return this.literal(token);
    }
  }

  private literal(token: Token): OperandNode | undefined {
    const place = { tree: this.source, at: token.start };
    switch (token.type) {
      case 'charConstant':
      case 'complex':
      case 'number':
        return { type: 'number', ...place, ...this.number(token.text, token.type) };
      case 'string':
      case 'rawString':
        return { type: 'string', ...place, quoted: token.text, value: this.unquote(token) };
      default:
        this.ahead.push(token);
        return undefined;
    }
  }

  private number(text: string, type: Parameters<typeof parseNumber>[1]): ReturnType<typeof parseNumber> {
    try {
      return parseNumber(text, type);
    } catch (error) {
      return this.fail(error instanceof Error ? error.message : String(error));
    }
  }

  private identifier(token: Token): OperandNode {
    if (!this.shared.hasFunction(token.text)) this.fail(`function ${quoteString(token.text)} not defined`);
    this.shared.functions.add(token.text);
    return { type: 'identifier', tree: this.source, at: token.start, name: token.text };
  }

  private variable(token: Token): OperandNode {
    if (!this.variables.includes(token.text)) this.fail(`undefined variable ${quoteString(token.text)}`);
    return { type: 'variable', tree: this.source, at: token.start, names: [token.text] };
  }

  private parenthesized(): OperandNode {
    if (this.parenDepth >= MAX_PARENTHESES) this.fail('max expression depth exceeded');
    this.parenDepth++;
    const pipe = this.pipeline('parenthesized pipeline', 'rightParen');
    this.parenDepth--;
    return pipe;
  }
}

function isListEnd(item: Item): item is ListEnd {
  return item === END || item === ELSE;
}

function showEnd(end: ListEnd): string {
  return end === END ? '{{end}}' : '{{else}}';
}
