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
    const lookup: ZoneLookup = { zone: name, offsets, names };
    return { name, at: (seconds) => periodAt(lookup, clampMs(seconds)) };
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
  readonly zone: string;
  readonly offsets: Intl.DateTimeFormat;
  readonly names: readonly Intl.DateTimeFormat[];
}

function periodAt(lookup: ZoneLookup, ms: number): ZonePeriod {
  const offset = offsetAt(lookup, ms);
  const numeric = numericName(offset);
  const listed = ABBREVIATIONS.get(lookup.zone);
  // A single name holds all year; of several, the offset tells.
  if (listed !== undefined) return { name: listed.get(numeric) ?? listed.get('') ?? numeric, offset };
  return { name: nameAt(lookup, ms) ?? recentName(lookup, offset) ?? numeric, offset };
}

function offsetAt({ offsets }: ZoneLookup, ms: number): number {
  return parseOffset(zoneNameIn(offsets, ms));
}

function nameAt({ names }: ZoneLookup, ms: number): string | undefined {
  return names.map((format) => zoneNameIn(format, ms)).find((text) => /^[A-Z]{3,5}$/.test(text));
}

/** For times before 1970 the engine often has no name: the one that now goes with the same offset. */
function recentName(lookup: ZoneLookup, offset: number): string | undefined {
  const ms = RECENT_MS.find((one) => offsetAt(lookup, one) === offset);
  return ms === undefined ? undefined : nameAt(lookup, ms);
}

const RECENT_MS = [Date.UTC(2024, 0, 15), Date.UTC(2024, 6, 15)];

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

/**
 * Names of zones for which the engine's locale data has others or none, by offset; the empty one is for all others.
 * Of a zone without entries the database has only numbers.
 */
const ABBREVIATIONS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  [
    ['Africa/Johannesburg', 'SAST'],
    ['Africa/Lagos', 'WAT'],
    ['Africa/Maputo', 'CAT'],
    ['Africa/Nairobi', 'EAT'],
    ['America/Adak', '-10 HST', '-09 HDT'],
    ['America/Chihuahua', '-07 MST', '-06 MDT'],
    ['America/Ciudad_Juarez', '-07 MST', '-06 MDT'],
    ['America/Dawson', 'MST'],
    ['America/Havana', '-05 CST', '-04 CDT'],
    ['America/Hermosillo', 'MST'],
    ['America/Mazatlan', '-07 MST', '-06 MDT'],
    ['America/St_Johns', '-0330 NST', '-0230 NDT'],
    ['America/Whitehorse', 'MST'],
    ['Antarctica/Casey'],
    ['Antarctica/Troll'],
    ['Asia/Colombo'],
    ['Asia/Dubai'],
    ['Asia/Hong_Kong', 'HKT'],
    ['Asia/Jakarta', 'WIB'],
    ['Asia/Jayapura', 'WIT'],
    ['Asia/Jerusalem', '+02 IST', '+03 IDT'],
    ['Asia/Karachi', 'PKT'],
    ['Asia/Macau', 'CST'],
    ['Asia/Makassar', 'WITA'],
    ['Asia/Manila', 'PST'],
    ['Asia/Muscat'],
    ['Asia/Pontianak', 'WIB'],
    ['Asia/Pyongyang', 'KST'],
    ['Asia/Seoul', 'KST'],
    ['Asia/Shanghai', 'CST'],
    ['Asia/Taipei', 'CST'],
    ['Asia/Tokyo', 'JST'],
    ['Australia/Eucla'],
    ['Australia/Lord_Howe'],
    ['Europe/Dublin', '+00 GMT', '+01 IST'],
    ['Europe/Guernsey', '+00 GMT', '+01 BST'],
    ['Europe/Isle_of_Man', '+00 GMT', '+01 BST'],
    ['Europe/Jersey', '+00 GMT', '+01 BST'],
    ['Europe/Kirov', 'MSK'],
    ['Europe/Moscow', 'MSK'],
    ['Europe/Simferopol', 'MSK'],
    ['Europe/Volgograd', 'MSK'],
    ['Japan', 'JST'],
    ['PRC', 'CST'],
    ['Pacific/Chatham'],
    ['Pacific/Guam', 'ChST'],
    ['Pacific/Midway', 'SST'],
    ['Pacific/Pago_Pago', 'SST'],
    ['Pacific/Saipan', 'ChST'],
  ].map(([zone = '', ...names]) => [zone, new Map(names.map(readName))]),
);

function readName(entry: string): [offset: string, name: string] {
  const [first = '', second] = entry.split(' ');
  return second === undefined ? ['', first] : [first, second];
}
