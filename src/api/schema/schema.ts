/** An OpenAPI v3 schema as a structural CRD may hold it, with the keywords used here. */
export interface Schema {
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly format?: 'int64' | 'date-time';
  readonly default?: string;
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
  readonly 'x-kubernetes-int-or-string'?: true;
  readonly 'x-kubernetes-list-type'?: 'atomic';
  readonly 'x-kubernetes-map-type'?: 'atomic';
}

/** The fields of an object schema. */
export type Fields = Readonly<Record<string, Schema>>;

/** Added to the description of what is stored but has no effect in this release. */
export const LATER = ' Not acted on yet.';

/** A string. */
export function text(description?: string): Schema {
  return described({ type: 'string' }, description);
}

/** A boolean. */
export function flag(description?: string): Schema {
  return described({ type: 'boolean' }, description);
}

/** A 64-bit integer. */
export function integer(description?: string): Schema {
  return described({ type: 'integer', format: 'int64' }, description);
}

/** An RFC 3339 time. */
export function time(description?: string): Schema {
  return described({ type: 'string', format: 'date-time' }, description);
}

/** An integer, or a string that holds one. */
export function integerOrString(description?: string): Schema {
  return described(
    { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
    description,
  );
}

/** A list. */
export function listOf(items: Schema, description?: string): Schema {
  return described({ type: 'array', items }, description);
}

/** A list of strings. */
export function texts(description?: string): Schema {
  return listOf(text(), description);
}

/** An object with any keys. */
export function mapOf(values: Schema, description?: string): Schema {
  return described({ type: 'object', additionalProperties: values }, description);
}

/** An object with any content. */
export function anyObject(description?: string): Schema {
  return described({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, description);
}

/** Any JSON value. */
export function anything(description?: string): Schema {
  return described({ 'x-kubernetes-preserve-unknown-fields': true }, description);
}

/** An object with these fields. */
export function object(fields: Fields, options: { required?: readonly string[]; about?: string } = {}): Schema {
  const { required = [], about } = options;
  return described({ type: 'object', properties: fields, ...(required.length > 0 ? { required } : {}) }, about);
}

/** `metav1.LabelSelector`. */
export function labelSelector(description?: string): Schema {
  const expression = object(
    {
      key: text(),
      operator: text(),
      values: { ...texts(), 'x-kubernetes-list-type': 'atomic' },
    },
    { required: ['key', 'operator'] },
  );
  return described(
    {
      ...object({
        matchExpressions: { ...listOf(expression), 'x-kubernetes-list-type': 'atomic' },
        matchLabels: mapOf(text()),
      }),
      'x-kubernetes-map-type': 'atomic',
    },
    description,
  );
}

/** The schema with another description, or with none. */
export function described(schema: Schema, description: string | undefined): Schema {
  const { description: _, ...rest } = schema;
  return description === undefined ? rest : { description, ...rest };
}

/**
 * The same schema without descriptions below its top. For places where a schema is repeated: they are what makes
 * Argo CD's own definitions too large for `kubectl apply`.
 */
export function bare(schema: Schema): Schema {
  const { description: _, properties, items, additionalProperties, ...rest } = schema;
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties: mapFields(properties, bare) }),
    ...(items === undefined ? {} : { items: bare(items) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: bare(additionalProperties) }),
  };
}

function mapFields(fields: Fields, change: (schema: Schema) => Schema): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, change(schema)]));
}
