import { type GoObject, type GoValue, goTypeOf } from './value.ts';

/** A struct as fmt prints one that does not print itself: `{1 2}`, and with `%+v` or `%#v` the names of its fields. */
export function printStruct(
  value: GoObject,
  form: { readonly names: boolean; readonly goSyntax: boolean },
  print: (field: GoValue) => string,
): string {
  const fields = value.fields() ?? [];
  const shown = fields.map(([name, field]) => (form.names ? `${name}:${print(field)}` : print(field)));
  return form.goSyntax ? `${goTypeOf(value).replace(/^\*/, '')}{${shown.join(', ')}}` : `{${shown.join(' ')}}`;
}
