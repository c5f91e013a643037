import type { JsonValue } from '../../../object/kube-object.ts';
import { compareStrings } from '../node/metadata.ts';

/**
 * JSON as Go's encoding/json writes it: keys sorted by bytes, `<`, `>` and `&` escaped.
 * @param indent for each level; empty: everything on one line, without spaces
 */
export function printGoJson(value: JsonValue, indent = ''): string {
  return print(value, indent, '\n');
}

function print(value: JsonValue, indent: string, lineStart: string): string {
  if (typeof value === 'string') return printText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = lineStart + indent;
  if (Array.isArray(value))
    return enclose(
      '[]',
      value.map((item) => print(item, indent, inner)),
      indent,
      lineStart,
    );
  const colon = indent === '' ? ':' : ': ';
  const entries = Object.keys(value)
    .sort(compareStrings)
    .map((key) => printText(key) + colon + print(value[key] ?? null, indent, inner));
  return enclose('{}', entries, indent, lineStart);
}

function enclose(brackets: '[]' | '{}', items: readonly string[], indent: string, lineStart: string): string {
  if (items.length === 0) return brackets;
  const [open, close] = brackets;
  if (indent === '') return `${open}${items.join(',')}${close}`;
  const inner = lineStart + indent;
  return `${open}${inner}${items.join(`,${inner}`)}${lineStart}${close}`;
}

function printText(text: string): string {
  return JSON.stringify(text).replaceAll(/[<>&\u2028\u2029]/g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
