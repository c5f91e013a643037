/** A moment as a calendar and a clock show it; `month` from 1, `weekday` from 0 for Sunday, `yearDay` from 1. */
export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly yearDay: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Seconds in a day. */
const DAY = 86_400;
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH_SHIFT = 719_468;
const DAYS_IN_ERA = 146_097;

/** The proleptic Gregorian date and the time of day, `seconds` after 1970 began. Any year. */
export function civilTime(seconds: number): CivilTime {
  const days = Math.floor(seconds / DAY);
  const rest = seconds - days * DAY;
  const date = civilDate(days);
  return {
    ...date,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: days - daysFromCivil(date.year, 1, 1) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: rest % 60,
  };
}

/** Counts years from March, so that the leap day comes last. */
function civilDate(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + EPOCH_SHIFT;
  const era = Math.floor(shifted / DAYS_IN_ERA);
  const dayOfEra = shifted - era * DAYS_IN_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Days from 1970-01-01 to a date; months and days beyond their range carry over. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const monthFromZero = month - 1;
  const carried = year + Math.floor(monthFromZero / 12);
  const inYear = (((monthFromZero % 12) + 12) % 12) + 1;
  const shiftedYear = inYear <= 2 ? carried - 1 : carried;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const shiftedMonth = inYear > 2 ? inYear - 3 : inYear + 9;
  const dayOfYear = Math.floor((153 * shiftedMonth + 2) / 5);
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * DAYS_IN_ERA + yearOfEra * 365 + leapDays + dayOfYear - EPOCH_SHIFT + day - 1;
}

/** Days in a month. */
export function daysInMonth(year: number, month: number): number {
  return daysFromCivil(year, month + 1, 1) - daysFromCivil(year, month, 1);
}

/** Seconds from 1970 to a date and time. */
export function secondsFromCivil(time: Omit<CivilTime, 'weekday' | 'yearDay'>): number {
  const days = daysFromCivil(time.year, time.month, time.day);
  return days * DAY + time.hour * 3600 + time.minute * 60 + time.second;
}
