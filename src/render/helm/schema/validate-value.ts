import { quoteString } from '../../gotemplate/go-string.ts';
import type { GoValue } from '../../gotemplate/value.ts';
import { HelmError } from '../helm-error.ts';
import { checkArray } from './check-array.ts';
import { checkCombinations, checkDynamicReferences } from './check-combinations.ts';
import { checkObject } from './check-object.ts';
import { checkKind, checkNumber, checkText } from './check-scalar.ts';
import { typeOfValue } from './json-equal.ts';
import type { Problem } from './problem.ts';
import type { CompiledSchema } from './schema-types.ts';
import { Unevaluated } from './unevaluated.ts';
import type { Validation } from './validation.ts';

/**
 * What is wrong with a value by a schema; `undefined` if nothing is.
 * @throws {HelmError} if it takes too much work to tell
 * @see github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 validator.go
 */
export function validateValue(schema: CompiledSchema, value: GoValue): Problem | undefined {
  return new SchemaValidation({ schema, value, path: [], budget: { left: MAX_STEPS } }).run();
}

/** Schemas applied to values in one validation. Large charts need some ten thousand. */
const MAX_STEPS = 1_000_000;

interface Start {
  readonly schema: CompiledSchema;
  readonly value: GoValue;
  readonly path: readonly string[];
  readonly budget: { left: number };
  /** The validation that asks for this one. */
  readonly parent?: SchemaValidation;
  /** Whether the same value is validated there. */
  readonly isSameValue?: boolean;
  /** Whether only the verdict counts, not what is wrong. */
  readonly isQuiet?: boolean;
  /** The keyword that refers to the schema, if one does. */
  readonly keyword?: string;
}

class SchemaValidation implements Validation {
  readonly schema: CompiledSchema;
  readonly value: GoValue;
  readonly path: readonly string[];
  readonly unevaluated: Unevaluated;
  readonly isQuiet: boolean;
  readonly parent: SchemaValidation | undefined;
  private readonly isSameValue: boolean;
  private readonly keyword: string;
  private readonly budget: { left: number };
  private readonly problems: Problem[] = [];

  constructor({ schema, value, path, budget, parent, isSameValue = false, isQuiet = false, keyword = '' }: Start) {
    this.schema = schema;
    this.value = value;
    this.path = path;
    this.budget = budget;
    this.parent = parent;
    this.isSameValue = isSameValue;
    this.isQuiet = isQuiet;
    this.keyword = keyword;
    const isAsked = isSameValue && parent !== undefined && !parent.unevaluated.isEmpty();
    this.unevaluated = new Unevaluated(value, schema, isAsked);
  }

  /** Applies the schema. */
  run(): Problem | undefined {
    this.budget.left -= 1;
    if (this.budget.left < 0) throw new HelmError(`the schema takes more than ${MAX_STEPS} steps to check the values`);
    const { schema } = this;
    if (schema.bool !== undefined) return schema.bool ? undefined : this.problem('false schema');
    const first = this.findCycle() ?? checkKind(this);
    if (first !== undefined) return first;
    if (schema.ref !== undefined) {
      const problem = this.checkReference(schema.ref, '$ref');
      if (schema.draft < 2019) return problem;
      this.add(problem);
    }
    this.checkByType();
    if (this.problems.length === 0 || !this.isQuiet) this.checkOthers();
    return this.verdict();
  }

  private findCycle(): Problem | undefined {
    let isSame = this.isSameValue;
    for (let at = this.parent; isSame && at !== undefined; at = at.parent) {
      isSame = at.isSameValue;
      if (at.schema === this.schema) {
        const url = quoteString(this.schema.location);
        return this.problem(`both ${this.keywords()} and ${at.keywords()} resolve to ${url} causing reference cycle`);
      }
    }
    return undefined;
  }

  /** The keywords that lead from the first schema to this one. */
  private keywords(): string {
    if (this.parent === undefined) return '';
    const below = this.schema.location.slice(this.parent.schema.location.length);
    return this.parent.keywords() + (this.keyword === '' ? below : `/${this.keyword}`);
  }

  private checkByType(): void {
    const { value } = this;
    const type = typeOfValue(value);
    if (value instanceof Map) checkObject(this, value);
    else if (Array.isArray(value)) checkArray(this, value);
    else if (typeof value === 'string') checkText(this, value);
    else if (type === 'number') checkNumber(this, value);
  }

  private checkOthers(): void {
    if (this.schema.draft >= 2019) checkDynamicReferences(this);
    checkCombinations(this);
    if (this.schema.draft >= 2019) this.checkUnevaluated();
  }

  private checkUnevaluated(): void {
    const { value, schema, unevaluated } = this;
    if (value instanceof Map && schema.unevaluatedProperties !== undefined) {
      for (const key of unevaluated.takeProperties()) {
        this.add(this.checkInner(schema.unevaluatedProperties, value.get(key), key));
      }
    }
    if (Array.isArray(value) && schema.unevaluatedItems !== undefined) {
      for (const index of unevaluated.takeItems()) {
        this.add(this.checkInner(schema.unevaluatedItems, value[index], String(index)));
      }
    }
  }

  private verdict(): Problem | undefined {
    if (this.problems.length <= 1) return this.problems[0];
    return { ...this.problem('validation failed', this.problems), kind: 'group' };
  }

  checkSelf(schema: CompiledSchema, isQuiet = false): Problem | undefined {
    return this.apply(schema, { isQuiet });
  }

  private apply(schema: CompiledSchema, { isQuiet = false, keyword = '' }): Problem | undefined {
    const inner = new SchemaValidation({
      schema,
      value: this.value,
      path: this.path,
      budget: this.budget,
      parent: this,
      isSameValue: true,
      isQuiet: this.isQuiet || isQuiet,
      keyword,
    });
    const problem = inner.run();
    if (problem === undefined) this.unevaluated.keep(inner.unevaluated);
    return problem;
  }

  checkInner(schema: CompiledSchema, value: GoValue, key: string): Problem | undefined {
    const { budget, isQuiet } = this;
    return new SchemaValidation({ schema, value, path: [...this.path, key], budget, parent: this, isQuiet }).run();
  }

  checkName(schema: CompiledSchema, name: string): Problem | undefined {
    const { budget, isQuiet } = this;
    return new SchemaValidation({ schema, value: name, path: [], budget, isQuiet }).run();
  }

  checkReference(schema: CompiledSchema, keyword: string): Problem | undefined {
    const found = this.apply(schema, { keyword });
    if (found === undefined) return undefined;
    const causes = found.kind === 'group' ? found.causes : [found];
    return { ...this.problem('validation failed', causes), kind: 'reference' };
  }

  problem(message: string, causes: readonly Problem[] = []): Problem {
    return { path: this.path, message, causes };
  }

  add(problem: Problem | undefined): void {
    if (problem !== undefined) this.problems.push(problem);
  }

  report(message: string, causes: readonly Problem[] = []): void {
    this.problems.push(this.problem(message, causes));
  }

  isDecided(): boolean {
    return this.isQuiet && this.problems.length > 0;
  }
}
