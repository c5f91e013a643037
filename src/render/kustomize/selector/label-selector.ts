import { KustomizeError } from '../kustomize-error.ts';
import { compareStrings } from '../node/metadata.ts';
import { checkLabelKey, checkLabelValue } from './label-syntax.ts';

/** Whether labels, or annotations, fulfil a selector. */
export type LabelPredicate = (labels: ReadonlyMap<string, string>) => boolean;

/**
 * What a label selector such as `app=web,tier in (a, b),!legacy` says; an empty one is always fulfilled.
 * @throws {KustomizeError} if the text is no selector
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 yaml/internal/k8sgen/pkg/labels/selector.go
 */
export function parseLabelSelector(text: string): LabelPredicate {
  if (text === '') return () => true;
  const tokens = new TokenStream(text);
  const requirements: LabelPredicate[] = [];
  for (let token = tokens.peek(); token.type !== 'end'; token = tokens.peek()) {
    if (!startsRequirement(token)) throw unexpected(token, " expected: !, identifier, or 'end of string'");
    requirements.push(readRequirement(tokens));
    if (!endRequirement(tokens)) break;
  }
  return (labels) => requirements.every((requirement) => requirement(labels));
}

interface Token {
  /** A symbol or `in` or `notin` stand for themselves. */
  readonly type: string;
  readonly text: string;
}

type Operator = '=' | '==' | '!=' | 'in' | 'notin' | '>' | '<';

const OPERATORS: ReadonlySet<string> = new Set<Operator>(['=', '==', '!=', 'in', 'notin', '>', '<']);
const SYMBOLS: ReadonlySet<string> = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '(']);

/** The tokens of a selector. `in` and `notin` are names but where an operator must stand. */
class TokenStream {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  peek(): Token {
    return asName(this.#tokens[this.#at] ?? END);
  }

  next(): Token {
    const token = this.nextOperator();
    return asName(token);
  }

  nextOperator(): Token {
    const token = this.#tokens[this.#at] ?? END;
    this.#at += 1;
    return token;
  }
}

const END: Token = { type: 'end', text: '' };

function asName(token: Token): Token {
  return token.type === 'in' || token.type === 'notin' ? { type: 'name', text: token.text } : token;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  // A NUL ends the text, as it does for the lexer of Kubernetes.
  const [source = ''] = text.split('\0', 1);
  for (const [word] of source.matchAll(/[=!(),><]+|[^=!(),>< \t\r\n]+/g)) {
    if (/^[=!(),><]/.test(word)) tokens.push(...splitSymbols(word));
    else tokens.push({ type: word === 'in' || word === 'notin' ? word : 'name', text: word });
  }
  return tokens;
}

/** The longest symbols first; a run of characters that begins none is an error token. */
function splitSymbols(run: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < run.length; ) {
    const text = [run.slice(at, at + 2), run.slice(at, at + 1)].find((symbol) => SYMBOLS.has(symbol)) ?? '';
    tokens.push({ type: text, text });
    at += text.length;
  }
  return tokens;
}

function startsRequirement(token: Token): boolean {
  return token.type === 'name' || token.type === '!';
}

/** Reads what must follow a requirement; whether there is another one. */
function endRequirement(tokens: TokenStream): boolean {
  const token = tokens.next();
  if (token.type === 'end') return false;
  if (token.type !== ',') throw unexpected(token, " expected: ',' or 'end of string'");
  const following = tokens.peek();
  if (!startsRequirement(following)) throw unexpected(following, " expected: identifier after ','");
  return true;
}

function readRequirement(tokens: TokenStream): LabelPredicate {
  try {
    const first = tokens.next();
    const isNegated = first.type === '!';
    const token = isNegated ? tokens.next() : first;
    if (token.type !== 'name') throw unexpected(token, ' expected: identifier');
    const key = token.text;
    checkLabelKey(key);
    if (isNegated) return (labels) => !labels.has(key);
    const { type } = tokens.peek();
    if (type === 'end' || type === ',') return (labels) => labels.has(key);
    return readComparison(tokens, key);
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw new KustomizeError(`unable to parse requirement: ${error.message}`, { cause: error });
  }
}

function readComparison(tokens: TokenStream, key: string): LabelPredicate {
  const token = tokens.nextOperator();
  if (!OPERATORS.has(token.type)) throw unexpected(token, " expected: '=', '!=', '==', 'in', notin'");
  const operator = token.type as Operator;
  const isSet = operator === 'in' || operator === 'notin';
  const values = isSet ? readValueList(tokens) : new Set([readValue(tokens)]);
  if (operator === '<' || operator === '>') return compareIntegers(key, operator, [...values][0] ?? '');
  for (const value of [...values].sort(compareStrings)) checkLabelValue(key, value);
  const isWanted = operator !== 'notin' && operator !== '!=';
  return (labels) => {
    const value = labels.get(key);
    return value === undefined ? !isWanted : values.has(value) === isWanted;
  };
}

function compareIntegers(key: string, operator: '<' | '>', text: string): LabelPredicate {
  const bound = parseInt64(text);
  if (bound === undefined) throw new KustomizeError("for 'Gt', 'Lt' operators, the value must be an integer");
  checkLabelValue(key, text);
  return (labels) => {
    const value = parseInt64(labels.get(key) ?? '');
    if (value === undefined) return false;
    return operator === '>' ? value > bound : value < bound;
  };
}

function parseInt64(text: string): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text) || text.length > 64) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function readValue(tokens: TokenStream): string {
  const { type } = tokens.peek();
  if (type === 'end' || type === ',') return '';
  const token = tokens.next();
  if (token.type !== 'name') throw unexpected(token, ' expected: identifier');
  return token.text;
}

/** The values between parentheses, where a missing one is the empty text. */
function readValueList(tokens: TokenStream): ReadonlySet<string> {
  const open = tokens.next();
  if (open.type !== '(') throw new KustomizeError(`found '${open.text}' expected: '('`);
  const first = tokens.peek();
  if (first.type === ')') {
    tokens.next();
    return new Set(['']);
  }
  if (first.type !== 'name' && first.type !== ',') throw unexpected(first, " expected: ',', ')' or identifier");
  const values = new Set<string>();
  while (!readListItem(tokens, values));
  tokens.next();
  return values;
}

/** Reads a value or a comma, which may stand for values itself; whether the list ends after it. */
function readListItem(tokens: TokenStream, values: Set<string>): boolean {
  const token = tokens.next();
  const following = tokens.peek();
  if (token.type === 'name') {
    values.add(token.text);
    if (following.type !== ',' && following.type !== ')') throw unexpected(following, " expected: ',' or ')'");
    return following.type === ')';
  }
  if (token.type !== ',') throw unexpected(token, " expected: ',', or identifier");
  if (values.size === 0) values.add('');
  if (following.type === ')') values.add('');
  if (following.type === ',') {
    tokens.next();
    values.add('');
  }
  return following.type === ')';
}

function unexpected(token: Token, expected: string): KustomizeError {
  return new KustomizeError(`found '${token.text}',${expected}`);
}
