import { type Clock, systemClock } from '../../../lib/clock.ts';
import { define, type FunctionTable, GoFunctionError, type TemplateFunction } from '../function-table.ts';
import { GoInt, type GoValue } from '../value.ts';
import { textArgument } from './arguments.ts';
import { GoDuration, parseDuration, SECOND_NS } from './go-duration.ts';
import { asTime, GoTime } from './go-time.ts';
import { parseGoInt } from './parse-number.ts';
import { parseTime } from './parse-time.ts';
import { findTimeZone, LOCAL, type TimeZone, UTC } from './time-zone.ts';

/**
 * Sprig's functions of dates. The local zone is UTC. `now` and `ago` make a render depend on when it is done.
 *
 * @see github.com/Masterminds/sprig v3.3.0 date.go
 */
export function dateFunctions(clock: Pick<Clock, 'now'> = systemClock): FunctionTable {
  const now = (): GoTime => new GoTime(BigInt(Math.trunc(clock.now())) * 1_000_000n, LOCAL);
  const show = (layout: string, date: GoValue, zone: TimeZone): string =>
    new GoTime(timeOf(date, now, ZONED_TYPES).unixNs, zone).format(layout);
  const inZone = takingNow(
    1,
    define(['string', 'any', 'string'], ([layout, date, zone]) => show(textArgument(layout), date, zoneNamed(zone))),
  );
  return new Map<string, TemplateFunction>([
    ['now', { ...define([], now), isRandom: () => true }],
    ['ago', { ...define(['any'], ([date]) => ago(date, now)), isRandom: () => true }],
    [
      'date',
      takingNow(
        1,
        define(['string', 'any'], ([layout, date]) => show(textArgument(layout), date, LOCAL)),
      ),
    ],
    ['dateInZone', inZone],
    ['date_in_zone', inZone],
    [
      'htmlDate',
      takingNow(
        0,
        define(['any'], ([date]) => show(HTML_DATE, date, LOCAL)),
      ),
    ],
    [
      'htmlDateInZone',
      takingNow(
        0,
        define(['any', 'string'], ([date, zone]) => show(HTML_DATE, date, zoneNamed(zone))),
      ),
    ],
    ['dateModify', DATE_MODIFY],
    ['date_modify', DATE_MODIFY],
    ['mustDateModify', MUST_DATE_MODIFY],
    ['must_date_modify', MUST_DATE_MODIFY],
    ['duration', define(['any'], ([seconds]) => duration(seconds))],
    ['durationRound', { ...define(['any'], ([value]) => roundDuration(durationOf(value, now))), isRandom: isTime }],
    ['toDate', define(['string', 'string'], ([layout, text]) => timeOrZero(readTime(layout, text)))],
    ['mustToDate', define(['string', 'string'], mustToDate)],
    ['unixEpoch', define(['time'], ([date]) => asTime(date).unixSeconds.toString())],
  ]);
}

const HTML_DATE = '2006-01-02';
const ZONED_TYPES: ReadonlySet<string> = new Set(['int', 'int32', 'int64']);
const AGO_TYPES: ReadonlySet<string> = new Set(['int', 'int64']);

/** A function that takes the present time where the argument at `index` tells none. */
function takingNow(index: number, fn: TemplateFunction): TemplateFunction {
  return { ...fn, isRandom: (args) => !tellsTime(args[index], ZONED_TYPES) };
}

function isTime([value]: readonly GoValue[]): boolean {
  return value instanceof GoTime;
}

function ago(date: GoValue, now: () => GoTime): string {
  return now()
    .since(timeOf(date, now, AGO_TYPES))
    .round(SECOND_NS)
    .toGoString();
}

function tellsTime(date: GoValue, types: ReadonlySet<string>): boolean {
  return date instanceof GoTime || (date instanceof GoInt && types.has(date.type));
}

/** A number is seconds since 1970, a float not: what Sprig does not know is now. */
function timeOf(date: GoValue, now: () => GoTime, types: ReadonlySet<string>): GoTime {
  if (date instanceof GoTime) return date;
  return date instanceof GoInt && types.has(date.type) ? new GoTime(date.value * SECOND_NS, LOCAL) : now();
}

function zoneNamed(name: GoValue): TimeZone {
  return findTimeZone(textArgument(name)) ?? UTC;
}

const DATE_MODIFY = define(['string', 'time'], ([text, date]) => {
  const parsed = parseDuration(textArgument(text));
  return typeof parsed === 'string' ? asTime(date) : asTime(date).add(parsed);
});

const MUST_DATE_MODIFY = define(['string', 'time'], ([text, date]) => {
  const parsed = parseDuration(textArgument(text));
  if (typeof parsed === 'string') throw new GoFunctionError(parsed);
  return asTime(date).add(parsed);
});

function duration(seconds: GoValue): string {
  const count = typeof seconds === 'string' ? (parseGoInt(seconds, 10).clamped ?? 0n) : int64Of(seconds);
  return new GoDuration(count * SECOND_NS).toGoString();
}

/** Sprig knows no integer but int64 here. */
function int64Of(value: GoValue): bigint {
  return value instanceof GoInt && value.type === 'int64' ? value.value : 0n;
}

function durationOf(value: GoValue, now: () => GoTime): GoDuration {
  if (value instanceof GoTime) return now().since(value);
  if (typeof value !== 'string') return new GoDuration(int64Of(value));
  const parsed = parseDuration(value);
  return typeof parsed === 'string' ? new GoDuration(0n) : parsed;
}

/** Of the largest unit that it holds more than one of. */
function roundDuration({ value }: GoDuration): string {
  const magnitude = value < 0n ? -value : value;
  const [name, unit] = ROUNDING_UNITS.find(([, nanoseconds]) => magnitude > nanoseconds) ?? ['s', magnitude + 1n];
  return `${magnitude / unit}${name}`;
}

const HOUR = 3600n * SECOND_NS;
const ROUNDING_UNITS: readonly (readonly [name: string, nanoseconds: bigint])[] = [
  ['y', HOUR * 24n * 365n],
  ['mo', HOUR * 24n * 30n],
  ['d', HOUR * 24n],
  ['h', HOUR],
  ['m', 60n * SECOND_NS],
  ['s', SECOND_NS],
];

function readTime(layout: GoValue, text: GoValue): GoTime | string {
  return parseTime(textArgument(layout), textArgument(text), LOCAL);
}

function mustToDate([layout, text]: readonly GoValue[]): GoValue {
  const parsed = readTime(layout, text);
  if (typeof parsed === 'string') throw new GoFunctionError(parsed);
  return parsed;
}

function timeOrZero(parsed: GoTime | string): GoTime {
  return typeof parsed === 'string' ? GoTime.zero : parsed;
}
