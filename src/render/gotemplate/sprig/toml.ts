import {
  type CallContext,
  define,
  type FunctionTable,
  GoFunctionError,
  type TemplateFunction,
} from '../function-table.ts';
import type { GoValue } from '../value.ts';
import { textArgument } from './arguments.ts';
import { decodeToml } from './decode-toml.ts';
import { encodeToml } from './encode-toml.ts';

/**
 * Helm's functions of TOML. `toToml` gives the text of a mistake instead of failing.
 *
 * @see helm.sh/helm/v4 v4.3.1 pkg/engine/funcs.go
 */
export const TOML_FUNCTIONS: FunctionTable = new Map<string, TemplateFunction>([
  ['toToml', define(['any'], toToml)],
  ['mustToToml', define(['any'], ([value], context) => encodeToml(value, context))],
  ['fromToml', define(['string'], fromToml)],
]);

function toToml([value]: readonly GoValue[], context: CallContext): GoValue {
  try {
    return encodeToml(value, context);
  } catch (error) {
    // The encoder panics at nil, which Helm does not catch.
    const isPanic = value === undefined || value === null;
    if (error instanceof GoFunctionError && !isPanic) return error.message;
    throw error;
  }
}

function fromToml([text]: readonly GoValue[], context: CallContext): GoValue {
  try {
    return decodeToml(textArgument(text), context);
  } catch (error) {
    if (error instanceof GoFunctionError) return new Map([['Error', error.message]]);
    throw error;
  }
}
