import type { GoValue } from '../../gotemplate/value.ts';
import type { Problem } from './problem.ts';
import type { CompiledSchema } from './schema-types.ts';
import type { Unevaluated } from './unevaluated.ts';

/** One schema being applied to one value, as the checks of keywords see it. */
export interface Validation {
  readonly schema: CompiledSchema;
  readonly value: GoValue;
  /** Properties and items that no keyword has looked at yet, where somebody asks for them. */
  readonly unevaluated: Unevaluated;
  /** Whether only the verdict counts, not what is wrong. */
  readonly isQuiet: boolean;
  /** The validation that asks for this one. */
  readonly parent: Validation | undefined;
  /** Applies another schema to the same value. */
  checkSelf(schema: CompiledSchema, isQuiet?: boolean): Problem | undefined;
  /** Applies a schema to a property or item. */
  checkInner(schema: CompiledSchema, value: GoValue, key: string): Problem | undefined;
  /** Applies a schema to the name of a property. */
  checkName(schema: CompiledSchema, name: string): Problem | undefined;
  /** Applies a schema that is referred to by a keyword. */
  checkReference(schema: CompiledSchema, keyword: string): Problem | undefined;
  /** A problem of this value. */
  problem(message: string, causes?: readonly Problem[]): Problem;
  /** Counts a problem, if there is one. */
  add(problem: Problem | undefined): void;
  /** Counts a problem of this value. */
  report(message: string, causes?: readonly Problem[]): void;
  /** Whether the verdict is known and nothing else is asked for. */
  isDecided(): boolean;
}
