import { unquoteString } from './go-string.ts';
import { Lexer, showToken, type Token, type TokenType } from './lexer.ts';
import type { TreeSource } from './nodes.ts';
import { lineOf } from './show-node.ts';
import { TemplateParseError } from './template-error.ts';

const EOF: Token = { type: 'EOF', text: '', start: 0 };

/** The tokens of a template, with look-ahead, and the errors that they give. */
export class TokenReader {
  readonly source: TreeSource;
  private readonly lexer: Lexer;
  /** Tokens read ahead, the next one last. */
  private readonly ahead: Token[] = [];
  /** The last token that came from the lexer; errors name its line. */
  private last: Token = EOF;
  /** Where the action began that is being parsed. */
  private actionStart: number | undefined;

  constructor(source: TreeSource, lexer: Lexer = new Lexer(source.text)) {
    this.source = source;
    this.lexer = lexer;
  }

  /** A reader of what follows, for a template within this one: it goes on from here but knows no lines yet. */
  nest(): TokenReader {
    return new TokenReader(this.source, this.lexer);
  }

  /** Takes the next token. */
  next(): Token {
    const token = this.ahead.pop();
    if (token !== undefined) return token;
    this.last = this.lexer.next();
    return this.last;
  }

  /** Puts tokens back; the first of them is the next one. */
  backUp(...tokens: readonly Token[]): void {
    this.ahead.push(...tokens.toReversed());
  }

  /** The next token, which stays. */
  peek(): Token {
    const token = this.next();
    this.ahead.push(token);
    return token;
  }

  /** Takes the next token that is no space. */
  nextNonSpace(): Token {
    for (;;) {
      const token = this.next();
      if (token.type !== 'space') return token;
    }
  }

  /** The next token that is no space, which stays; the spaces before it are gone. */
  peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.ahead.push(token);
    return token;
  }

  /** Takes a token that has to be of a type. */
  expect(type: TokenType, context: string): Token {
    const token = this.nextNonSpace();
    return token.type === type ? token : this.unexpected(token, context);
  }

  /** Marks the begin of an action, or its end. */
  setAction(start: number | undefined): void {
    this.actionStart = start;
  }

  /** Complains about a token. */
  unexpected(token: Token, context: string): never {
    if (token.type !== 'error') return this.fail(`unexpected ${showToken(token)} in ${context}`);
    return this.fail(token.text + this.startedAt(token));
  }

  private startedAt(token: Token): string {
    const { parseName, text } = this.source;
    const line = this.actionStart === undefined ? 0 : lineOf(text, this.actionStart);
    if (line === 0 || line === lineOf(text, token.start)) return '';
    return `${token.text.endsWith(' action') ? '' : ' in action'} started at ${parseName}:${line}`;
  }

  /** The text of a token that is a quoted string. */
  unquote(token: Token): string {
    return unquoteString(token.text) ?? this.fail('invalid syntax');
  }

  /** Ends the parse with an error at the line that has been reached. */
  fail(message: string): never {
    const { parseName, text } = this.source;
    throw new TemplateParseError(`template: ${parseName}:${lineOf(text, this.last.start)}: ${message}`);
  }
}
