import type { GoValue } from '../../gotemplate/value.ts';
import { bound } from './check-object.ts';
import { canonicalText } from './json-equal.ts';
import { type Problem, showCount } from './problem.ts';
import type { Validation } from './validation.ts';

/** Checks a list by the keywords that are for lists. */
export function checkArray(validation: Validation, list: readonly GoValue[]): void {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, uniqueItems, draft } = validation.schema;
  if (list.length < minItems) validation.report(bound('minItems', list.length, minItems));
  if (list.length > maxItems) validation.report(bound('maxItems', list.length, maxItems));
  if (uniqueItems === true) reportDuplicates(validation, list);
  if (draft < 2020) checkItems(validation, list);
  else checkItemsSince2020(validation, list);
  checkContains(validation, list);
}

function reportDuplicates(validation: Validation, list: readonly GoValue[]): void {
  const seen = new Map<string, number>();
  for (const [index, item] of list.entries()) {
    const text = canonicalText(item);
    const before = seen.get(text);
    if (before !== undefined) {
      validation.report(`items at ${showCount(before)} and ${showCount(index)} are equal`);
      return;
    }
    seen.set(text, index);
  }
}

function checkItems(validation: Validation, list: readonly GoValue[]): void {
  const { items, additionalItems } = validation.schema;
  if (items !== undefined && 'location' in items) {
    for (const [index, item] of list.entries()) validation.add(validation.checkInner(items, item, String(index)));
    return;
  }
  const known = items ?? [];
  for (const [index, item] of list.entries()) {
    const schema = known[index];
    if (schema !== undefined) validation.add(validation.checkInner(schema, item, String(index)));
    else if (typeof additionalItems === 'object') {
      validation.add(validation.checkInner(additionalItems, item, String(index)));
    }
  }
  const rest = list.length - Math.min(list.length, known.length);
  if (additionalItems === false && rest > 0) {
    validation.report(`last ${showCount(rest)} additionalItem(s) not allowed`);
  }
}

function checkItemsSince2020(validation: Validation, list: readonly GoValue[]): void {
  const { prefixItems = [], restItems } = validation.schema;
  for (const [index, item] of list.entries()) {
    const schema = prefixItems[index] ?? restItems;
    if (schema !== undefined) validation.add(validation.checkInner(schema, item, String(index)));
  }
}

function checkContains(validation: Validation, list: readonly GoValue[]): void {
  const { contains, draft } = validation.schema;
  if (contains === undefined) return;
  const problems: Problem[] = [];
  const matched: number[] = [];
  for (const [index, item] of list.entries()) {
    const problem = validation.checkInner(contains, item, String(index));
    if (problem === undefined) matched.push(index);
    else problems.push(problem);
    if (problem === undefined && draft >= 2020) validation.unevaluated.markItem(index);
  }
  reportMatches(validation, matched, problems);
}

function reportMatches(validation: Validation, matched: readonly number[], problems: readonly Problem[]): void {
  const { minContains, maxContains = Number.POSITIVE_INFINITY } = validation.schema;
  const found = `matched ${showCount(matched.length)} items at ${matched.join(' ')}`;
  if (minContains === undefined) {
    if (matched.length === 0) validation.report('no items match contains schema', problems);
  } else if (matched.length < minContains) {
    const but = matched.length === 0 ? 'none matched' : found;
    validation.report(`min ${showCount(minContains)} items required to match contains schema, but ${but}`, problems);
  }
  if (matched.length > maxContains) {
    validation.report(`max ${showCount(maxContains)} items required to match contains schema, but ${found}`);
  }
}
