import { type FloatVerb, formatFloat } from './format-float.ts';
import { canBackquote, characterOf, isPrintable, quoteString, toBytes } from './go-string.ts';

/** The flags, width and precision of one verb of a format. */
export interface FormatFlags {
  minus?: boolean;
  plus?: boolean;
  sharp?: boolean;
  space?: boolean;
  zero?: boolean;
  /** `%+v` and `%#v`, where plus and sharp mean something else. */
  plusV?: boolean;
  sharpV?: boolean;
  width?: number | undefined;
  precision?: number | undefined;
}

/** Widens a text to the width of the flags; counts characters. */
export function pad(flags: FormatFlags, text: string): string {
  if (flags.width === undefined || flags.width === 0) return text;
  const missing = flags.width - countRunes(text);
  if (missing <= 0) return text;
  if (flags.minus === true) return text + ' '.repeat(missing);
  return (flags.zero === true ? '0' : ' ').repeat(missing) + text;
}

function countRunes(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** What `%s` prints. */
export function formatText(flags: FormatFlags, text: string): string {
  return pad(flags, truncate(flags, text));
}

function truncate({ precision }: FormatFlags, text: string): string {
  if (precision === undefined || text.length <= precision) return text;
  return Array.from(text).slice(0, precision).join('');
}

/** What `%q` prints of a string. */
export function formatQuoted(flags: FormatFlags, text: string): string {
  const shown = truncate(flags, text);
  if (flags.sharp === true && canBackquote(shown)) return pad(flags, `\`${shown}\``);
  return pad(flags, quoteString(shown, { ascii: flags.plus === true }));
}

/** What `%x` and `%X` print of a string or of bytes. */
export function formatHexText(flags: FormatFlags, text: string | Uint8Array, isUpper: boolean): string {
  const all = typeof text === 'string' ? toBytes(text) : text;
  const bytes = flags.precision === undefined ? all : all.subarray(0, flags.precision);
  // Go pads an empty text whatever the precision, and before the flag for the left side counts.
  if (bytes.length === 0) return pad({ ...flags, minus: false }, '');
  const prefix = flags.sharp === true ? (isUpper ? '0X' : '0x') : '';
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const cased = isUpper ? digits.map((pair) => pair.toUpperCase()) : digits;
  return pad(flags, flags.space === true ? cased.map((pair) => prefix + pair).join(' ') : prefix + cased.join(''));
}

/** How {@link formatInteger} writes an integer. */
export interface IntegerForm {
  readonly base: 2 | 8 | 10 | 16;
  readonly isUpper?: boolean;
  /** `%O`, with `0o` before it. */
  readonly hasOctalPrefix?: boolean;
}

/** What `%d`, `%b`, `%o`, `%O`, `%x` and `%X` print of an integer. */
export function formatInteger(flags: FormatFlags, value: bigint, form: IntegerForm): string {
  const isNegative = value < 0n;
  if (flags.precision === 0 && value === 0n) return ' '.repeat(flags.width ?? 0);
  const raw = (isNegative ? -value : value).toString(form.base);
  const digits = (form.isUpper === true ? raw.toUpperCase() : raw).padStart(integerWidth(flags, isNegative), '0');
  const sign = isNegative ? '-' : flags.plus === true ? '+' : flags.space === true ? ' ' : '';
  const text = sign + (form.hasOctalPrefix === true ? '0o' : '') + basePrefix(flags, form, digits) + digits;
  return pad({ ...flags, zero: false }, text);
}

function integerWidth(flags: FormatFlags, isNegative: boolean): number {
  if (flags.precision !== undefined) return flags.precision;
  if (flags.zero !== true || flags.minus === true || flags.width === undefined) return 0;
  return flags.width - (isNegative || flags.plus === true || flags.space === true ? 1 : 0);
}

function basePrefix(flags: FormatFlags, { base, isUpper }: IntegerForm, digits: string): string {
  if (flags.sharp !== true) return '';
  if (base === 2) return '0b';
  if (base === 8) return digits.startsWith('0') ? '' : '0';
  if (base === 16) return isUpper === true ? '0X' : '0x';
  return '';
}

/** The character that `%c` prints for an integer. */
export function runeOf(value: bigint): number {
  const unsigned = BigInt.asUintN(64, value);
  return unsigned > 0x10ffffn ? 0xfffd : Number(unsigned);
}

/** What `%U` prints of an integer. */
export function formatUnicode(flags: FormatFlags, value: bigint): string {
  const unsigned = BigInt.asUintN(64, value);
  const digits = unsigned.toString(16).toUpperCase();
  const text = `U+${digits.padStart(Math.max(flags.precision ?? 0, 4), '0')}`;
  const isShown = flags.sharp === true && unsigned <= 0x10ffffn && isPrintable(Number(unsigned));
  return pad({ ...flags, zero: false }, isShown ? `${text} '${characterOf(Number(unsigned))}'` : text);
}

/** What the verbs of floats print; `precision` is the verb's own where the format states none. */
export function formatFloatVerb(flags: FormatFlags, value: number, verb: FloatVerb, precision: number): string {
  const plain = formatFloat(value, verb, flags.precision ?? precision);
  const digits = plain.replace(/^[+-]/, '');
  const sign = plain.startsWith('-') ? '-' : positiveSign(flags);
  if (digits === 'Inf' || digits === 'NaN') return padSpecial(flags, sign, digits);
  const isPointed = flags.sharp === true && verb !== 'b';
  const shown = isPointed ? keepPoint(digits, verb, flags.precision ?? precision) : digits;
  return flags.plus !== true && sign === '+' ? pad(flags, shown) : padSigned(flags, sign, shown);
}

function positiveSign(flags: FormatFlags): string {
  return flags.space === true && flags.plus !== true ? ' ' : '+';
}

/** Zeros go between the sign and the digits. */
function padSigned(flags: FormatFlags, sign: string, digits: string): string {
  const { width = 0 } = flags;
  const isFilled = flags.zero === true && flags.minus !== true && width > digits.length + 1;
  return isFilled ? sign + digits.padStart(width - 1, '0') : pad(flags, sign + digits);
}

function padSpecial(flags: FormatFlags, sign: string, name: string): string {
  const isAsked = flags.plus === true || (name === 'NaN' && flags.space === true);
  const hasSign = isAsked || (name === 'Inf' && sign !== '+');
  return pad({ ...flags, zero: false }, hasSign ? sign + name : name);
}

/** The flag `#`: always a decimal point, and no trailing zeros dropped. */
function keepPoint(text: string, verb: FloatVerb, precision: number): string {
  const isHex = verb === 'x' || verb === 'X';
  const tailAt = text.search(isHex ? /p|$/i : /[ep]|$/i);
  const number = text.slice(0, tailAt);
  const pointed = number.includes('.') ? number : `${number}.`;
  const significant = number.replace('.', '').replace(/^0+/, '').length;
  const missing = wantedDigits(verb, precision) - (number === '0' ? 1 : significant);
  return pointed + '0'.repeat(Math.max(missing, 0)) + text.slice(tailAt);
}

function wantedDigits(verb: FloatVerb, precision: number): number {
  if (verb !== 'g' && verb !== 'G' && verb !== 'x') return 0;
  return precision === -1 ? 6 : precision;
}
