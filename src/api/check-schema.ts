import type { Schema } from './schema/schema.ts';

/** Enough to see what is wrong; a poison object must not fill a log. */
const MAX_PROBLEMS = 20;

/**
 * What is wrong with `value` under `schema`, one sentence per problem, at most 20. Fields that the schema does not
 * know are none of its business: the API server has pruned or refused them. Values are never quoted, since a value
 * in the wrong place may be a secret. Never throws.
 * @param path how messages name the value (`spec.source`)
 */
export function checkSchema(schema: Schema, value: unknown, path: string): string[] {
  const problems: string[] = [];
  check(schema, value, path, problems);
  return problems;
}

function check(schema: Schema, value: unknown, path: string, problems: string[]): void {
  if (problems.length >= MAX_PROBLEMS) return;
  if (!hasType(schema, value)) {
    problems.push(`${path} must be ${expected(schema)}, not ${typeName(value)}`);
  } else if (schema.enum !== undefined && !schema.enum.includes(value as string)) {
    problems.push(`${path} must be one of ${schema.enum.join(', ')}`);
  } else if (Array.isArray(value)) {
    checkItems(schema, value, path, problems);
  } else if (isRecord(value)) {
    checkFields(schema, value, path, problems);
  }
}

function checkItems(schema: Schema, items: readonly unknown[], path: string, problems: string[]): void {
  const { items: itemSchema } = schema;
  if (itemSchema === undefined) return;
  for (const [index, item] of items.entries()) {
    if (problems.length >= MAX_PROBLEMS) return;
    check(itemSchema, item, `${path}[${index}]`, problems);
  }
}

function checkFields(
  schema: Schema,
  record: Readonly<Record<string, unknown>>,
  path: string,
  problems: string[],
): void {
  const { properties = {}, additionalProperties } = schema;
  for (const name of schema.required ?? []) {
    // What has a default may be left out: the caller fills it in, as the API server does.
    const optional = properties[name]?.default !== undefined;
    if (!optional && !Object.hasOwn(record, name)) problems.push(`${path}.${name} is missing`);
  }
  for (const [name, field] of Object.entries(properties)) {
    if (Object.hasOwn(record, name)) check(field, record[name], `${path}.${name}`, problems);
  }
  if (additionalProperties !== undefined) checkEntries(additionalProperties, record, path, problems);
}

function checkEntries(
  schema: Schema,
  record: Readonly<Record<string, unknown>>,
  path: string,
  problems: string[],
): void {
  for (const [name, item] of Object.entries(record)) {
    if (problems.length >= MAX_PROBLEMS) return;
    check(schema, item, `${path}[${JSON.stringify(name)}]`, problems);
  }
}

function hasType(schema: Schema, value: unknown): boolean {
  if (schema['x-kubernetes-int-or-string'] === true) return typeof value === 'string' || isInteger(value);
  switch (schema.type) {
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return isInteger(value);
    case undefined:
    default:
      return true;
  }
}

function isInteger(value: unknown): boolean {
  return Number.isSafeInteger(value);
}

/** Whether `value` is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function expected(schema: Schema): string {
  if (schema['x-kubernetes-int-or-string'] === true) return 'an integer or a string';
  const names = {
    object: 'an object',
    array: 'a list',
    string: 'a string',
    boolean: 'true or false',
    integer: 'an integer',
  };
  return schema.type === undefined ? 'anything' : names[schema.type];
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return value === null ? 'null' : 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
