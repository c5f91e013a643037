import type { Random } from '../../conformance/generate/random.ts';
import { POOLS, type Pool } from './argument-pools.ts';
import { CALLS, type Parameter } from './function-calls.ts';

const ANY_POOLS: readonly Pool[] = [
  'str',
  'str',
  'num',
  'int',
  'bool',
  'list',
  'list',
  'map',
  'map',
  'nil',
  'time',
  'special',
  'dur',
];
/** How many items or characters a call makes: whatever takes their place must stay small. */
const INSTEAD_OF_SMALL = [
  '"3"',
  'nil',
  '2.5',
  'true',
  '(list 1)',
  '.Values.missing',
  '"x"',
  '(dict)',
  '(int64 2)',
  '.Values.f',
  '1i',
];
const SHOWN = ['%v', '%#v', '%T %v', '%q', '%s', '%d', '%+v', '%x'];
const NAMES = [...CALLS.keys()];

/** Makes up expressions of Go's templates. */
export class Expressions {
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  /** A call of a function, with calls in place of arguments down to that depth. */
  functionCall(depth: number): string {
    const name = this.random.pick(NAMES);
    const args = this.arguments(CALLS.get(name) ?? [], depth);
    const last = args.at(-1);
    if (last === undefined || this.random.chance(0.7)) return [name, ...args].join(' ');
    return `${last} | ${[name, ...args.slice(0, -1)].join(' ')}`;
  }

  /** The expression, or what shows more of its value than printing does. */
  shown(expression: string): string {
    const kind = this.random.next();
    if (kind < 0.35) return expression;
    if (kind < 0.7) return `printf ${JSON.stringify(this.random.pick(SHOWN))} (${expression})`;
    return `${expression} | ${this.random.pick(['toJson', 'toYaml', 'quote', 'kindOf', 'typeOf', 'len', 'toString', 'empty', 'toYamlPretty', 'html'])}`;
  }

  /** A format and whatever arguments. */
  printf(): string {
    const format = Array.from({ length: this.random.integer(1, 3) }, () => this.format()).join(' ');
    const args = Array.from({ length: this.random.integer(0, 4) }, () => this.argument('any', 1));
    return ['printf', `"${format}"`, ...args].join(' ');
  }

  /** One argument: mostly what the parameter takes. */
  argument(parameter: Parameter, depth: number): string {
    if (parameter === 'small') {
      return this.random.pick(this.random.chance(0.1) ? INSTEAD_OF_SMALL : POOLS.small);
    }
    if (depth > 0 && this.random.chance(0.4)) return `(${this.functionCall(depth - 1)})`;
    const pool = parameter === 'any' || this.random.chance(0.1) ? this.random.pick(ANY_POOLS) : parameter;
    if (this.random.chance(0.25)) return this.spliced(pool);
    return this.random.pick(POOLS[pool]);
  }

  /** The beginning of one text and the end of another, or a number of any length; another argument where there is neither. */
  private spliced(pool: Pool): string {
    if (pool === 'num' || pool === 'int') return this.number();
    const [head, tail] = [this.random.pick(POOLS[pool]), this.random.pick(POOLS[pool])];
    if (!head.startsWith('"') || !tail.startsWith('"')) return head;
    return `"${this.cut(head.slice(1, -1), true)}${this.cut(tail.slice(1, -1), false)}"`;
  }

  /** A part of the text of a literal, cut where no escape is. */
  private cut(text: string, isHead: boolean): string {
    const pieces = text.match(/\\(?:x..|u....|.)|[^\\]/gu) ?? [];
    const at = this.random.integer(0, pieces.length);
    return (isHead ? pieces.slice(0, at) : pieces.slice(at)).join('');
  }

  private number(): string {
    const digits = (count: number): string => Array.from({ length: count }, () => this.random.integer(0, 9)).join('');
    const whole = String(Number(digits(this.random.integer(1, 15))));
    const text = this.random.pick([
      whole,
      whole,
      `${whole}.${digits(this.random.integer(1, 6))}`,
      `${digits(1)}e${this.random.integer(-20, 25)}`,
      `${digits(1)}.${digits(3)}e-${this.random.integer(0, 9)}`,
    ]);
    const signed = this.random.chance(0.3) ? `-${text}` : text;
    return this.random.chance(0.25) ? `"${signed}"` : signed;
  }

  private arguments(parameters: readonly (Parameter | '...')[], depth: number): string[] {
    const args: string[] = [];
    let last: Parameter = 'any';
    for (const parameter of parameters) {
      if (parameter !== '...') last = parameter;
      const count = parameter === '...' ? this.random.integer(0, 2) : 1;
      for (let index = 0; index < count; index++) args.push(this.argument(last, depth));
    }
    // Now and then one too many or too few.
    if (this.random.chance(0.03)) args.pop();
    if (this.random.chance(0.03) && !parameters.includes('small')) args.push(this.argument('any', 0));
    return args;
  }

  private format(): string {
    const flags = this.random.some(['+', '-', '#', ' ', '0'], 0.2).join('');
    const width = this.random.pick(['', '', '', '1', '5', '12', '*', '[1]', '[2]*']);
    const precision = this.random.pick(['', '', '', '.', '.0', '.2', '.5', '.*', '.10']);
    const verb = this.random.pick([
      'v',
      'v',
      's',
      'd',
      'q',
      'x',
      'X',
      'T',
      't',
      'b',
      'c',
      'o',
      'O',
      'U',
      'e',
      'E',
      'f',
      'F',
      'g',
      'G',
      'w',
      '%',
      'z',
      'é',
      '!',
      '[1]v',
      '[3]d',
    ]);
    return `%${flags}${width}${precision}${verb}`;
  }
}
