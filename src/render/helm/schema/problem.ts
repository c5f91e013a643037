import { formatGoFloat } from '../../../yaml/go-float.ts';
import { quoteString } from '../../gotemplate/go-string.ts';
import { formatValue } from '../../gotemplate/print-value.ts';
import type { GoValue } from '../../gotemplate/value.ts';
import { escapePointer } from './draft.ts';

/** Something wrong with a value, and what that comes from. */
export interface Problem {
  /** Keys and indexes down to the value. */
  readonly path: readonly string[];
  readonly message: string;
  readonly causes: readonly Problem[];
  /** `group`: several problems of one schema. `reference`: those of a schema referred to. */
  readonly kind?: 'group' | 'reference';
}

/**
 * Problems as a list, causes indented below: `- at '/age': minimum: got -5, want 0`. References with a single cause
 * are left out.
 * @see github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 output.go
 */
export function printProblem(problem: Problem): string {
  const top = problem.kind === 'group' ? problem.causes : [problem];
  return top.flatMap((one) => printLines(one, 0)).join('\n');
}

function printLines(problem: Problem, indent: number): string[] {
  if (problem.kind === 'reference' && problem.causes.length === 1) {
    return problem.causes.flatMap((cause) => printLines(cause, indent));
  }
  const pointer = problem.path.map((key) => `/${escapePointer(key)}`).join('');
  const line = `${'  '.repeat(indent)}- at ${quote(pointer)}: ${problem.message}`;
  return [line, ...problem.causes.flatMap((cause) => printLines(cause, indent + 1))];
}

/** A text in single quotes, escaped as Go does within them. */
export function quote(text: string): string {
  const inner = quoteString(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

/** Texts in single quotes with commas between. */
export function quoteAll(texts: readonly string[]): string {
  return texts.map(quote).join(', ');
}

/** A scalar as `enum` and `const` show what they want. */
export function display(value: GoValue): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return Array.isArray(value) || value instanceof Map ? 'value' : formatValue(value);
}

/** A number as golang.org/x/text prints it in English: `12,345`, `1.5×10⁰⁶`. */
export function showNumber(value: number): string {
  const [mantissa = '', exponent] = formatGoFloat(value, 64).split('e');
  const [whole = '', fraction] = mantissa.split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  const plain = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return exponent === undefined ? plain : `${plain}×10${superscript(exponent)}`;
}

/** A count as golang.org/x/text prints it in English: `12,345`. */
export function showCount(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

function superscript(exponent: string): string {
  return exponent
    .replace('+', '')
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? digit);
}
