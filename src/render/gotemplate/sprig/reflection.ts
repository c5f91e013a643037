import { define, type FunctionTable, type TemplateFunction } from '../function-table.ts';
import { goKindOf, goTypeOf } from '../value.ts';
import { textArgument } from './arguments.ts';
import { deepEqual } from './deep-equal.ts';

/**
 * Sprig's questions about types.
 *
 * @see github.com/Masterminds/sprig v3.3.0 reflect.go
 */
export const REFLECTION_FUNCTIONS: FunctionTable = new Map<string, TemplateFunction>([
  ['typeOf', define(['any'], ([value]) => goTypeOf(value))],
  ['typeIs', define(['string', 'any'], ([type, value]) => type === goTypeOf(value))],
  [
    'typeIsLike',
    define(['string', 'any'], ([type, value]) => [type, `*${textArgument(type)}`].includes(goTypeOf(value))),
  ],
  ['kindOf', define(['any'], ([value]) => goKindOf(value))],
  ['kindIs', define(['string', 'any'], ([kind, value]) => kind === goKindOf(value))],
  ['deepEqual', define(['any', 'any'], ([a, b]) => deepEqual(a, b))],
]);
