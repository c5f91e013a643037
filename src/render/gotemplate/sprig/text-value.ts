import { fromBytes } from '../go-string.ts';
import { formatValue } from '../print-value.ts';
import { GoObject, type GoValue, goTypeOf, typedList } from '../value.ts';
import { itemsOf } from './arguments.ts';

/**
 * A value as Sprig makes it text: strings and bytes as they are, errors and values that print themselves by what they
 * say, everything else as `%v`.
 *
 * @see github.com/Masterminds/sprig v3.3.0 strings.go strval
 */
export function textOf(value: GoValue): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return fromBytes(value);
  return value instanceof GoObject && value.printsItself ? value.toGoString() : formatValue(value ?? null);
}

/**
 * A list as []string, nil items left out; anything else as the only item, and nil as none. A []string is returned
 * itself, not a copy.
 *
 * @see github.com/Masterminds/sprig v3.3.0 strings.go strslice
 */
export function textsOf(value: GoValue): string[] {
  if (value === undefined || value === null) return typedList([], '[]string');
  if (isTextList(value)) return value;
  const items = itemsOf(value) ?? [value];
  const texts = items.filter((item) => item !== undefined && item !== null).map(textOf);
  return typedList(texts, '[]string');
}

function isTextList(value: GoValue): value is string[] {
  return Array.isArray(value) && goTypeOf(value) === '[]string';
}
