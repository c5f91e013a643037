import { type CivilTime, civilTime } from './civil-time.ts';
import { isFraction, isOffset, MONTHS, splitLayout, WEEKDAYS } from './time-layout.ts';
import type { ZonePeriod } from './time-zone.ts';

/** A moment with the period of the zone in which it is shown. */
export interface ShownTime {
  readonly unixSeconds: number;
  /** 0 to 999,999,999. */
  readonly nanosecond: number;
  readonly period: ZonePeriod;
}

/** A moment written in a layout of Go's package time. */
export function formatTime(time: ShownTime, layout: string): string {
  const civil = civilTime(time.unixSeconds + time.period.offset);
  return splitLayout(layout)
    .map(({ element, text }) => (element === undefined ? text : formatElement(element, civil, time)))
    .join('');
}

function formatElement(element: string, civil: CivilTime, time: ShownTime): string {
  const write = CIVIL_ELEMENTS.get(element);
  if (write !== undefined) return write(civil);
  if (isFraction(element)) return formatFraction(element, time.nanosecond);
  return isOffset(element) ? formatOffset(element, time.period.offset) : formatZoneName(time.period);
}

const CIVIL_ELEMENTS: ReadonlyMap<string, (time: CivilTime) => string> = new Map([
  ['2006', ({ year }: CivilTime) => pad(year, 4)],
  ['06', ({ year }) => pad(Math.abs(year) % 100, 2)],
  ['January', ({ month }) => MONTHS[month - 1] ?? ''],
  ['Jan', ({ month }) => (MONTHS[month - 1] ?? '').slice(0, 3)],
  ['01', ({ month }) => pad(month, 2)],
  ['1', ({ month }) => String(month)],
  ['Monday', ({ weekday }) => WEEKDAYS[weekday] ?? ''],
  ['Mon', ({ weekday }) => (WEEKDAYS[weekday] ?? '').slice(0, 3)],
  ['02', ({ day }) => pad(day, 2)],
  ['_2', ({ day }) => String(day).padStart(2)],
  ['2', ({ day }) => String(day)],
  ['002', ({ yearDay }) => pad(yearDay, 3)],
  ['__2', ({ yearDay }) => String(yearDay).padStart(3)],
  ['15', ({ hour }) => pad(hour, 2)],
  ['03', ({ hour }) => pad(hour % 12 || 12, 2)],
  ['3', ({ hour }) => String(hour % 12 || 12)],
  ['04', ({ minute }) => pad(minute, 2)],
  ['4', ({ minute }) => String(minute)],
  ['05', ({ second }) => pad(second, 2)],
  ['5', ({ second }) => String(second)],
  ['PM', ({ hour }) => (hour >= 12 ? 'PM' : 'AM')],
  ['pm', ({ hour }) => (hour >= 12 ? 'pm' : 'am')],
]);

function pad(value: number, width: number): string {
  return (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(width, '0');
}

function formatFraction(element: string, nanosecond: number): string {
  const digits = pad(nanosecond, 9)
    .padEnd(element.length - 1, '0')
    .slice(0, element.length - 1);
  if (element[1] === '0') return element[0] + digits;
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '' : element[0] + kept;
}

function formatOffset(element: string, offset: number): string {
  if (offset === 0 && element.startsWith('Z')) return 'Z';
  const seconds = Math.abs(offset);
  // Go takes the sign from the whole minutes.
  const sign = Math.trunc(offset / 60) < 0 ? '-' : '+';
  const colon = element.includes(':') ? ':' : '';
  const hours = pad(Math.floor(seconds / 3600), 2);
  const fields = element.replaceAll(':', '').length;
  const minutes = fields > 3 ? colon + pad(Math.floor(seconds / 60) % 60, 2) : '';
  return sign + hours + minutes + (fields > 5 ? colon + pad(seconds % 60, 2) : '');
}

function formatZoneName({ name, offset }: ZonePeriod): string {
  return name === '' ? formatOffset('-0700', offset) : name;
}
