/**
 * A time in the format of C's `strftime`, in UTC: `%Y-%m-%dT%H:%M:%SZ`. A leading `!`, which asks for UTC, is dropped;
 * directives that are not known stay as they are.
 *
 * @param timeMs milliseconds since 1970
 */
export function formatDate(format: string, timeMs: number): string {
  const date = new Date(timeMs);
  if (Number.isNaN(date.getTime())) return '';
  return format.replace(/^!/, '').replaceAll(/%([a-zA-Z%])/g, (whole, directive: string) => {
    return DIRECTIVES.get(directive)?.(date) ?? whole;
  });
}

const two = (value: number): string => String(value).padStart(2, '0');
const day = (date: Date): string => `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
const clock = (date: Date): string =>
  `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;

const DIRECTIVES: ReadonlyMap<string, (date: Date) => string> = new Map([
  ['Y', (date) => String(date.getUTCFullYear())],
  ['m', (date) => two(date.getUTCMonth() + 1)],
  ['d', (date) => two(date.getUTCDate())],
  ['H', (date) => two(date.getUTCHours())],
  ['M', (date) => two(date.getUTCMinutes())],
  ['S', (date) => two(date.getUTCSeconds())],
  ['F', day],
  ['T', clock],
  ['X', clock],
  ['c', (date) => `${day(date)} ${clock(date)}`],
  ['%', () => '%'],
]);
