import { quoteString } from './go-string.ts';
import type { Token } from './lexer.ts';
import type { BranchNode, StatementNode, TemplateNode } from './nodes.ts';
import { type NamedFunctions, PipelineParser } from './pipeline-parser.ts';
import { TokenReader } from './token-reader.ts';

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
  const shared: SharedParse = { trees: new Map(), functions: new Set(), hasFunction };
  new TreeParser(shared, new TokenReader({ parseName: name, text })).parseText(name);
  return shared;
}

/** Whether a template holds nothing but space: such a one replaces no other of its name. */
export function isEmptyTree({ nodes }: TemplateTree): boolean {
  return nodes.every((node) => node.type === 'text' && /^[\s\u0085]*$/.test(node.text));
}

interface SharedParse extends NamedFunctions {
  readonly trees: Map<string, TemplateTree>;
}

/** What may end a list, beside the nodes of it. */
interface ListEnd {
  readonly type: 'endMark' | 'elseMark';
}

type Item = StatementNode | ListEnd;

const END: ListEnd = { type: 'endMark' };
const ELSE: ListEnd = { type: 'elseMark' };
const MAX_NESTING = 1000;
/** Parses one template; a `define` in it gets a parser of its own that reads the same tokens. */
class TreeParser {
  private readonly shared: SharedParse;
  private readonly tokens: TokenReader;
  private readonly pipelines: PipelineParser;
  private readonly blockDepth: number;
  private branchDepth = 0;
  private rangeDepth = 0;

  constructor(shared: SharedParse, tokens: TokenReader, blockDepth = 0) {
    this.shared = shared;
    this.tokens = tokens;
    this.pipelines = new PipelineParser(tokens, shared);
    this.blockDepth = blockDepth;
  }

  parseText(name: string): void {
    const nodes: StatementNode[] = [];
    while (this.tokens.peek().type !== 'EOF') {
      if (this.tokens.peek().type === 'leftDelim' && this.startsDefinition()) continue;
      const item = this.textOrAction();
      if (isListEnd(item)) this.tokens.fail(`unexpected ${showEnd(item)}`);
      nodes.push(item);
    }
    this.add({ name, nodes });
  }

  private startsDefinition(): boolean {
    const delim = this.tokens.next();
    const token = this.tokens.nextNonSpace();
    if (token.type !== 'define') {
      this.tokens.backUp(delim, token);
      return false;
    }
    new TreeParser(this.shared, this.tokens.nest(), this.blockDepth).parseDefinition();
    return true;
  }

  private parseDefinition(): void {
    const context = 'define clause';
    const token = this.tokens.nextNonSpace();
    const name = this.templateName(token, context);
    this.tokens.expect('rightDelim', context);
    this.parseBody(name, context);
  }

  private parseBody(name: string, context: string): void {
    const { nodes, end } = this.itemList();
    if (end !== END) this.tokens.fail(`unexpected ${showEnd(end)} in ${context}`);
    this.add({ name, nodes });
  }

  private add(tree: TemplateTree): void {
    const known = this.shared.trees.get(tree.name);
    if (known === undefined || isEmptyTree(known)) this.shared.trees.set(tree.name, tree);
    else if (!isEmptyTree(tree))
      this.tokens.fail(`template: multiple definition of template ${quoteString(tree.name)}`);
  }

  /** Reads up to an `end` or `else`. */
  private itemList(): { nodes: StatementNode[]; end: ListEnd } {
    const nodes: StatementNode[] = [];
    while (this.tokens.peekNonSpace().type !== 'EOF') {
      const item = this.textOrAction();
      if (isListEnd(item)) return { nodes, end: item };
      nodes.push(item);
    }
    return this.tokens.fail('unexpected EOF');
  }

  private textOrAction(): Item {
    const token = this.tokens.nextNonSpace();
    if (token.type === 'text') return { type: 'text', tree: this.tokens.source, at: token.start, text: token.text };
    if (token.type !== 'leftDelim') return this.tokens.unexpected(token, 'input');
    this.tokens.setAction(token.start);
    const item = this.action();
    this.tokens.setAction(undefined);
    return item;
  }

