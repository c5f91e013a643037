import { firstBroken, prefixed, rune } from './format-words.ts';

/** Whether a text is a duration of RFC 3339: what is wrong, or nothing. */
export function checkDuration(text: string): string | undefined {
  const rest = text.slice(1);
  const broken = firstBroken([!text.startsWith('P'), 'must start with P'], [rest === '', 'nothing after P']);
  if (broken !== undefined) return broken;
  if (rest.endsWith('W'))
    return firstBroken([rest === 'W', 'no number in week'], [!/^\d+W$/.test(rest), 'invalid week']);
  for (const [index, part] of rest.split('T').entries()) {
    const units = ['YMD', 'HMS'][index] ?? '';
    const problem =
      firstBroken([index > 0 && part === '', 'no time elements'], [units === '', 'more than one T']) ??
      checkDurationPart(part, units);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkDurationPart(part: string, allUnits: string): string | undefined {
  let units = allUnits;
  let rest = part;
  while (rest !== '') {
    const digits = /^\d*/.exec(rest)?.[0] ?? '';
    if (digits === '') return 'missing number';
    const unit = rest[digits.length];
    if (unit === undefined) return 'missing unit';
    const at = units.indexOf(unit);
    if (at < 0) return allUnits.includes(unit) ? `unit ${rune(unit)} out of order` : `invalid unit ${rune(unit)}`;
    units = units.slice(at + 1);
    rest = rest.slice(digits.length + 1);
  }
  return undefined;
}

/** Whether a text is a date of RFC 3339. */
export function checkDate(text: string): string | undefined {
  const quoted = quoteTime(text);
  const { layout, rest } = readDateParts(text);
  if (layout !== undefined) {
    return `parsing time ${quoted} as "2006-01-02": cannot parse ${quoteTime(rest)} as "${layout}"`;
  }
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const days = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return firstBroken(
    [month < 1 || month > 12, `parsing time ${quoted}: month out of range`],
    [rest !== '', `parsing time ${quoted}: extra text: ${quoteTime(rest)}`],
    [day < 1 || day > days, `parsing time ${quoted}: day out of range`],
  );
}

/** What is left after the parts of a date, and the part that is not there if one is not. */
function readDateParts(text: string): { layout?: string; rest: string } {
  let rest = text;
  for (const [layout, pattern] of DATE_PARTS) {
    const part = pattern.exec(rest)?.[0];
    if (part === undefined) return { layout, rest };
    rest = rest.slice(part.length);
  }
  return { rest };
}

/** The parts of a date as Go's layout names them. */
const DATE_PARTS: readonly (readonly [layout: string, pattern: RegExp])[] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^\d\d/],
  ['-', /^-/],
  ['02', /^\d\d/],
];

/** A text as Go's package time quotes it: all but printable ASCII as bytes. */
function quoteTime(text: string): string {
  const escaped = text
    .replace(/["\\]/g, String.raw`\$&`)
    .replace(/[^\x20-\x7e]/gu, (character) =>
      Array.from(Buffer.from(character), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    );
  return `"${escaped}"`;
}

/** Whether a text is a time of RFC 3339. */
export function checkTime(text: string): string | undefined {
  const match = /^(\+\d|\d\d):(\+\d|\d\d):(\+\d|\d\d)(\.\d*)?(.*)$/s.exec(text);
  const malformed = firstBroken(
    [Buffer.byteLength(text) < 9, 'less than 9 characters long'],
    [text[2] !== ':' || text[5] !== ':', 'missing colon in correct place'],
    [match === null, 'invalid hour/min/sec'],
  );
  if (malformed !== undefined || match === null) return malformed;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const broken = firstBroken(
    [hour > 23 || minute > 59 || second > 60, 'hour/min/sec out of range'],
    [match[4] === '.', 'no digits in second fraction'],
  );
  return broken ?? checkZone(match[5] ?? '', hour * 60 + minute, second);
}

/** Checks the offset, and that a leap second is the last of a day in UTC. */
function checkZone(zone: string, minutes: number, second: number): string | undefined {
  const offset = zoneMinutes(zone);
  if (typeof offset === 'string') return offset;
  const utc = minutes + offset;
  const isLast = (utc < 0 ? utc + DAY_MINUTES : utc) === DAY_MINUTES - 1;
  return second >= 60 && !isLast ? 'invalid leap second' : undefined;
}

const DAY_MINUTES = 24 * 60;

/** Minutes to add for UTC, or what is wrong. */
function zoneMinutes(zone: string): number | string {
  if (zone === 'z' || zone === 'Z') return 0;
  if (Buffer.byteLength(zone) !== 6) return 'offset must be 6 characters long';
  if (!/^[+-]/.test(zone)) return 'offset must begin with plus/minus';
  if (zone[3] !== ':') return 'missing colon in offset in correct place';
  const match = /^[+-](\d\d):(\d\d)$/.exec(zone);
  if (match === null) return 'invalid hour/min in offset';
  const [hour, minute] = [Number(match[1]), Number(match[2])];
  if (hour > 23 || minute > 59) return 'hour/min in offset out of range';
  return (zone.startsWith('+') ? -1 : 1) * (hour * 60 + minute);
}

/** Whether a text is a date with a time of RFC 3339. */
export function checkDateTime(text: string): string | undefined {
  if (Buffer.byteLength(text) < 20) return 'less than 20 characters long';
  if (!/^t$/i.test(text[10] ?? '')) return '11th character must be t or T';
  return (
    prefixed('invalid date element', checkDate(text.slice(0, 10))) ??
    prefixed('invalid time element', checkTime(text.slice(11)))
  );
}

/** Whether a text is a period of RFC 3339. */
export function checkPeriod(text: string): string | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return 'missing slash';
  const [start, end] = [text.slice(0, slash), text.slice(slash + 1)];
  if (start.startsWith('P')) {
    return (
      prefixed('invalid start duration', checkDuration(start)) ?? prefixed('invalid end date-time', checkDateTime(end))
    );
  }
  const first = prefixed('invalid start date-time', checkDateTime(start));
  if (first !== undefined) return first;
  if (end.startsWith('P')) return prefixed('invalid end duration', checkDuration(end));
  return prefixed('invalid end date-time', checkDateTime(end));
}
