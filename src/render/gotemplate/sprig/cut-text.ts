import { GoFunctionError } from '../function-table.ts';

/**
 * Functions that cut and break text by its bytes; `text` has one character for each of them.
 */

/** Sprig's trunc: the first `count` bytes, or the last ones if it is negative. */
export function truncate(text: string, count: number): string {
  if (count >= 0) return text.slice(0, count);
  return text.length + count > 0 ? text.slice(text.length + count) : text;
}

/**
 * Sprig's substr: an end that is negative or too far means the text's.
 * @throws {GoFunctionError} as Go's runtime does, where the bounds cross
 */
export function substring(text: string, start: number, end: number): string {
  if (start < 0) return slice(text, 0, end);
  return slice(text, start, end < 0 || end > text.length ? undefined : end);
}

function slice(text: string, start: number, end: number | undefined): string {
  const limit = end ?? text.length;
  if (limit < 0) throw outOfRange(`:${limit}`);
  if (limit > text.length) throw outOfRange(`:${limit}`, text.length);
  if (start > limit) throw outOfRange(`${start}:${limit}`);
  return text.slice(start, limit);
}

function outOfRange(bounds: string, length?: number): GoFunctionError {
  const limit = length === undefined ? '' : ` with length ${length}`;
  return new GoFunctionError(`runtime error: slice bounds out of range [${bounds}]${limit}`);
}

/** Sprig's abbrev: at most `width` bytes, an ellipsis included; too small a width leaves the text alone. */
export function abbreviate(text: string, width: number): string {
  return width < 4 ? text : abbreviateFrom(text, 0, width);
}

/** Sprig's abbrevboth: an ellipsis at both ends, around what begins at `left` or a bit before. */
export function abbreviateBoth(text: string, left: number, width: number): string {
  return width < 4 || (left > 0 && width < 7) ? text : abbreviateFrom(text, left, width);
}

const ELLIPSIS = '...';
/** So little at the left is not worth an ellipsis. */
const MIN_LEFT = 4;

function abbreviateFrom(text: string, left: number, width: number): string {
  if (text.length <= width) return text;
  const room = width - ELLIPSIS.length;
  const last = text.length - room;
  const start = Math.min(left, text.length, last);
  if (start <= MIN_LEFT) return text.slice(0, room) + ELLIPSIS;
  if (start >= last) return ELLIPSIS + text.slice(last);
  // An inner width below 4 is an error in goutils, of which Sprig keeps the empty text.
  return ELLIPSIS + (room < 4 ? '' : abbreviateFrom(text.slice(start), 0, room));
}

/** How {@link wrapText} breaks lines. */
export interface WrapOptions {
  readonly width: number;
  readonly newLine: string;
  /** Whether words longer than the width are broken. */
  readonly breakWords: boolean;
}

/** goutils.WrapCustom: breaks at spaces so that lines have at most `width` bytes; spaces that begin a line go. */
export function wrapText(text: string, options: WrapOptions): string {
  const width = Math.max(options.width, 1);
  const lines: string[] = [];
  let at = 0;
  while (text.length - at > width) {
    if (text[at] === ' ') {
      at += 1;
      continue;
    }
    const [end, next] = lineEnd(text, at, { ...options, width });
    lines.push(text.slice(at, end));
    if (end === text.length) return lines.join(options.newLine);
    at = next;
  }
  return [...lines, text.slice(at)].join(options.newLine);
}

/** Where the line that starts at a place ends, and where the next one starts. */
function lineEnd(text: string, at: number, { width, breakWords }: WrapOptions): readonly [number, number] {
  const space = text.lastIndexOf(' ', at + width);
  if (space >= at) return [space, space + 1];
  if (breakWords) return [at + width, at + width];
  const next = text.indexOf(' ', at + width);
  return next < 0 ? [text.length, text.length] : [next, next + 1];
}
