import type { GoMap, GoValue } from '../../gotemplate/value.ts';
import type { DraftVersion } from './schema-types.ts';

/** The URL of a draft's metaschema, without `#`. */
export const METASCHEMA_URLS: Readonly<Record<DraftVersion, string>> = {
  4: 'http://json-schema.org/draft-04/schema',
  6: 'http://json-schema.org/draft-06/schema',
  7: 'http://json-schema.org/draft-07/schema',
  2019: 'https://json-schema.org/draft/2019-09/schema',
  2020: 'https://json-schema.org/draft/2020-12/schema',
};

const BY_NAME: ReadonlyMap<string, DraftVersion> = new Map([
  ['json-schema.org/schema', 2020],
  ['json-schema.org/draft/2020-12/schema', 2020],
  ['json-schema.org/draft/2019-09/schema', 2019],
  ['json-schema.org/draft-07/schema', 7],
  ['json-schema.org/draft-06/schema', 6],
  ['json-schema.org/draft-04/schema', 4],
]);

/** The draft that a `$schema` names; `undefined` for other metaschemas. */
export function draftOf(url: string): DraftVersion | undefined {
  const [base = '', fragment = ''] = url.split('#');
  return fragment === '' ? BY_NAME.get(base.replace(/^https?:\/\//, '')) : undefined;
}

/** The `id` or `$id` that a schema states, without its fragment; empty where it has none. */
export function idOf(schema: GoMap, draft: DraftVersion): string {
  // Before 2019 a $ref makes everything beside it void.
  if (draft < 2019 && schema.has('$ref')) return '';
  const id = schema.get(draft === 4 ? 'id' : '$id');
  return typeof id === 'string' ? (id.split('#', 1)[0] ?? '') : '';
}

/** A keyword that holds schemas: one, a list of them, or a map. */
type Holder = readonly [keyword: string, shape: 'one' | 'list' | 'map', since: DraftVersion];

const HOLDERS: readonly Holder[] = [
  ['definitions', 'map', 4],
  ['not', 'one', 4],
  ['allOf', 'list', 4],
  ['anyOf', 'list', 4],
  ['oneOf', 'list', 4],
  ['properties', 'map', 4],
  ['additionalProperties', 'one', 4],
  ['patternProperties', 'map', 4],
  ['items', 'one', 4],
  ['items', 'list', 4],
  ['additionalItems', 'one', 4],
  ['dependencies', 'map', 4],
  ['propertyNames', 'one', 6],
  ['contains', 'one', 6],
  ['if', 'one', 7],
  ['then', 'one', 7],
  ['else', 'one', 7],
  ['$defs', 'map', 2019],
  ['dependentSchemas', 'map', 2019],
  ['unevaluatedProperties', 'one', 2019],
  ['unevaluatedItems', 'one', 2019],
  ['contentSchema', 'one', 2019],
  ['prefixItems', 'list', 2020],
];

/** The schemas directly inside a schema, each with its JSON pointer below `pointer`. */
export function subschemasOf(schema: GoMap, pointer: string, draft: DraftVersion): Map<string, GoValue> {
  const found = new Map<string, GoValue>();
  for (const [keyword, shape, since] of HOLDERS) {
    const value = schema.get(keyword);
    if (since > draft || value === undefined) continue;
    for (const [keys, inner] of heldBy(value, shape)) {
      found.set([pointer, ...[keyword, ...keys].map(escapePointer)].join('/'), inner);
    }
  }
  return found;
}

function heldBy(
  value: GoValue,
  shape: 'one' | 'list' | 'map',
): (readonly [keys: readonly string[], schema: GoValue])[] {
  if (shape === 'one') return [[[], value]];
  if (shape === 'list' && Array.isArray(value)) return value.map((item, index) => [[String(index)], item]);
  return shape === 'map' && value instanceof Map ? [...value].map(([key, item]) => [[key], item]) : [];
}

/** A key as JSON pointers write it. */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The inverse of {@link escapePointer}; `undefined` for a `~` without `0` or `1`. */
export function unescapePointer(key: string): string | undefined {
  if (/~(?![01])/.test(key)) return undefined;
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}
