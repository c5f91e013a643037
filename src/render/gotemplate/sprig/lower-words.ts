import { isConnector } from './change-case.ts';
import { isUpper, lowerOf } from './unicode-case.ts';

/**
 * xstrings.ToSnakeCase and ToKebabCase: words in small letters with a connector between; a number goes with the word
 * before it, or with small letters after it.
 *
 * @see https://github.com/huandu/xstrings/blob/v1.5.0/convert.go
 */
export function lowerWords(text: string, connector: '_' | '-'): string {
  if (text === '') return '';
  const words = new Words(text, connector);
  words.advance();
  while (words.hasMore) joinWord(words);
  words.emit();
  return words.result;
}

type WordType = 'none' | 'number' | 'upper' | 'letters' | 'connector' | 'punctuation' | 'other';

interface Word {
  readonly type: WordType;
  readonly text: string;
}

const NONE: Word = { type: 'none', text: '' };

/** Reads words and writes them; `word` is the one read last. */
class Words {
  word: Word = NONE;
  result = '';
  private rest: string;
  private readonly connector: string;

  constructor(text: string, connector: string) {
    this.rest = text;
    this.connector = connector;
  }

  get hasMore(): boolean {
    return this.rest !== '';
  }

  advance(): void {
    this.word = nextWord(this.rest);
    this.rest = this.rest.slice(this.word.text.length);
  }

  emit(word: Word = this.word): void {
    const isPlain = word.type !== 'upper' && word.type !== 'connector';
    this.result += isPlain ? word.text : Array.from(word.text, (character) => this.lower(character)).join('');
  }

  connect(): void {
    this.result += this.connector;
  }

  /** Writes letters and numbers as they come. */
  emitRun(): void {
    while (this.word.type === 'letters' || this.word.type === 'number') {
      this.emit();
      this.advance();
    }
  }

  /** Connects to the word read last, if it is one. */
  connectToWord(): void {
    if (!isGap(this.word) && this.word.type !== 'none') this.connect();
  }

  private lower(character: string): string {
    if (isConnector(character)) return this.connector;
    return isUpper(character) ? lowerOf(character) : character;
  }
}

function isGap({ type }: Word): boolean {
  return type === 'connector' || type === 'punctuation';
}

/** Writes the word read last and decides what stands between it and the next. */
function joinWord(words: Words): void {
  const { word } = words;
  if (word.type !== 'connector') words.emit();
  words.advance();
  if (word.type === 'number') {
    words.emitRun();
    words.connectToWord();
  } else if (word.type === 'connector') {
    words.emit(word);
  } else if (word.type !== 'punctuation') {
    joinLetters(words);
  }
}

function isLetters({ type }: Word): boolean {
  return type === 'letters';
}

function joinLetters(words: Words): void {
  if (words.word.type !== 'number') {
    if (!isGap(words.word)) words.connect();
    return;
  }
  if (!words.hasMore) return;
  const number = words.word;
  words.advance();
  if (!isLetters(words.word)) {
    words.emit(number);
    if (!isGap(words.word)) words.connect();
    return;
  }
  words.connect();
  words.emit(number);
  words.emitRun();
  words.connectToWord();
}

const SPACE = '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const CONNECTOR = `[\\-_${SPACE}]`;
/** Letters of CJK are none here. */
const LETTER = '[\\p{L}--[\\u3400-\\u4d85\\u4e00-\\u9fcc\\u{20000}-\\u{2b81d}]]';
const SMALL = `[${LETTER}--\\p{Lu}]`;
const WORDS: readonly (readonly [WordType, RegExp])[] = [
  ['connector', new RegExp(`^${CONNECTOR}+`, 'v')],
  ['punctuation', /^\p{P}+/v],
  // `HTTPServer`: the last capital begins the next word.
  ['upper', new RegExp(`^(?:\\p{Lu}{2,}(?!${LETTER})|\\p{Lu}+(?=\\p{Lu}${SMALL})|\\p{Lu}${SMALL}*)`, 'v')],
  ['letters', new RegExp(`^${SMALL}+`, 'v')],
  ['number', /^\p{N}+/v],
  ['other', new RegExp(`^[[[\\p{Any}--\\p{N}]--\\p{P}]--[${LETTER}${CONNECTOR}]]+`, 'v')],
];

function nextWord(text: string): Word {
  for (const [type, expression] of WORDS) {
    const match = expression.exec(text);
    if (match !== null) return { type, text: match[0] };
  }
  return NONE;
}
