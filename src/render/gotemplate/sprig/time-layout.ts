/** A part of a Go layout: an element such as `Jan` or `.000`, or text that stands for itself. */
export interface LayoutPart {
  readonly element: string | undefined;
  readonly text: string;
}

/**
 * The parts of a layout of Go's package time.
 *
 * @see https://github.com/golang/go/blob/go1.26.0/src/time/format.go nextStdChunk
 */
export function splitLayout(layout: string): LayoutPart[] {
  const parts: LayoutPart[] = [];
  let text = '';
  for (let at = 0; at < layout.length; ) {
    const element = elementAt(layout, at);
    if (element === undefined) {
      text += layout[at] ?? '';
      at += 1;
      continue;
    }
    if (text !== '') parts.push({ element: undefined, text });
    text = '';
    parts.push({ element, text: element });
    at += element.length;
  }
  if (text !== '') parts.push({ element: undefined, text });
  return parts;
}

function elementAt(layout: string, at: number): string | undefined {
  ELEMENT.lastIndex = at;
  return ELEMENT.exec(layout)?.[0];
}

/** Longest first. An underscore before `2006` is text. */
const ELEMENT = new RegExp(
  [
    'January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST',
    '002|0[1-6]|15|1|2006|2|_2(?!006)|__2|[345]|PM|pm',
    '[-Z]070000|[-Z]07:00:00|[-Z]0700|[-Z]07:00|[-Z]07',
    String.raw`[.,](?:0+|9+)(?![0-9])`,
  ].join('|'),
  'y',
);

/** Whether an element stands for fractions of a second. */
export function isFraction(element: string | undefined): element is string {
  return element !== undefined && /^[.,][09]/.test(element);
}

/** Whether an element stands for an offset from UTC. */
export function isOffset(element: string): boolean {
  return /^[-Z]07/.test(element);
}

/** Names of the months, from January. */
export const MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Names of the days of the week, from Sunday. */
export const WEEKDAYS: readonly string[] = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];
