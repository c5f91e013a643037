import { daysFromCivil, daysInMonth, secondsFromCivil } from './civil-time.ts';
import { quoteGo } from './go-duration.ts';
import { GoTime, timeIn } from './go-time.ts';
import { isFraction, isOffset, type LayoutPart, MONTHS, splitLayout, WEEKDAYS } from './time-layout.ts';
import { fixedZone, type TimeZone, UTC } from './time-zone.ts';

/**
 * Reads a time in a layout of Go's package time; without a zone in the text it is in `local`.
 *
 * @returns the time, or Go's message: `parsing time "x" as "2006": cannot parse "x" as "2006"`
 * @see https://github.com/golang/go/blob/go1.26.0/src/time/format.go parse
 */
export function parseTime(layout: string, text: string, local: TimeZone): GoTime | string {
  const state: ParseState = { rest: text, hold: text, fields: new Map(), fraction: 0 };
  const parts = splitLayout(layout);
  for (const [index, part] of parts.entries()) {
    state.hold = state.rest;
    const failure = part.element === undefined ? skipText(state, part.text) : readElement(state, parts, index);
    if (failure !== undefined) return explain({ layout, text, part, failure });
  }
  if (state.rest !== '') return `parsing time ${quoteGo(text)}: extra text: ${quoteGo(state.rest)}`;
  return build(state, text, local);
}

interface ParseState {
  rest: string;
  /** The rest before the element that is being read. */
  hold: string;
  readonly fields: Map<Field, number>;
  fraction: number;
  zone?: TimeZone;
  offset?: number;
  zoneName?: string;
}

type Field = 'year' | 'month' | 'day' | 'yearDay' | 'hour' | 'minute' | 'second' | 'half';

/** What went wrong: which text does not match, or what is out of range. */
interface Failure {
  readonly at?: string;
  readonly element?: string;
  readonly range?: string;
}

function explain(at: { layout: string; text: string; part: LayoutPart; failure: Failure }): string {
  const { layout, text, part, failure } = at;
  if (failure.range !== undefined) return `parsing time ${quoteGo(text)}: ${failure.range} out of range`;
  const wanted = quoteGo(failure.element ?? part.text);
  return `parsing time ${quoteGo(text)} as ${quoteGo(layout)}: cannot parse ${quoteGo(failure.at ?? '')} as ${wanted}`;
}

/** Any number of spaces in the layout stands for any number in the text. */
function skipText(state: ParseState, text: string): Failure | undefined {
  for (let expected = text; expected !== ''; ) {
    const failure = { at: state.rest, element: text };
    if (expected.startsWith(' ')) {
      if (state.rest !== '' && !state.rest.startsWith(' ')) return failure;
      expected = expected.replace(/^ +/, '');
      state.rest = state.rest.replace(/^ +/, '');
      continue;
    }
    if (expected[0] !== state.rest[0]) return failure;
    expected = expected.slice(1);
    state.rest = state.rest.slice(1);
  }
  return undefined;
}

function readElement(state: ParseState, parts: readonly LayoutPart[], index: number): Failure | undefined {
  const element = parts[index]?.element ?? '';
  const numeric = NUMERIC.get(element);
  if (numeric !== undefined) {
    const next = parts.slice(index + 1).find((part) => part.element !== undefined);
    const failure = readNumber(state, numeric);
    return numeric.field === 'second' && !isFraction(next?.element) ? (failure ?? readExtraFraction(state)) : failure;
  }
  const names = NAMES.get(element);
  return names === undefined ? readSpecial(state, element) : readName(state, names);
}

function readSpecial(state: ParseState, element: string): Failure | undefined {
  if (element === 'PM' || element === 'pm') return readHalf(state, element === 'PM');
  if (isFraction(element)) return readFraction(state, element);
  return isOffset(element) ? readOffset(state, element) : readZoneName(state);
}

interface NumericElement {
  readonly field: Field;
  readonly pattern: RegExp;
  readonly min: number;
  readonly max: number;
}

function numericElement(field: Field, pattern: RegExp, [min, max]: readonly [number, number]): NumericElement {
  return { field, pattern, min, max };
}

const ONE_OR_TWO = /^[0-9]{1,2}/;
const TWO = /^[0-9]{2}/;
const ANY: readonly [number, number] = [0, 9999];

