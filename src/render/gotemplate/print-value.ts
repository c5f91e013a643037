import { formatPlainFloat, printArgument } from './print-argument.ts';
import { sprintf as format } from './sprintf.ts';
import { GoInt, GoObject, type GoValue } from './value.ts';

/** What `%v` prints of a value; `<nil>` for none. */
export function formatValue(value: GoValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return formatPlainFloat(value);
  if (value instanceof GoInt) return value.value.toString();
  return printArgument(value, 'v', {});
}

/** What an action writes of a value: as {@link formatValue}, but what a pointer points to,
 * and what can be addressed prints itself where its pointer does. */
export function formatOutput(value: GoValue): string {
  if (!(value instanceof GoObject) || value.printsItself) return formatValue(value);
  return value.goKind === 'ptr' ? formatValue(value).replace(/^&/, '') : value.toGoString();
}

/** Go's fmt.Sprintf. */
export function sprintf(text: string, args: readonly GoValue[]): string {
  return format(text, args);
}

/** Go's fmt.Sprint: a space between two operands of which neither is a string. */
export function sprint(args: readonly GoValue[]): string {
  let text = '';
  args.forEach((arg, at) => {
    const isSpaced = at > 0 && typeof arg !== 'string' && typeof args[at - 1] !== 'string';
    text += (isSpaced ? ' ' : '') + formatValue(arg);
  });
  return text;
}

/** Go's fmt.Sprintln. */
export function sprintln(args: readonly GoValue[]): string {
  return `${args.map(formatValue).join(' ')}\n`;
}