  private action(): Item {
    const token = this.tokens.nextNonSpace();
    const { type } = token;
    if (type === 'if' || type === 'range' || type === 'with') return this.control(type);
    if (type === 'break' || type === 'continue') return this.jump(type, token.start);
    if (type === 'block') return this.block();
    if (type === 'template') return this.template();
    if (type === 'else') return this.elseMark();
    if (type === 'end') return this.endMark();
    this.tokens.backUp(token);
    const pipe = this.pipelines.pipeline('command', 'rightDelim');
    return { type: 'action', tree: this.tokens.source, at: token.start, pipe };
  }

  private endMark(): ListEnd {
    this.tokens.expect('rightDelim', 'end');
    return END;
  }

  private jump(type: 'break' | 'continue', at: number): StatementNode {
    const token = this.tokens.nextNonSpace();
    if (token.type !== 'rightDelim') this.tokens.unexpected(token, `{{${type}}}`);
    if (this.rangeDepth === 0) this.tokens.fail(`{{${type}}} outside {{range}}`);
    return { type, tree: this.tokens.source, at };
  }

  private elseMark(): ListEnd {
    const next = this.tokens.peekNonSpace();
    // An `else if` leaves its `if` for the branch that it continues.
    if (next.type !== 'if' && next.type !== 'with') this.tokens.expect('rightDelim', 'else');
    return ELSE;
  }

  private control(type: BranchNode['type']): BranchNode {
    if (++this.branchDepth > MAX_NESTING) this.tokens.fail('max nesting of actions exceeded');
    const scope = this.pipelines.variables.length;
    const pipe = this.pipelines.pipeline(type, 'rightDelim');
    if (type === 'range') this.rangeDepth++;
    const { nodes, end } = this.itemList();
    if (type === 'range') this.rangeDepth--;
    const otherwise = end === ELSE ? this.elseList(type) : undefined;
    this.pipelines.variables.length = scope;
    this.branchDepth--;
    const branch = { type, tree: this.tokens.source, at: pipe.at, pipe, list: nodes };
    return otherwise === undefined ? branch : { ...branch, otherwise };
  }

  private elseList(type: BranchNode['type']): StatementNode[] {
    if (type !== 'range' && this.tokens.peek().type === type) {
      this.tokens.next();
      return [this.control(type)];
    }
    const { nodes, end } = this.itemList();
    if (end !== END) this.tokens.fail(`expected end; found ${showEnd(end)}`);
    return nodes;
  }

  private block(): TemplateNode {
    const context = 'block clause';
    const token = this.tokens.nextNonSpace();
    const name = this.templateName(token, context);
    const pipe = this.pipelines.pipeline(context, 'rightDelim');
    if (this.blockDepth >= MAX_NESTING) this.tokens.fail('max nesting of blocks exceeded');
    new TreeParser(this.shared, this.tokens.nest(), this.blockDepth + 1).parseBody(name, context);
    return { type: 'template', tree: this.tokens.source, at: token.start, name, pipe };
  }

  private template(): TemplateNode {
    const context = 'template clause';
    const token = this.tokens.nextNonSpace();
    const node = {
      type: 'template',
      tree: this.tokens.source,
      at: token.start,
      name: this.templateName(token, context),
    } as const;
    const next = this.tokens.nextNonSpace();
    if (next.type === 'rightDelim') return node;
    this.tokens.backUp(next);
    return { ...node, pipe: this.pipelines.pipeline(context, 'rightDelim') };
  }

  private templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') return this.tokens.unexpected(token, context);
    return this.tokens.unquote(token);
  }
}

function isListEnd(item: Item): item is ListEnd {
  return item === END || item === ELSE;
}

function showEnd(end: ListEnd): string {
  return end === END ? '{{end}}' : '{{else}}';
}