const NUMERIC: ReadonlyMap<string, NumericElement> = new Map([
  ['2006', numericElement('year', /^[0-9]{4}/, ANY)],
  ['06', numericElement('year', TWO, ANY)],
  ['01', numericElement('month', TWO, [1, 12])],
  ['1', numericElement('month', ONE_OR_TWO, [1, 12])],
  ['02', numericElement('day', TWO, ANY)],
  ['2', numericElement('day', ONE_OR_TWO, ANY)],
  ['_2', numericElement('day', /^ ?[0-9]{1,2}/, ANY)],
  ['002', numericElement('yearDay', /^[0-9]{3}/, ANY)],
  ['__2', numericElement('yearDay', /^ {0,2}[0-9]{1,3}/, ANY)],
  ['15', numericElement('hour', ONE_OR_TWO, [0, 23])],
  ['03', numericElement('hour', TWO, [0, 12])],
  ['3', numericElement('hour', ONE_OR_TWO, [0, 12])],
  ['04', numericElement('minute', TWO, [0, 59])],
  ['4', numericElement('minute', ONE_OR_TWO, [0, 59])],
  ['05', numericElement('second', TWO, [0, 59])],
  ['5', numericElement('second', ONE_OR_TWO, [0, 59])],
]);

function readNumber(state: ParseState, { field, pattern, min, max }: NumericElement): Failure | undefined {
  const digits = pattern.exec(state.rest)?.[0];
  if (digits === undefined) return { at: state.hold };
  state.rest = state.rest.slice(digits.length);
  const number = Number(digits);
  const isShortYear = field === 'year' && digits.length === 2;
  const century = number >= 69 ? 1900 : 2000;
  state.fields.set(field, isShortYear ? number + century : number);
  return number < min || number > max ? { range: field } : undefined;
}

/** A fraction that the layout does not mention is read all the same. */
function readExtraFraction(state: ParseState): Failure | undefined {
  const digits = /^[.,][0-9]+/.exec(state.rest)?.[0];
  if (digits === undefined) return undefined;
  state.rest = state.rest.slice(digits.length);
  state.fraction = nanosecondsOfFraction(digits);
  return undefined;
}

function readFraction(state: ParseState, element: string): Failure | undefined {
  if (element[1] === '9') return readExtraFraction(state);
  const digits = state.rest.slice(0, element.length);
  if (digits.length < element.length || !/^[.,][0-9]+$/.test(digits)) return { at: state.hold };
  state.rest = state.rest.slice(digits.length);
  state.fraction = nanosecondsOfFraction(digits);
  return undefined;
}

function nanosecondsOfFraction(text: string): number {
  return Number(text.slice(1, 10).padEnd(9, '0'));
}

interface NameElement {
  readonly names: readonly string[];
  readonly field?: Field;
}

const NAMES: ReadonlyMap<string, NameElement> = new Map<string, NameElement>([
  ['January', { names: MONTHS, field: 'month' }],
  ['Jan', { names: MONTHS.map((name) => name.slice(0, 3)), field: 'month' }],
  ['Monday', { names: WEEKDAYS }],
  ['Mon', { names: WEEKDAYS.map((name) => name.slice(0, 3)) }],
]);

/** Case does not matter; the day of the week is read and forgotten. */
function readName(state: ParseState, { names, field }: NameElement): Failure | undefined {
  const lower = state.rest.toLowerCase();
  const index = names.findIndex((name) => lower.startsWith(name.toLowerCase()));
  if (index < 0) return { at: state.hold };
  state.rest = state.rest.slice(names[index]?.length ?? 0);
  if (field !== undefined) state.fields.set(field, index + 1);
  return undefined;
}

function readHalf(state: ParseState, isUpper: boolean): Failure | undefined {
  const half = state.rest.slice(0, 2);
  const index = (isUpper ? ['AM', 'PM'] : ['am', 'pm']).indexOf(half);
  if (index < 0) return { at: state.hold };
  state.rest = state.rest.slice(2);
  state.fields.set('half', index);
  return undefined;
}

function readOffset(state: ParseState, element: string): Failure | undefined {
  if (element.startsWith('Z') && state.rest.startsWith('Z')) {
    state.rest = state.rest.slice(1);
    state.zone = UTC;
    return undefined;
  }
  const match = offsetPattern(element).exec(state.rest);
  if (match === null) return { at: state.hold };
  state.rest = state.rest.slice(match[0].length);
  return setOffset(state, match[1] === '-' ? -1 : 1, match.slice(2).map(Number));
}

function setOffset(
  state: ParseState,
  sign: number,
  [hours = 0, minutes = 0, seconds = 0]: number[],
): Failure | undefined {
  if (hours > 24) return { range: 'time zone offset hour' };
  if (minutes > 60) return { range: 'time zone offset minute' };
  if (seconds > 60) return { range: 'time zone offset second' };
  state.offset = sign * (hours * 3600 + minutes * 60 + seconds);
  return undefined;
}

