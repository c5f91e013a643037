import type { Problem } from './problem.ts';
import type { CompiledSchema } from './schema-types.ts';
import type { Validation } from './validation.ts';

/** Checks `not`, `allOf`, `anyOf`, `oneOf` and `if`. */
export function checkCombinations(validation: Validation): void {
  const { schema } = validation;
  if (schema.not !== undefined && validation.checkSelf(schema.not, true) === undefined) {
    validation.report("'not' failed");
  }
  checkAllOf(validation, schema.allOf ?? []);
  checkAnyOf(validation, schema.anyOf ?? []);
  checkOneOf(validation, schema.oneOf ?? []);
  checkIf(validation);
}

function checkAllOf(validation: Validation, schemas: readonly CompiledSchema[]): void {
  const problems: Problem[] = [];
  for (const schema of schemas) {
    const problem = validation.checkSelf(schema);
    if (problem !== undefined) problems.push(problem);
    if (problem !== undefined && validation.isQuiet) break;
  }
  if (problems.length > 0) validation.report("'allOf' failed", problems);
}

function checkAnyOf(validation: Validation, schemas: readonly CompiledSchema[]): void {
  const problems: Problem[] = [];
  let isMatched = schemas.length === 0;
  for (const schema of schemas) {
    const problem = validation.checkSelf(schema);
    if (problem !== undefined) problems.push(problem);
    else isMatched = true;
    // To know what is not looked at, all must have been tried.
    if (isMatched && validation.unevaluated.isEmpty()) break;
  }
  if (!isMatched) validation.report("'anyOf' failed", problems);
}

function checkOneOf(validation: Validation, schemas: readonly CompiledSchema[]): void {
  const problems: Problem[] = [];
  let matched: number | undefined;
  for (const [index, schema] of schemas.entries()) {
    const problem = validation.checkSelf(schema, matched !== undefined);
    if (problem !== undefined) {
      problems.push(problem);
    } else if (matched !== undefined) {
      validation.report(`'oneOf' failed, subschemas ${matched}, ${index} matched`);
      return;
    } else {
      matched = index;
    }
  }
  if (schemas.length > 0 && matched === undefined) validation.report("'oneOf' failed, none matched", problems);
}

function checkIf(validation: Validation): void {
  const { if: condition, then: consequence, else: alternative } = validation.schema;
  if (condition === undefined) return;
  const next = validation.checkSelf(condition, true) === undefined ? consequence : alternative;
  if (next !== undefined) validation.add(validation.checkSelf(next));
}

/** Checks `$recursiveRef` and `$dynamicRef`, which the outermost schema with the same anchor answers. */
export function checkDynamicReferences(validation: Validation): void {
  const { recursiveRef, dynamicRef } = validation.schema;
  if (recursiveRef !== undefined) {
    const target = recursiveRef.recursiveAnchor === true ? outermostRecursive(validation, recursiveRef) : recursiveRef;
    validation.add(validation.checkReference(target, '$recursiveRef'));
  }
  if (dynamicRef === undefined) return;
  const { schema, anchor } = dynamicRef;
  const isDynamic = anchor !== '' && schema.dynamicAnchor === anchor;
  const target = isDynamic ? outermostDynamic(validation, anchor, schema) : schema;
  validation.add(validation.checkReference(target, '$dynamicRef'));
}

function outermostRecursive(validation: Validation, fallback: CompiledSchema): CompiledSchema {
  let found = fallback;
  for (let at: Validation | undefined = validation; at !== undefined; at = at.parent) {
    if (at.schema.resource.recursiveAnchor === true) found = at.schema;
  }
  return found;
}

function outermostDynamic(validation: Validation, anchor: string, fallback: CompiledSchema): CompiledSchema {
  let found = fallback;
  for (let at: Validation | undefined = validation; at !== undefined; at = at.parent) {
    found = at.schema.resource.dynamicAnchors.get(anchor) ?? found;
  }
  return found;
}
