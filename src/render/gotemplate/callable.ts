import type { ArgumentType } from './convert-argument.ts';
import type { CallContext } from './function-table.ts';
import type { GoValue } from './value.ts';

/** A template function or one of the language's own, which may also take values as they are. */
export interface CallableFunction {
  readonly parameters: readonly ArgumentType[];
  readonly variadic?: ArgumentType;
  readonly call: (args: readonly GoValue[], context: CallContext) => GoValue;
  /** As of a `TemplateFunction`. */
  readonly isRandom?: (args: readonly GoValue[]) => boolean;
}
