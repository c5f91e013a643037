/**
 * Whether Go's yaml.v2 takes `text` for a timestamp. The value of such a scalar stays a string, but as text it must
 * be quoted.
 *
 * @see go.yaml.in/yaml/v2 v2.4.2 resolve.go parseTimestamp
 */
export function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0] = match.slice(1, 4).map(Number);
  if (!isDate(year, month, day)) return false;
  const [separator, hour, minute, second, zone] = match.slice(4);
  if (separator === undefined) return true;
  // A space goes without a zone, a T with one.
  return (separator === ' ') === (zone === undefined) && isTime([hour, minute, second]) && isZone(zone);
}

const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(Z|[+-]\d\d:\d\d)?)?$/;

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  // The calendar repeats itself every 400 years, and the Date constructor reads years below 100 otherwise.
  return day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

function isTime(parts: readonly (string | undefined)[]): boolean {
  const [hour = 0, minute = 0, second = 0] = parts.map(Number);
  return hour < 24 && minute < 60 && second < 60;
}

function isZone(zone: string | undefined): boolean {
  if (zone === undefined || zone === 'Z') return true;
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number);
  return hours <= 24 && minutes < 60;
}
