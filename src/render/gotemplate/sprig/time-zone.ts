/** What holds in a zone at a moment: the abbreviation, and seconds to add to UTC. */
export interface ZonePeriod {
  readonly name: string;
  readonly offset: number;
}

/** Go's time.Location. */
export interface TimeZone {
  readonly name: string;
  at(unixSeconds: number): ZonePeriod;
}

/** A zone that never changes. */
export function fixedZone(name: string, offset: number): TimeZone {
  const period = { name, offset };
  return { name, at: () => period };
}

/** UTC. */
export const UTC: TimeZone = fixedZone('UTC', 0);
/** Go's time.Local. Here it is UTC wherever the process runs, so that a render does not depend on the machine. */
export const LOCAL: TimeZone = { name: 'Local', at: () => ({ name: 'UTC', offset: 0 }) };

/** The zone of an IANA name, spelt exactly; undefined if there is none. */
export function findTimeZone(name: string): TimeZone | undefined {
  if (name === '' || name === 'UTC') return UTC;
  if (name === 'Local') return LOCAL;
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = makeZone(name);
  if (zone !== undefined) zones.set(name, zone);
  return zone;
}

/** Only names that exist are kept, so that it cannot grow without limit. */
const zones = new Map<string, TimeZone>();

function makeZone(name: string): TimeZone | undefined {
  if (!/^[A-Z][\w+/-]*$/.test(name)) return undefined;
  try {
    const offsets = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    const canonical = offsets.resolvedOptions().timeZone;
    // The engine takes any case, Go only the right one.
    if (canonical !== name && canonical.toLowerCase() === name.toLowerCase()) return undefined;
    const names = ABBREVIATING_LOCALES.map(
      (locale) => new Intl.DateTimeFormat(locale, { timeZone: name, timeZoneName: 'short' }),
    );
    return { name, at: (seconds) => periodAt(name, { offsets, names, ms: clampMs(seconds) }) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Each knows the abbreviations in use where it is spoken. */
const ABBREVIATING_LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-ZA', 'en-NZ', 'en-IL', 'en-HK'];
const MAX_DATE_MS = 8.64e15;

function clampMs(seconds: number): number {
  return Math.max(-MAX_DATE_MS, Math.min(MAX_DATE_MS, seconds * 1000));
}

interface ZoneLookup {
  readonly offsets: Intl.DateTimeFormat;
  readonly names: readonly Intl.DateTimeFormat[];
  readonly ms: number;
}

function periodAt(zone: string, { offsets, names, ms }: ZoneLookup): ZonePeriod {
  const offset = parseOffset(zoneNameIn(offsets, ms));
  const listed = ABBREVIATIONS.get(zone);
  if (listed !== undefined) return { name: listed, offset };
  const named = names.map((format) => zoneNameIn(format, ms)).find((text) => /^[A-Z]{3,5}$/.test(text));
  return { name: named ?? numericName(offset), offset };
}

function zoneNameIn(format: Intl.DateTimeFormat, ms: number): string {
  return format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** Reads `GMT-04:56:02`. */
function parseOffset(text: string): number {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /GMT([+-])(\d+):?(\d+)?:?(\d+)?/.exec(text) ?? [];
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === '-' ? -offset : offset;
}

/** As the time zone database calls what has no abbreviation: `-03`, `+0545`. */
function numericName(offset: number): string {
  const minutes = Math.floor(Math.abs(offset) / 60);
  const text = String(Math.floor(minutes / 60)).padStart(2, '0');
  const rest = minutes % 60 === 0 ? '' : String(minutes % 60).padStart(2, '0');
  return (offset < 0 ? '-' : '+') + text + rest;
}

/** Zones of one abbreviation that the engine's locale data does not tell. */
const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ['Africa/Johannesburg', 'SAST'],
  ['Africa/Lagos', 'WAT'],
  ['Africa/Nairobi', 'EAT'],
  ['Africa/Maputo', 'CAT'],
  ['Asia/Hong_Kong', 'HKT'],
  ['Asia/Jakarta', 'WIB'],
  ['Asia/Karachi', 'PKT'],
  ['Asia/Manila', 'PST'],
  ['Asia/Seoul', 'KST'],
  ['Asia/Shanghai', 'CST'],
  ['Asia/Taipei', 'CST'],
  ['Asia/Tokyo', 'JST'],
  ['Europe/Moscow', 'MSK'],
  ['Japan', 'JST'],
  ['PRC', 'CST'],
]);
