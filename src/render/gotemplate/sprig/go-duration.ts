import { define, type TemplateFunction } from '../function-table.ts';
import { GoInt, GoObject, type GoValue, goInt } from '../value.ts';

/** Nanoseconds of a second. */
export const SECOND_NS = 1_000_000_000n;
/** Nanoseconds of a minute. */
export const MINUTE_NS: bigint = 60n * SECOND_NS;
/** Nanoseconds of an hour. */
export const HOUR_NS: bigint = 60n * MINUTE_NS;

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** Go's time.Duration: `value` is nanoseconds, within int64. */
export class GoDuration extends GoObject {
  override readonly goType = 'time.Duration';
  override readonly goKind = 'int64';
  readonly value: bigint;

  constructor(nanoseconds: bigint) {
    super();
    this.value = BigInt.asIntN(64, nanoseconds);
  }

  /** Its length in another unit, as a float computed the way Go computes it. */
  in(unitNs: bigint): number {
    return Number(this.value / unitNs) + Number(this.value % unitNs) / Number(unitNs);
  }

  /** To the nearest multiple of `unit`, halves away from zero; itself if `unit` is not above zero. */
  round(unit: bigint): GoDuration {
    if (unit <= 0n) return this;
    const rest = this.value % unit;
    const magnitude = rest < 0n ? -rest : rest;
    if (magnitude + magnitude < unit) return new GoDuration(this.value - rest);
    const rounded = this.value < 0n ? this.value - rest - unit : this.value - rest + unit;
    return new GoDuration(rounded > MAX_INT64 ? MAX_INT64 : rounded < MIN_INT64 ? MIN_INT64 : rounded);
  }

  /** Towards zero to a multiple of `unit`; itself if `unit` is not above zero. */
  truncate(unit: bigint): GoDuration {
    return unit <= 0n ? this : new GoDuration(this.value - (this.value % unit));
  }

  override get(_name: string): GoValue {
    return undefined;
  }

  override typedMethod(name: string): TemplateFunction | undefined {
    return METHODS.get(name)?.(this);
  }

  /** As `72h3m0.5s`. */
  override toGoString(): string {
    if (this.value === 0n) return '0s';
    const magnitude = this.value < 0n ? -this.value : this.value;
    return (this.value < 0n ? '-' : '') + (magnitude < SECOND_NS ? printFraction(magnitude) : printLong(magnitude));
  }
}

const METHODS: ReadonlyMap<string, (duration: GoDuration) => TemplateFunction> = new Map([
  ['Seconds', (self: GoDuration) => define([], () => self.in(SECOND_NS))],
  ['Minutes', (self: GoDuration) => define([], () => self.in(MINUTE_NS))],
  ['Hours', (self: GoDuration) => define([], () => self.in(HOUR_NS))],
  ['Milliseconds', (self: GoDuration) => define([], () => goInt(self.value / 1_000_000n, 'int64'))],
  ['Microseconds', (self: GoDuration) => define([], () => goInt(self.value / 1000n, 'int64'))],
  ['Nanoseconds', (self: GoDuration) => define([], () => goInt(self.value, 'int64'))],
  ['String', (self: GoDuration) => define([], () => self.toGoString())],
  ['Abs', (self: GoDuration) => define([], () => absolute(self))],
  ['Round', (self: GoDuration) => define(['duration'], ([unit]) => self.round(nanosecondsOf(unit)))],
  ['Truncate', (self: GoDuration) => define(['duration'], ([unit]) => self.truncate(nanosecondsOf(unit)))],
]);

function absolute(duration: GoDuration): GoDuration {
  if (duration.value === MIN_INT64) return new GoDuration(MAX_INT64);
  return duration.value < 0n ? new GoDuration(-duration.value) : duration;
}

/** Nanoseconds of a duration, or of a constant that stands for one. */
export function nanosecondsOf(value: GoValue): bigint {
  return value instanceof GoDuration || value instanceof GoInt ? value.value : 0n;
}

function printFraction(nanoseconds: bigint): string {
  if (nanoseconds < 1000n) return `${nanoseconds}ns`;
  return nanoseconds < 1_000_000n ? `${decimal(nanoseconds, 3)}µs` : `${decimal(nanoseconds, 6)}ms`;
}

function printLong(nanoseconds: bigint): string {
  const seconds = `${decimal(nanoseconds % MINUTE_NS, 9)}s`;
  if (nanoseconds < MINUTE_NS) return seconds;
  const minutes = `${(nanoseconds % HOUR_NS) / MINUTE_NS}m${seconds}`;
  return nanoseconds < HOUR_NS ? minutes : `${nanoseconds / HOUR_NS}h${minutes}`;
}

/** `value` with its last `places` digits behind the point, trailing zeros left out. */
function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return digits.slice(0, -places) + (fraction === '' ? '' : `.${fraction}`);
}

/**
 * Reads `1h30m`, `-1.5s` and the like as Go's time.ParseDuration does.
 *
 * @returns the duration, or Go's message: `time: invalid duration "x"`
 */
export function parseDuration(text: string): GoDuration | string {
  const unsigned = text.replace(/^[+-]/, '');
  if (unsigned === '0') return new GoDuration(0n);
  const invalid = `time: invalid duration ${quoteGo(text)}`;
  if (unsigned === '') return invalid;
  let total = 0n;
  for (let rest = unsigned; rest !== ''; ) {
    const term = readTerm(rest);
    if (typeof term === 'string') return term === '' ? invalid : `time: ${term} duration ${quoteGo(text)}`;
    total += term.nanoseconds;
    if (total > 2n ** 63n) return invalid;
    rest = rest.slice(term.length);
  }
  const signed = text.startsWith('-') ? -total : total;
  return signed > MAX_INT64 ? invalid : new GoDuration(signed);
}

/** A number with its unit, or what is wrong with it, empty if it is no number. */
function readTerm(text: string): { readonly nanoseconds: bigint; readonly length: number } | string {
  const [term = '', whole = '', fraction = '', unit = ''] = matchTerm(text);
  if (whole === '' && fraction === '') return '';
  const scale = UNITS.get(unit);
  if (scale === undefined) return unit === '' ? 'missing unit in' : `unknown unit ${quoteGo(unit)} in`;
  if (whole.length > MAX_DIGITS) return '';
  return { nanoseconds: BigInt(whole) * scale + fractionOf(fraction, scale), length: term.length };
}

function matchTerm(text: string): readonly (string | undefined)[] {
  return TERM.exec(text) ?? [];
}

const TERM = /^([0-9]*)(?:\.([0-9]*))?([^0-9.]*)/;
const MAX_DIGITS = 1000;
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['μs', 1000n],
  ['ms', 1_000_000n],
  ['s', SECOND_NS],
  ['m', MINUTE_NS],
  ['h', HOUR_NS],
]);

/** Go multiplies the fraction as a float, of the digits that fit int64. */
function fractionOf(digits: string, scale: bigint): bigint {
  if (digits === '') return 0n;
  let kept = digits.slice(0, 19);
  if (BigInt(kept) > MAX_INT64) kept = digits.slice(0, 18);
  return BigInt(Math.trunc(Number(BigInt(kept)) * (Number(scale) / 10 ** kept.length)));
}

/** A text in quotes, as package time writes it into its errors: bytes beyond ASCII and controls as `\x..`. */
export function quoteGo(text: string): string {
  const escaped = text.replaceAll(/["\\]|[^ -~]/gu, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    return Array.from(Buffer.from(character), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  });
  return `"${escaped}"`;
}