function offsetPattern(element: string): RegExp {
  const fields = (element.replaceAll(':', '').length - 1) / 2;
  return new RegExp(
    `^([+-])${Array<string>(fields)
      .fill('([0-9]{2})')
      .join(element.includes(':') ? ':' : '')}`,
  );
}

function readZoneName(state: ParseState): Failure | undefined {
  if (state.rest.startsWith('UTC')) {
    state.rest = state.rest.slice(3);
    state.zone = UTC;
    return undefined;
  }
  const name = ZONE_NAME.exec(state.rest)?.[0];
  if (name === undefined) return { at: state.hold };
  state.rest = state.rest.slice(name.length);
  state.zoneName = name;
  return undefined;
}

const HOURS = '[+-](?:0*[0-9]|0*1[0-9]|0*2[0-3])(?![0-9])';
const ZONE_NAME = new RegExp(
  `^(?:ChST|MeST|GMT(?:${HOURS})?|${HOURS}|[A-Z]{4}T(?![A-Z])|[A-Z]{3}T(?![A-Z])|WITA(?![A-Z])|[A-Z]{3}(?![A-Z]))`,
);

function build(state: ParseState, text: string, local: TimeZone): GoTime | string {
  const year = state.fields.get('year') ?? 0;
  const date = state.fields.has('yearDay') ? dateOfYearDay(state, year) : dateOfFields(state, year);
  if (typeof date === 'string') return `parsing time ${quoteGo(text)}: ${date}`;
  const minute = state.fields.get('minute') ?? 0;
  const second = state.fields.get('second') ?? 0;
  const seconds = secondsFromCivil({ year, ...date, hour: hourOf(state.fields), minute, second });
  return place(state, seconds, local);
}

interface MonthDay {
  readonly month: number;
  readonly day: number;
}

function dateOfFields({ fields }: ParseState, year: number): MonthDay | string {
  const month = fields.get('month') ?? 1;
  const day = fields.get('day') ?? 1;
  return day < 1 || day > daysInMonth(year, month) ? 'day out of range' : { month, day };
}

function dateOfYearDay({ fields }: ParseState, year: number): MonthDay | string {
  const yearDay = fields.get('yearDay') ?? 0;
  if (yearDay < 1 || yearDay > daysFromCivil(year + 1, 1, 1) - daysFromCivil(year, 1, 1)) {
    return 'day-of-year out of range';
  }
  let month = 1;
  let day = yearDay;
  for (; day > daysInMonth(year, month); month++) day -= daysInMonth(year, month);
  if ((fields.get('month') ?? month) !== month) return 'day-of-year does not match month';
  return (fields.get('day') ?? day) === day ? { month, day } : 'day-of-year does not match day';
}

function hourOf(fields: ReadonlyMap<Field, number>): number {
  const hour = fields.get('hour') ?? 0;
  const half = fields.get('half');
  if (half === 1 && hour < 12) return hour + 12;
  return half === 0 && hour === 12 ? 0 : hour;
}

/** Puts what the clocks showed into the zone that the text names, or else into the local one. */
function place(state: ParseState, seconds: number, local: TimeZone): GoTime {
  const { zone, offset, fraction } = state;
  if (zone !== undefined) return timeIn(seconds, fraction, zone);
  return offset === undefined
    ? placeByName(state, seconds, local)
    : placeByOffset({ ...state, offset }, seconds, local);
}

function placeByOffset(state: ParseState & { offset: number }, seconds: number, local: TimeZone): GoTime {
  const { offset, zoneName, fraction } = state;
  const period = local.at(seconds - offset);
  const isLocal = period.offset === offset && (zoneName === undefined || zoneName === period.name);
  return timeIn(seconds, fraction, isLocal ? local : fixedZone(zoneName ?? '', offset));
}

function placeByName({ zoneName, fraction }: ParseState, seconds: number, local: TimeZone): GoTime {
  if (zoneName === undefined || local.at(seconds).name === zoneName) return timeIn(seconds, fraction, local);
  const hours = Number(/^GMT([+-][0-9]+)$/.exec(zoneName)?.[1] ?? 0);
  // Go knows no offset of such a name, and takes the clock as if it were in UTC.
  const shown = timeIn(seconds, fraction, UTC);
  return new GoTime(shown.unixNs, fixedZone(zoneName, hours * 3600));
}
