import { quoteString } from '../go-string.ts';
import { type GoValue, goInt } from '../value.ts';
import { GoTime } from './go-time.ts';
import { parseGoFloat, parseGoInt } from './parse-number.ts';
import { parseTime } from './parse-time.ts';
import { fixedZone, LOCAL } from './time-zone.ts';
import type { TomlScanner } from './toml-scanner.ts';

/** Reads a boolean, a number or a time; what comes next is none of the others. */
export function readTomlScalar(scanner: TomlScanner): GoValue {
  const first = scanner.peek();
  if (/[0-9]/.test(first)) return readNumberOrTime(scanner);
  if (first === '-' || first === '+') return readSigned(scanner);
  if (first === '.') return scanner.fail("floats must start with a digit, not '.'");
  if (scanner.accept('inf')) return Infinity;
  if (scanner.accept('nan')) return Number.NaN;
  if (/\p{L}/u.test(first)) return readBool(scanner);
  if (first === '') return scanner.fail('unexpected EOF; expected value');
  return scanner.fail(`expected value but found ${quoteRune(first)} instead`);
}

/** A character in single quotes, as `%q` prints it; `'\ufffd'` at the end of the text. */
export function quoteRune(character: string): string {
  if (character === '') return String.raw`'\x00'`;
  if (character === "'") return String.raw`'\''`;
  return character === '"' ? `'"'` : `'${quoteString(character).slice(1, -1)}'`;
}

/** The decoder looks at the next character, which may be none that TOML allows, before it judges the word. */
function takeWord(scanner: TomlScanner, pattern: RegExp): string {
  const word = scanner.take(pattern);
  if (word !== '') scanner.peek();
  return word;
}

function readBool(scanner: TomlScanner): GoValue {
  const word = takeWord(scanner, /\p{L}+/uy);
  if (word === 'true' || word === 'false') return word === 'true';
  return scanner.fail(`expected value but found ${quoteString(word)} instead`);
}

function readSigned(scanner: TomlScanner): GoValue {
  const sign = scanner.next();
  if (scanner.accept('inf')) return sign === '-' ? -Infinity : Infinity;
  if (scanner.accept('nan')) return Number.NaN;
  const next = scanner.peek();
  if (next === 'i' || next === 'n') {
    return scanner.fail(`invalid float: '${sign}${takeWord(scanner, /in?|na?/y)}'`);
  }
  if (next === '.') return scanner.fail("floats must start with a digit, not '.'");
  if (!/[0-9]/.test(next)) return scanner.fail(`expected a digit but got ${quoteRune(scanner.next())}`);
  const prefix = scanner.take(/0[box]/y);
  if (prefix !== '') return scanner.fail(`cannot use sign with non-decimal numbers: '${sign}${prefix}'`);
  return readDecimal(scanner, sign);
}

function readNumberOrTime(scanner: TomlScanner): GoValue {
  const based = takeWord(scanner, /0x[0-9a-fA-F_]*|0o[0-7_]*|0b[01_]*/y);
  if (based !== '') return based.length > 2 ? integer(scanner, based) : failBased(scanner, based);
  const time = takeWord(scanner, /(?:0[0-9]|[1-9])[0-9]*[-:][-0-9:Tt .Zz+]*/y).trimEnd();
  return time === '' ? readDecimal(scanner, '') : readTime(scanner, time);
}

function failBased(scanner: TomlScanner, prefix: string): never {
  const kind = { '0x': 'a hexadecimal', '0o': 'an octal' }[prefix] ?? 'a binary';
  return scanner.fail(`not ${kind} number: '${prefix}${scanner.peek() || '\0'}'`);
}

function readDecimal(scanner: TomlScanner, sign: string): GoValue {
  const text = sign + takeWord(scanner, /[0-9][0-9_]*(?:[.eE][0-9_.eE+-]*)?/y);
  return /[.eE]/.test(text) ? float(scanner, text) : integer(scanner, text);
}

function integer(scanner: TomlScanner, text: string): GoValue {
  const invalid = `Invalid integer ${quoteString(text)}:`;
  if (!hasGoodUnderscores(text)) scanner.fail(`${invalid} underscores must be surrounded by digits`);
  if (hasLeadingZero(text)) scanner.fail(`${invalid} cannot have leading zeroes`);
  const { value } = parseGoInt(text, 0);
  return value === undefined ? scanner.fail(`${text} is out of range for int64`) : goInt(value, 'int64');
}

function float(scanner: TomlScanner, text: string): GoValue {
  const invalid = `Invalid float ${quoteString(text)}:`;
  const parts = text.split(/[.eE]/).filter((part) => part !== '');
  if (!parts.every(hasGoodUnderscores)) scanner.fail(`${invalid} underscores must be surrounded by digits`);
  if (hasLeadingZero(parts[0] ?? '')) scanner.fail(`${invalid} cannot have leading zeroes`);
  if (/\.(?![0-9])/.test(text)) scanner.fail(`${invalid} '.' must be followed by one or more digits`);
  const plain = text.replaceAll('_', '');
  const value = parseGoFloat(plain);
  if (value !== undefined) return value;
  const isNumber = /^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(plain);
  return scanner.fail(isNumber ? `${text} is out of range for float64` : `Invalid float value: ${quoteString(text)}`);
}

/** Underscores stand between two digits, of which a sign or a prefix is none. */
function hasGoodUnderscores(text: string): boolean {
  return !/(?:^|[^0-9a-fA-F])_|_$|[^0-9a-fA-F]$/.test(text);
}

function hasLeadingZero(text: string): boolean {
  return /^0[^box]|^[-+]0./.test(text);
}

function readTime(scanner: TomlScanner, text: string): GoValue {
  const normal = text.replace('z', 'Z').replaceAll(/[t ]/g, 'T');
  for (const [layout, shape, zone] of TIME_LAYOUTS) {
    const time = shape.test(normal) ? parseTime(layout, normal, zone) : '';
    if (time instanceof GoTime) return time;
  }
  return scanner.fail(`invalid datetime: ${quoteString(normal)}`);
}

const DATETIME_LOCAL = fixedZone('datetime-local', 0);
const TIME_LOCAL = fixedZone('time-local', 0);

/** Go's layouts take numbers of one digit, TOML does not. */
const TIME_LAYOUTS = [
  ['2006-01-02T15:04:05.999999999Z07:00', /^.{10}T..:..:..(?!\d)/, LOCAL],
  ['2006-01-02T15:04:05.999999999', /^.{10}T..:..:../, DATETIME_LOCAL],
  ['2006-01-02', /^.{10}$/, fixedZone('date-local', 0)],
  ['15:04:05.999999999', /^..:..:../, TIME_LOCAL],
  ['2006-01-02T15:04Z07:00', /^.{10}T..:../, LOCAL],
  ['2006-01-02T15:04', /^.{10}T..:..$/, DATETIME_LOCAL],
  ['15:04', /^..:..$/, TIME_LOCAL],
] as const;
