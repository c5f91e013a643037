/** A compiled pattern: whether it matches a whole text. */
export type GlobMatcher = (text: string) => boolean;

/** A pattern that cannot be read; `message` says why. */
export class GlobError extends Error {
  override readonly name = 'GlobError';
}

/**
 * Compiles a pattern of gobwas/glob: `*` matches anything but the separator, `**` that too; `?` is one character that is
 * no separator; `[abc]`, `[a-z]`, `[!a]`; `{one,two}`; `\` takes the next character literally. Matching takes time in
 * proportion to text × pattern, whatever the pattern.
 * @param separator absent: there is none, as in Argo CD's include and exclude, where `*` matches `/` too
 *
 * @throws {GlobError} if a class is not closed or malformed, or braces are nested very deep
 * @see https://github.com/gobwas/glob/blob/v0.2.3/syntax/lexer/lexer.go
 */
export function compileGlob(pattern: string, separator?: string): GlobMatcher {
  const reader = new GlobReader(pattern, separator);
  const tokens = reader.sequence(0);
  return (text) => {
    const characters = Array.from(text);
    return advance(tokens, characters, new Set([0])).has(characters.length);
  };
}

type Token =
  | { readonly type: 'any'; readonly stopsAt: string | undefined }
  | { readonly type: 'one'; readonly accepts: (character: string) => boolean }
  | { readonly type: 'alternatives'; readonly choices: readonly (readonly Token[])[] };

/** The places in `text` that can be reached from `starts` by way of `tokens`. */
function advance(tokens: readonly Token[], text: readonly string[], starts: ReadonlySet<number>): ReadonlySet<number> {
  let places = starts;
  for (const token of tokens) {
    if (places.size === 0) return places;
    places = step(token, text, places);
  }
  return places;
}

function step(token: Token, text: readonly string[], places: ReadonlySet<number>): ReadonlySet<number> {
  if (token.type === 'any') return skip(token.stopsAt, text, places);
  const next = new Set<number>();
  if (token.type === 'alternatives') {
    for (const choice of token.choices) for (const place of advance(choice, text, places)) next.add(place);
    return next;
  }
  for (const place of places) {
    const character = text[place];
    if (character !== undefined && token.accepts(character)) next.add(place + 1);
  }
  return next;
}

/** All places from `starts` on, each start as far as the next separator. */
function skip(separator: string | undefined, text: readonly string[], starts: ReadonlySet<number>): Set<number> {
  const next = new Set<number>();
  for (const start of starts) {
    const stop = separator === undefined ? -1 : text.indexOf(separator, start);
    const last = stop < 0 ? text.length : stop;
    // What another start has reached, it has followed to the same end.
    for (let place = start; place <= last && !next.has(place); place++) next.add(place);
  }
  return next;
}

const MAX_NESTING = 20;

class GlobReader {
  private readonly characters: readonly string[];
  private readonly separator: string | undefined;
  private at = 0;

  constructor(pattern: string, separator: string | undefined) {
    this.characters = Array.from(pattern);
    this.separator = separator;
  }

  /** Tokens up to the end, or inside braces up to the comma or brace that ends this choice. */
  sequence(braces: number): Token[] {
    const tokens: Token[] = [];
    for (let next = this.peek(); next !== undefined; next = this.peek()) {
      if (braces > 0 && (next === ',' || next === '}')) return tokens;
      this.at += 1;
      const token = this.token(next, braces);
      if (token !== undefined) tokens.push(token);
    }
    return tokens;
  }

  private peek(): string | undefined {
    return this.characters[this.at];
  }

  private token(character: string, braces: number): Token | undefined {
    if (character === '*') return this.star();
    if (character === '?') return { type: 'one', accepts: (one) => one !== this.separator };
    if (character === '[') return this.characterClass();
    if (character === '{') return this.alternatives(braces + 1);
    if (character !== '\\') return literal(character);
    const escaped = this.peek();
    this.at += 1;
    return escaped === undefined ? undefined : literal(escaped);
  }

  private star(): Token {
    if (this.peek() !== '*') return { type: 'any', stopsAt: this.separator };
    while (this.peek() === '*') this.at += 1;
    return { type: 'any', stopsAt: undefined };
  }

  private alternatives(braces: number): Token {
    if (braces > MAX_NESTING) throw new GlobError('braces are nested too deep');
    const choices: Token[][] = [];
    for (;;) {
      choices.push(this.sequence(braces));
      const end = this.peek();
      this.at += 1;
      // The end of the pattern closes what is open.
      if (end !== ',') return { type: 'alternatives', choices };
    }
  }

  private characterClass(): Token {
    const isNegated = this.peek() === '!';
    if (isNegated) this.at += 1;
    const contains = this.characters[this.at + 1] === '-' ? this.range() : this.list();
    return { type: 'one', accepts: (character) => contains(character) !== isNegated };
  }

  private range(): (character: string) => boolean {
    const [low, , high, close] = this.characters.slice(this.at, this.at + 4);
    this.at += 4;
    if (low === undefined || high === undefined || close !== ']') throw new GlobError('a [ is not closed');
    return (character) => character >= low && character <= high;
  }

  private list(): (character: string) => boolean {
    const members = new Set<string>();
    for (let next = this.peek(); next !== ']'; next = this.peek()) {
      if (next === '\\') this.at += 1;
      const member = this.peek();
      if (member === undefined) throw new GlobError('a [ is not closed');
      members.add(member);
      this.at += 1;
    }
    this.at += 1;
    if (members.size === 0) throw new GlobError('a [] is empty');
    return (character) => members.has(character);
  }
}

function literal(expected: string): Token {
  return { type: 'one', accepts: (character) => character === expected };
}
