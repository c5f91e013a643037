import { type JsonValue } from '../../object/kube-object.ts';
import { compareStrings, quoteString } from '../gotemplate/go-string.ts';

/**
 * A collection that stands where YAML has a key, which mostly is a template that nothing has rendered, as Go's `%#v`
 * prints it: `{{ .x }}` is `map[interface {}]interface {}{".x":interface {}(nil)}`.
 * @param offset within the collection
 * @param read reads the collection's text
 * @returns undefined where no collection is found
 */
export function explainYamlKey(source: string, offset: number, read: (text: string) => JsonValue): string | undefined {
  const start = Math.max(source.lastIndexOf('{', offset), source.lastIndexOf('[', offset));
  const close = source[start] === '{' ? '}' : ']';
  const end = start < 0 ? -1 : source.indexOf(close, offset);
  if (end < 0) return undefined;
  try {
    return printGoSyntax(read(source.slice(start, end + 1)));
  } catch {
    // Where a collection in a key is no YAML by itself, the caller says what is wrong.
    return undefined;
  }
}

function printGoSyntax(value: JsonValue): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return quoteString(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(printGoSyntax).join(', ')}}`;
  const fields = Object.keys(value)
    .toSorted(compareStrings)
    .map((key) => `${quoteString(key)}:${printGoSyntax(value[key] ?? null)}`);
  return `map[interface {}]interface {}{${fields.join(', ')}}`;
}
