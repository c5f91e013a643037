import { define, type TemplateFunction } from '../function-table.ts';
import { GoObject, type GoValue, goInt } from '../value.ts';
import { intArgument, textArgument } from './arguments.ts';
import { type CivilTime, civilTime, secondsFromCivil } from './civil-time.ts';
import { formatTime } from './format-time.ts';
import { GoDuration, nanosecondsOf } from './go-duration.ts';
import { GoNamedInt } from './named-int.ts';
import { MONTHS, WEEKDAYS } from './time-layout.ts';
import { LOCAL, type TimeZone, UTC } from './time-zone.ts';

const NS = 1_000_000_000n;
const YEAR_ONE = -62_135_596_800n * NS;

/** Go's time.Time. */
export class GoTime extends GoObject {
  override readonly goType = 'time.Time';
  override readonly goKind = 'struct';
  /** Nanoseconds since 1970. */
  readonly unixNs: bigint;
  readonly zone: TimeZone;

  constructor(unixNs: bigint, zone: TimeZone) {
    super();
    this.unixNs = unixNs;
    this.zone = zone;
  }

  /** Go's time.Time{}. */
  static readonly zero: GoTime = new GoTime(YEAR_ONE, UTC);

  /** Whole seconds since 1970, rounded down. */
  get unixSeconds(): bigint {
    return (this.unixNs - this.#nanosecond()) / NS;
  }

  /** Written in a layout of Go's package time. */
  format(layout: string): string {
    const unixSeconds = Number(this.unixSeconds);
    const nanosecond = Number(this.#nanosecond());
    return formatTime({ unixSeconds, nanosecond, period: this.zone.at(unixSeconds) }, layout);
  }

  /** As Go writes it into JSON. */
  toRfc3339(): string {
    return this.format('2006-01-02T15:04:05.999999999Z07:00');
  }

  /** As BurntSushi's encoder writes it into TOML; times that were read without a zone are written without one. */
  toTomlString(): string {
    const layout = LOCAL_LAYOUTS.get(this.zone.name);
    return layout === undefined ? this.toRfc3339() : this.format(layout);
  }

  /** Later by a duration. */
  add(duration: GoDuration): GoTime {
    return new GoTime(this.unixNs + duration.value, this.zone);
  }

  /** The time from another to this one. */
  since(other: GoTime): GoDuration {
    return new GoDuration(clamp(this.unixNs - other.unixNs));
  }

  /** Calendar and clock in its zone. */
  civil(): CivilTime {
    const seconds = Number(this.unixSeconds);
    return civilTime(seconds + this.zone.at(seconds).offset);
  }

  override get(_name: string): GoValue {
    return undefined;
  }

  override typedMethod(name: string): TemplateFunction | undefined {
    return METHODS.get(name)?.(this);
  }

  override toGoString(): string {
    return this.format('2006-01-02 15:04:05.999999999 -0700 MST');
  }

  /** Nanoseconds after the whole second. */
  nanosecond(): number {
    return Number(this.#nanosecond());
  }

  #nanosecond(): bigint {
    return ((this.unixNs % NS) + NS) % NS;
  }
}

/** Layouts of times of TOML by the name of the zone that stands for the lack of one. */
export const LOCAL_LAYOUTS: ReadonlyMap<string, string> = new Map([
  ['datetime-local', '2006-01-02T15:04:05.999999999'],
  ['date-local', '2006-01-02'],
  ['time-local', '15:04:05.999999999'],
]);

const MAX_INT64 = 2n ** 63n - 1n;

function clamp(value: bigint): bigint {
  return value > MAX_INT64 ? MAX_INT64 : value < -MAX_INT64 - 1n ? -MAX_INT64 - 1n : value;
}

const METHODS: ReadonlyMap<string, (time: GoTime) => TemplateFunction> = new Map([
  ['String', (self: GoTime) => define([], () => self.toGoString())],
  ['Format', (self: GoTime) => define(['string'], ([layout]) => self.format(textArgument(layout)))],
  ['Year', (self: GoTime) => define([], () => goInt(self.civil().year))],
  [
    'Month',
    (self: GoTime) => define([], () => named('time.Month', self.civil().month, MONTHS[self.civil().month - 1])),
  ],
  ['Day', (self: GoTime) => define([], () => goInt(self.civil().day))],
  ['Hour', (self: GoTime) => define([], () => goInt(self.civil().hour))],
  ['Minute', (self: GoTime) => define([], () => goInt(self.civil().minute))],
  ['Second', (self: GoTime) => define([], () => goInt(self.civil().second))],
  ['Nanosecond', (self: GoTime) => define([], () => goInt(self.nanosecond()))],
  ['Weekday', (self: GoTime) => define([], () => weekdayOf(self))],
  ['YearDay', (self: GoTime) => define([], () => goInt(self.civil().yearDay))],
  ['Unix', (self: GoTime) => define([], () => goInt(self.unixSeconds, 'int64'))],
  ['UnixMilli', (self: GoTime) => define([], () => goInt(floorTo(self, 1_000_000n), 'int64'))],
  ['UnixMicro', (self: GoTime) => define([], () => goInt(floorTo(self, 1000n), 'int64'))],
  ['UnixNano', (self: GoTime) => define([], () => goInt(self.unixNs, 'int64'))],
  ['UTC', (self: GoTime) => define([], () => new GoTime(self.unixNs, UTC))],
  ['Local', (self: GoTime) => define([], () => new GoTime(self.unixNs, LOCAL))],
  ['IsZero', (self: GoTime) => define([], () => self.unixNs === YEAR_ONE)],
  ['Add', (self: GoTime) => define(['duration'], ([by]) => self.add(new GoDuration(nanosecondsOf(by))))],
  ['AddDate', (self: GoTime) => define(['int', 'int', 'int'], (by) => addDate(self, by.map(intArgument)))],
  ['Sub', (self: GoTime) => define(['time'], ([other]) => self.since(asTime(other)))],
  ['Before', (self: GoTime) => define(['time'], ([other]) => self.unixNs < asTime(other).unixNs)],
  ['After', (self: GoTime) => define(['time'], ([other]) => self.unixNs > asTime(other).unixNs)],
  ['Equal', (self: GoTime) => define(['time'], ([other]) => self.unixNs === asTime(other).unixNs)],
  ['Truncate', (self: GoTime) => define(['duration'], ([unit]) => truncate(self, nanosecondsOf(unit)))],
  ['Round', (self: GoTime) => define(['duration'], ([unit]) => round(self, nanosecondsOf(unit)))],
  ['Compare', (self: GoTime) => define(['time'], ([other]) => goInt(compare(self.unixNs, asTime(other).unixNs)))],
]);

/** The argument of a `time` parameter. */
export function asTime(value: GoValue): GoTime {
  return value instanceof GoTime ? value : GoTime.zero;
}

function weekdayOf(time: GoTime): GoNamedInt {
  const { weekday } = time.civil();
  return named('time.Weekday', weekday, WEEKDAYS[weekday]);
}

function named(type: string, value: number, name: string = ''): GoNamedInt {
  return new GoNamedInt(type, value, name);
}

function floorTo(time: GoTime, unit: bigint): bigint {
  const rest = ((time.unixNs % unit) + unit) % unit;
  return (time.unixNs - rest) / unit;
}

function addDate(time: GoTime, [years = 0, months = 0, days = 0]: readonly number[]): GoTime {
  const civil = time.civil();
  const moved = { ...civil, year: civil.year + years, month: civil.month + months, day: civil.day + days };
  return timeIn(secondsFromCivil(moved), time.nanosecond(), time.zone);
}

/** The moment at which the clocks of a zone show `civilSeconds`, counted as if they stood in UTC. */
export function timeIn(civilSeconds: number, nanosecond: number, zone: TimeZone): GoTime {
  const guess = civilSeconds - zone.at(civilSeconds).offset;
  const seconds = civilSeconds - zone.at(guess).offset;
  return new GoTime(BigInt(seconds) * NS + BigInt(nanosecond), zone);
}

/** Towards the year one, from which Go counts. */
function truncate(time: GoTime, unit: bigint): GoTime {
  return unit <= 0n ? time : new GoTime(time.unixNs - ((time.unixNs - YEAR_ONE) % unit), time.zone);
}

/** To the nearest multiple counted from the year one, halves up. */
function round(time: GoTime, unit: bigint): GoTime {
  if (unit <= 0n) return time;
  const rest = (time.unixNs - YEAR_ONE) % unit;
  return new GoTime(time.unixNs + (rest + rest < unit ? -rest : unit - rest), time.zone);
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
