import { define, type FunctionTable, type TemplateFunction } from '../function-table.ts';
import { formatValue } from '../print-value.ts';
import { goInt } from '../value.ts';
import { textArgument } from './arguments.ts';
import { castToFloat64, castToInt64 } from './cast.ts';
import { parseGoInt } from './parse-number.ts';

/**
 * Sprig's conversions. What cannot be converted becomes zero.
 *
 * @see github.com/Masterminds/sprig v3.3.0 numeric.go, functions.go
 */
export const CONVERSION_FUNCTIONS: FunctionTable = new Map<string, TemplateFunction>([
  ['int', define(['any'], ([value]) => goInt(castToInt64(value)))],
  ['int64', define(['any'], ([value]) => goInt(castToInt64(value), 'int64'))],
  ['float64', define(['any'], ([value]) => castToFloat64(value))],
  // A number that does not fit becomes the nearest that does: Sprig drops the error, not the value beside it.
  ['atoi', define(['string'], ([text]) => goInt(parseGoInt(textArgument(text), 10).clamped ?? 0n))],
  ['toDecimal', define(['any'], ([value]) => goInt(parseGoInt(formatValue(value ?? null), 8).value ?? 0n, 'int64'))],
]);
