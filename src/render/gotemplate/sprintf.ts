import type { FormatFlags } from './format-number.ts';
import { printArgument } from './print-argument.ts';
import { GoInt, GoObject, type GoValue, goTypeOf } from './value.ts';

/**
 * Go's fmt.Sprintf: flags, widths, precisions, `*`, argument indexes, and the texts by which Go shows mistakes
 * (`%!d(string=x)`, `%!v(MISSING)`, `%!(EXTRA int=1)`, `%!v(BADINDEX)`, `%!(NOVERB)`).
 */
export function sprintf(format: string, args: readonly GoValue[]): string {
  return printTexts(format, args) ?? new Formatter(format, args).run();
}

/** What most formats are, texts put into a text: `%s` and `%v` without flags, and as many texts. */
function printTexts(format: string, args: readonly GoValue[]): string | undefined {
  let text = '';
  let at = 0;
  for (const arg of args) {
    const percent = format.indexOf('%', at);
    const verb = percent < 0 ? '' : format.charAt(percent + 1);
    if (typeof arg !== 'string' || (verb !== 's' && verb !== 'v')) return undefined;
    text += format.slice(at, percent) + arg;
    at = percent + 2;
  }
  return format.includes('%', at) ? undefined : text + format.slice(at);
}

/** Larger widths and precisions count as mistakes in Go. */
const MAX_NUMBER = 1e6;
const FLAGS: ReadonlyMap<string, 'sharp' | 'zero' | 'plus' | 'minus' | 'space'> = new Map([
  ['#', 'sharp'],
  ['0', 'zero'],
  ['+', 'plus'],
  ['-', 'minus'],
  [' ', 'space'],
] as const);

class Formatter {
  private readonly format: string;
  private readonly args: readonly GoValue[];
  private at = 0;
  private next = 0;
  private isReordered = false;
  private isGoodIndex = true;
  private isAfterIndex = false;
  private output = '';

  constructor(format: string, args: readonly GoValue[]) {
    this.format = format;
    this.args = args;
  }

  run(): string {
    while (this.at < this.format.length) {
      const percent = this.format.indexOf('%', this.at);
      if (percent < 0) {
        this.output += this.format.slice(this.at);
        break;
      }
      this.output += this.format.slice(this.at, percent);
      this.at = percent + 1;
      this.isGoodIndex = true;
      this.isAfterIndex = false;
      this.directive();
    }
    if (!this.isReordered && this.next < this.args.length) this.output += extra(this.args.slice(this.next));
    return this.output;
  }

  private directive(): void {
    const flags = this.readFlags();
    this.readIndex();
    this.readWidth(flags);
    this.readPrecision(flags);
    if (!this.isAfterIndex) this.readIndex();
    const code = this.format.codePointAt(this.at);
    if (code === undefined) {
      this.output += '%!(NOVERB)';
      return;
    }
    const verb = String.fromCodePoint(code);
    this.at += verb.length;
    this.output += this.verb(verb, flags);
  }

  private readFlags(): FormatFlags {
    const flags: FormatFlags = {};
    for (;;) {
      const flag = FLAGS.get(this.format.charAt(this.at));
      if (flag === undefined) return flags.minus === true ? { ...flags, zero: false } : flags;
      flags[flag] = true;
      this.at++;
    }
  }

  private readIndex(): void {
    this.isAfterIndex = false;
    if (this.format[this.at] !== '[') return;
    this.isReordered = true;
    const close = this.format.indexOf(']', this.at);
    const isShort = this.format.length - this.at < 3 || close < 0;
    const digits = isShort ? '' : this.format.slice(this.at + 1, close);
    const isNumber = /^\d+$/.test(digits) && isInLimit(digits);
    this.at = isShort ? this.at + 1 : close + 1;
    this.isAfterIndex = isNumber;
    const index = Number(digits) - 1;
    if (isNumber && index >= 0 && index < this.args.length) this.next = index;
    else this.isGoodIndex = false;
  }

  private readWidth(flags: FormatFlags): void {
    if (this.format[this.at] === '*') {
      this.at++;
      this.widthFromArgument(flags);
      this.isAfterIndex = false;
      return;
    }
    flags.width = this.readNumber();
    if (this.isAfterIndex && flags.width !== undefined) this.isGoodIndex = false;
  }

  private widthFromArgument(flags: FormatFlags): void {
    const width = this.intArgument();
    if (width === undefined) {
      this.output += '%!(BADWIDTH)';
      return;
    }
    flags.width = Math.abs(width);
    if (width >= 0) return;
    flags.minus = true;
    flags.zero = false;
  }

  private readPrecision(flags: FormatFlags): void {
    if (this.format[this.at] !== '.' || this.at + 1 >= this.format.length) return;
    this.at++;
    if (this.isAfterIndex) this.isGoodIndex = false;
    this.readIndex();
    if (this.format[this.at] !== '*') {
      flags.precision = this.readNumber() ?? 0;
      return;
    }
    this.at++;
    const precision = this.intArgument();
    if (precision !== undefined && precision >= 0) flags.precision = precision;
    else this.output += '%!(BADPREC)';
    this.isAfterIndex = false;
  }

  private readNumber(): number | undefined {
    const digits = /^\d+/.exec(this.format.slice(this.at, this.at + 10))?.[0];
    if (digits === undefined) return undefined;
    if (isInLimit(digits)) {
      this.at += digits.length;
      return Number(digits);
    }
    // Go gives up on the rest of the format.
    this.at = this.format.length;
    return undefined;
  }

  private intArgument(): number | undefined {
    if (this.next >= this.args.length) return undefined;
    const given = this.args[this.next++];
    const value = given instanceof GoObject ? given.integer() : given;
    if (!(value instanceof GoInt)) return undefined;
    const number = Number(value.value);
    return Math.abs(number) > MAX_NUMBER ? undefined : number;
  }

  private verb(verb: string, flags: FormatFlags): string {
    if (verb === '%') return '%';
    if (!this.isGoodIndex) return `%!${verb}(BADINDEX)`;
    if (this.next >= this.args.length) return `%!${verb}(MISSING)`;
    if (verb === 'v' || verb === 'w') moveFlags(flags);
    return printArgument(this.args[this.next++], verb, flags);
  }
}

/** Go looks for an overflow before each further digit. */
function isInLimit(digits: string): boolean {
  return digits.length === 1 || Number(digits.slice(0, -1)) <= MAX_NUMBER;
}

function moveFlags(flags: FormatFlags): void {
  if (flags.sharp === true) flags.sharpV = true;
  if (flags.plus === true) flags.plusV = true;
  flags.sharp = false;
  flags.plus = false;
}

function extra(args: readonly GoValue[]): string {
  const shown = args.map((arg) => {
    return arg === undefined || arg === null ? '<nil>' : `${goTypeOf(arg)}=${printArgument(arg, 'v', {})}`;
  });
  return `%!(EXTRA ${shown.join(', ')})`;
}
