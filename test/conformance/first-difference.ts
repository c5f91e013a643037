/** Where two lists of objects part: `path` as `[2].spec.ports[0]`, the values cut short. */
export interface Difference {
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

const SHOWN_LENGTH = 160;

/** The first difference of two JSON values in the order of `expected`, or undefined when they are equal. */
export function firstDifference(expected: unknown, actual: unknown, path = ''): Difference | undefined {
  if (Array.isArray(expected) && Array.isArray(actual)) return differInItems(expected, actual, path);
  if (isMapping(expected) && isMapping(actual)) return differInFields(expected, actual, path);
  return isSameScalar(expected, actual) ? undefined : { path, expected: show(expected), actual: show(actual) };
}

function differInItems(expected: unknown[], actual: unknown[], path: string): Difference | undefined {
  for (let index = 0; index < Math.max(expected.length, actual.length); index++) {
    const difference =
      index < expected.length && index < actual.length
        ? firstDifference(expected[index], actual[index], `${path}[${index}]`)
        : { path: `${path}[${index}]`, expected: show(expected[index]), actual: show(actual[index]) };
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function differInFields(
  expected: Record<string, unknown>,
  actual: Record<string, unknown>,
  path: string,
): Difference | undefined {
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const at = `${path}.${key}`;
    const difference =
      Object.hasOwn(expected, key) && Object.hasOwn(actual, key)
        ? firstDifference(expected[key], actual[key], at)
        : { path: at, expected: showField(expected, key), actual: showField(actual, key) };
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * An integer is the same number as `bigint` and as `number`, if both would be printed alike: a float beyond 2^53 has more
 * digits than it means. `-0` is 0, as in the text of both tools.
 */
function isSameScalar(expected: unknown, actual: unknown): boolean {
  if (expected === actual || (Number.isNaN(expected) && Number.isNaN(actual))) return true;
  const isMixed = [typeof expected, typeof actual].sort().join() === 'bigint,number';
  return isMixed && String(expected) === String(actual);
}

function showField(object: Record<string, unknown>, key: string): string {
  return Object.hasOwn(object, key) ? show(object[key]) : '(absent)';
}

function show(value: unknown): string {
  if (value === undefined) return '(absent)';
  if (isMapping(value) && typeof value['kind'] === 'string' && isMapping(value['metadata'])) {
    const { namespace, name } = value['metadata'];
    return `${value['kind']} ${JSON.stringify({ namespace, name })}`;
  }
  const text = JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner));
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}… (${text.length} characters)`;
}
