import { define, type FunctionTable, type TemplateFunction } from '../function-table.ts';
import { itemArgument } from './arguments.ts';
import { isEmpty } from './is-empty.ts';

/**
 * Sprig's choices between values.
 *
 * @see github.com/Masterminds/sprig v3.3.0 defaults.go
 */
export const DEFAULT_FUNCTIONS: FunctionTable = new Map<string, TemplateFunction>([
  ['default', define(['any', '...any'], ([fallback, given]) => itemArgument(isEmpty(given) ? fallback : given))],
  ['empty', define(['any'], ([value]) => isEmpty(value))],
  ['coalesce', define(['...any'], (values) => values.find((value) => !isEmpty(value)) ?? null)],
  ['all', define(['...any'], (values) => !values.some(isEmpty))],
  ['any', define(['...any'], (values) => !values.every(isEmpty))],
  ['ternary', define(['any', 'any', 'bool'], ([yes, no, isYes]) => itemArgument(isYes === true ? yes : no))],
]);
