import { define, GoFunctionError, type TemplateFunction } from '../gotemplate/function-table.ts';
import { quoteString } from '../gotemplate/go-string.ts';
import { NamedMap, type NamedMapType } from '../gotemplate/named-map.ts';
import { textArgument } from '../gotemplate/sprig/arguments.ts';
import { YAML_FUNCTIONS } from '../gotemplate/sprig/yaml.ts';
import type { GoMap, GoValue } from '../gotemplate/value.ts';

/**
 * A map as Helm's `common.Values`, which the dot of a file, `.Values` and `.Template` are: for Go no
 * map[string]interface{}, and with methods. The map itself is kept, not copied.
 * @see helm.sh/helm/v4 pkg/chart/common/values.go
 */
export function valuesObject(entries: GoMap): NamedMap {
  return new NamedMap(VALUES_TYPE, entries);
}

const VALUES_TYPE: NamedMapType = {
  name: 'common.Values',
  methods: new Map<string, (values: GoMap) => TemplateFunction>([
    ['AsMap', (values) => define([], () => values)],
    ['YAML', (values) => define([], (_, context) => `${textArgument(toYaml?.call([values], context))}\n`)],
    ['Table', (values) => define(['string'], ([path]) => tableAt(values, textArgument(path).split('.')))],
    ['PathValue', (values) => define(['string'], ([path]) => valueAt(values, textArgument(path)))],
    // What it takes, an io.Writer, no template has.
    ['Encode', () => define(['writer'], () => undefined)],
  ]),
};

const toYaml: TemplateFunction | undefined = YAML_FUNCTIONS.get('mustToYaml');

function tableAt(values: GoMap, path: readonly string[]): NamedMap {
  let table = values;
  for (const key of path) {
    const next = asTable(table.get(key));
    if (next === undefined) throw new GoFunctionError(`${quoteString(key)} is not a table`);
    table = next;
  }
  return valuesObject(table);
}

function asTable(value: GoValue): GoMap | undefined {
  if (value instanceof NamedMap) return value.container();
  return value instanceof Map ? value : undefined;
}

function valueAt(values: GoMap, path: string): GoValue {
  if (path === '') throw new GoFunctionError('YAML path cannot be empty');
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const value = keys.length === 0 ? values.get(last) : tableOf(values, keys)?.get(last);
  if (value !== undefined && !(value instanceof Map)) return value;
  throw new GoFunctionError(`${quoteString(last)} is not a value`);
}

function tableOf(values: GoMap, keys: readonly string[]): GoMap | undefined {
  return keys.reduce<GoMap | undefined>((table, key) => asTable(table?.get(key)), values);
}
