import type { GoValue } from '../../gotemplate/value.ts';
import { bound } from './check-object.ts';
import { isEqual, isMultiple, numberOf, typeOfValue } from './json-equal.ts';
import { display, type Problem, quote, showNumber } from './problem.ts';
import { JSON_TYPES } from './schema-types.ts';
import type { Validation } from './validation.ts';

/** Checks type, `const`, `enum` and `format`. With a problem of these, no other is looked for. */
export function checkKind(validation: Validation): Problem | undefined {
  const { schema, value } = validation;
  const type = typeOfValue(value);
  const { types } = schema;
  const isInteger = type === 'number' && types?.has('integer') === true && Number.isInteger(numberOf(value));
  if (types !== undefined && !types.has(type) && !isInteger) {
    const wanted = JSON_TYPES.filter((one) => types.has(one)).join(' or ');
    return validation.problem(`got ${type}, want ${wanted}`);
  }
  return checkChoice(validation) ?? checkFormat(validation);
}

function checkChoice(validation: Validation): Problem | undefined {
  const { schema, value } = validation;
  if (schema.const !== undefined && !isEqual(value, schema.const.value)) {
    const wanted = schema.const.value;
    return validation.problem(isScalar(wanted) ? `value must be ${display(wanted)}` : "'const' failed");
  }
  const choices = schema.enum;
  if (choices === undefined || choices.some((choice) => isEqual(value, choice))) return undefined;
  if (!choices.every(isScalar)) return validation.problem("'enum' failed");
  const wanted = choices.map(display).join(', ');
  return validation.problem(`value must be ${choices.length === 1 ? '' : 'one of '}${wanted}`);
}

function isScalar(value: GoValue): boolean {
  return !Array.isArray(value) && !(value instanceof Map);
}

function checkFormat(validation: Validation): Problem | undefined {
  const { schema, value } = validation;
  if (schema.format === undefined || typeof value !== 'string') return undefined;
  const reason = schema.format.check(value);
  if (reason === undefined) return undefined;
  return validation.problem(`${quote(value)} is not valid ${schema.format.name}: ${reason}`);
}

/** Checks a text by the keywords that are for texts. Lengths are in code points. */
export function checkText(validation: Validation, text: string): void {
  const { minLength, maxLength, pattern } = validation.schema;
  const length = minLength === undefined && maxLength === undefined ? 0 : Array.from(text).length;
  if (minLength !== undefined && length < minLength) validation.report(bound('minLength', length, minLength));
  if (maxLength !== undefined && length > maxLength) validation.report(bound('maxLength', length, maxLength));
  if (pattern !== undefined && !pattern.expression.test(text)) {
    validation.report(`${quote(text)} does not match pattern ${quote(pattern.source)}`);
  }
}

/** Checks a number by the keywords that are for numbers. */
export function checkNumber(validation: Validation, value: GoValue): void {
  const got = numberOf(value);
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = validation.schema;
  const rules: readonly (readonly [keyword: string, want: number | undefined, holds: (want: number) => boolean])[] = [
    ['minimum', minimum, (want) => got >= want],
    ['maximum', maximum, (want) => got <= want],
    ['exclusiveMinimum', exclusiveMinimum, (want) => got > want],
    ['exclusiveMaximum', exclusiveMaximum, (want) => got < want],
    ['multipleOf', multipleOf, (want) => isMultiple(got, want)],
  ];
  for (const [keyword, want, holds] of rules) {
    if (want === undefined || holds(want)) continue;
    validation.report(`${keyword}: got ${showNumber(got)}, want ${showNumber(want)}`);
  }
}
