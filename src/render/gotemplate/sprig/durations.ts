import { define, type FunctionTable, GoFunctionError, type TemplateFunction } from '../function-table.ts';
import { quoteString } from '../go-string.ts';
import { formatValue } from '../print-value.ts';
import { GoInt, type GoValue, goInt, goTypeOf } from '../value.ts';
import { GoDuration, HOUR_NS, MINUTE_NS, parseDuration, SECOND_NS } from './go-duration.ts';
import { GoNamedInt } from './named-int.ts';
import { parseGoFloat } from './parse-number.ts';
import { trimSpace } from './unicode-case.ts';

/**
 * Helm's functions of durations, which take a duration, a text such as `1h30m`, or a number of seconds. All but
 * `mustToDuration` take what is no duration for zero.
 *
 * @see helm.sh/helm/v4 v4.3.1 pkg/engine/funcs.go
 */
export const DURATION_FUNCTIONS: FunctionTable = new Map<string, TemplateFunction>([
  ['mustToDuration', define(['any'], ([value]) => toDuration(value))],
  ['durationSeconds', define(['any'], ([value]) => orZero(value).in(SECOND_NS))],
  ['durationMinutes', define(['any'], ([value]) => orZero(value).in(MINUTE_NS))],
  ['durationHours', define(['any'], ([value]) => orZero(value).in(HOUR_NS))],
  ['durationDays', define(['any'], ([value]) => orZero(value).in(HOUR_NS) / 24)],
  ['durationWeeks', define(['any'], ([value]) => orZero(value).in(HOUR_NS) / 24 / 7)],
  ['durationMilliseconds', define(['any'], ([value]) => goInt(orZero(value).value / 1_000_000n, 'int64'))],
  ['durationMicroseconds', define(['any'], ([value]) => goInt(orZero(value).value / 1000n, 'int64'))],
  ['durationNanoseconds', define(['any'], ([value]) => goInt(orZero(value).value, 'int64'))],
  ['durationRoundTo', define(['any', 'any'], ([value, unit]) => orZero(value).round(orZero(unit).value))],
  ['durationTruncateTo', define(['any', 'any'], ([value, unit]) => orZero(value).truncate(orZero(unit).value))],
]);

function orZero(value: GoValue): GoDuration {
  try {
    return toDuration(value);
  } catch (error) {
    if (error instanceof GoFunctionError) return new GoDuration(0n);
    throw error;
  }
}

function toDuration(value: GoValue): GoDuration {
  if (value instanceof GoDuration) return value;
  if (typeof value === 'string') return durationOfText(value);
  if (typeof value === 'number') return durationOfSeconds(value);
  if (value === undefined || value === null) throw new GoFunctionError('invalid duration');
  const seconds = value instanceof GoInt || value instanceof GoNamedInt ? value.value : undefined;
  if (seconds === undefined) throw new GoFunctionError(`unsupported duration type ${goTypeOf(value)}`);
  const nanoseconds = seconds * SECOND_NS;
  if (BigInt.asIntN(64, nanoseconds) === nanoseconds) return new GoDuration(nanoseconds);
  throw new GoFunctionError(`duration seconds overflow: ${seconds}`);
}

function durationOfText(text: string): GoDuration {
  const trimmed = trimSpace(text);
  if (trimmed === '') throw new GoFunctionError('empty duration');
  const parsed = parseDuration(trimmed);
  if (typeof parsed !== 'string') return parsed;
  const seconds = parseGoFloat(trimmed);
  if (seconds === undefined) throw new GoFunctionError(`could not parse duration ${quoteString(text)}`);
  return durationOfSeconds(seconds);
}

/** Float arithmetic throughout, so that results are Go's to the last nanosecond. */
function durationOfSeconds(seconds: number): GoDuration {
  if (!Number.isFinite(seconds)) throw new GoFunctionError(`invalid duration seconds: ${formatValue(seconds)}`);
  if (Math.abs(seconds) > MAX_SECONDS) {
    throw new GoFunctionError(`duration seconds overflow: ${formatValue(seconds)}`);
  }
  const nanoseconds = BigInt(Math.trunc(seconds * 1e9));
  return new GoDuration(nanoseconds > MAX_INT64 ? MIN_INT64 : nanoseconds);
}

const MAX_SECONDS = 2 ** 63 / 1e9;
const MAX_INT64 = 2n ** 63n - 1n;
/** What Go converts a float to that is just beyond int64. */
const MIN_INT64 = -(2n ** 63n);
