import { compareStrings } from '../../gotemplate/go-string.ts';
import type { GoMap, GoValue } from '../../gotemplate/value.ts';
import { quote, quoteAll, showCount } from './problem.ts';
import type { Validation } from './validation.ts';

/** Checks an object by the keywords that are for objects. Properties are gone through by name. */
export function checkObject(validation: Validation, object: GoMap): void {
  const { schema } = validation;
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema;
  if (object.size < minProperties) validation.report(bound('minProperties', object.size, minProperties));
  if (object.size > maxProperties) validation.report(bound('maxProperties', object.size, maxProperties));
  reportMissing(validation, object);
  if (validation.isDecided()) return;
  checkDependencies(validation, object);
  checkProperties(validation, object);
  checkPropertyNames(validation, object);
  checkDependents(validation, object);
}

/** What a count is and should be: `minItems: got 1, want 2`. */
export function bound(keyword: string, got: number, want: number): string {
  return `${keyword}: got ${showCount(got)}, want ${showCount(want)}`;
}

function missingOf(object: GoMap, names: readonly string[]): string[] {
  return names.filter((name) => !object.has(name));
}

function reportMissing(validation: Validation, object: GoMap): void {
  const missing = missingOf(object, validation.schema.required ?? []);
  if (missing.length === 0) return;
  validation.report(`missing ${missing.length === 1 ? 'property' : 'properties'} ${quoteAll(missing)}`);
}

function checkDependencies(validation: Validation, object: GoMap): void {
  for (const [name, rule] of sorted(validation.schema.dependencies)) {
    if (!object.has(name)) continue;
    if ('location' in rule) validation.add(validation.checkSelf(rule));
    else reportRequired(validation, { name, missing: missingOf(object, rule) });
  }
}

function reportRequired(validation: Validation, { name, missing }: { name: string; missing: readonly string[] }): void {
  if (missing.length > 0) validation.report(`properties ${quoteAll(missing)} required, if ${quote(name)} exists`);
}

function checkProperties(validation: Validation, object: GoMap): void {
  const refused: string[] = [];
  for (const [key, value] of sorted(object)) {
    if (validation.isDecided()) return;
    const isKnown = checkKnownProperty(validation, key, value);
    const { additionalProperties: additional } = validation.schema;
    if (!isKnown && additional === false) refused.push(key);
    else if (!isKnown && typeof additional === 'object') validation.add(validation.checkInner(additional, value, key));
    if (isKnown || additional !== undefined) validation.unevaluated.markProperty(key);
  }
  if (refused.length > 0) validation.report(`additional properties ${quoteAll(refused)} not allowed`);
}

/** Checks a property by `properties` and `patternProperties`; whether they name it. */
function checkKnownProperty(validation: Validation, key: string, value: GoValue): boolean {
  const { properties, patternProperties = [] } = validation.schema;
  const own = properties?.get(key);
  if (own !== undefined) validation.add(validation.checkInner(own, value, key));
  const matching = patternProperties.filter(({ pattern }) => pattern.expression.test(key));
  for (const { schema } of matching) validation.add(validation.checkInner(schema, value, key));
  return own !== undefined || matching.length > 0;
}

function checkPropertyNames(validation: Validation, object: GoMap): void {
  const { propertyNames } = validation.schema;
  if (propertyNames === undefined) return;
  for (const [key] of sorted(object)) {
    const found = validation.checkName(propertyNames, key);
    if (found === undefined) continue;
    validation.report(`invalid propertyName ${quote(key)}`, found.kind === 'group' ? found.causes : [found]);
  }
}

function checkDependents(validation: Validation, object: GoMap): void {
  const { dependentSchemas, dependentRequired } = validation.schema;
  for (const [name, schema] of sorted(dependentSchemas)) {
    if (object.has(name)) validation.add(validation.checkSelf(schema));
  }
  for (const [name, names] of sorted(dependentRequired)) {
    if (object.has(name)) reportRequired(validation, { name, missing: missingOf(object, names) });
  }
}

/** The entries by key. Go's order is random; this one stays the same. */
function sorted<T>(map: ReadonlyMap<string, T> | undefined): [string, T][] {
  return map === undefined ? [] : [...map].toSorted(([a], [b]) => compareStrings(a, b));
}
