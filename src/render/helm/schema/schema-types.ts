import type { GoRegexp } from '../../../lib/go-regexp.ts';
import type { GoValue } from '../../gotemplate/value.ts';

/** The drafts of JSON Schema, by number or year. */
export type DraftVersion = 4 | 6 | 7 | 2019 | 2020;

/** JSON's types as schemas name them, in the order in which problems list them. */
export const JSON_TYPES = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'] as const;

/** One of {@link JSON_TYPES}. */
export type JsonType = (typeof JSON_TYPES)[number];

/** A pattern with its text. */
export interface Pattern {
  readonly source: string;
  readonly expression: GoRegexp;
}

/** A named format; `check` says what is wrong with a text, or nothing. */
export interface Format {
  readonly name: string;
  readonly check: (text: string) => string | undefined;
}

/** What `dependencies` asks for where a property is there. */
export type DependencyRule = readonly string[] | CompiledSchema;

/** A schema ready to validate with. Keywords that it lacks are absent. Filled in while compiling, fixed afterwards. */
export interface CompiledSchema {
  readonly location: string;
  draft: DraftVersion;
  /** The schema at the root of the resource that this one belongs to. */
  resource: CompiledSchema;
  dynamicAnchors: Map<string, CompiledSchema>;
  /** `true`, `false` or `{}`. */
  bool?: boolean;
  ref?: CompiledSchema;
  recursiveRef?: CompiledSchema;
  recursiveAnchor?: boolean;
  dynamicRef?: { readonly schema: CompiledSchema; readonly anchor: string };
  dynamicAnchor?: string;
  types?: ReadonlySet<JsonType>;
  enum?: readonly GoValue[];
  const?: { readonly value: GoValue };
  not?: CompiledSchema;
  allOf?: readonly CompiledSchema[];
  anyOf?: readonly CompiledSchema[];
  oneOf?: readonly CompiledSchema[];
  if?: CompiledSchema;
  then?: CompiledSchema;
  else?: CompiledSchema;
  format?: Format;
  maxProperties?: number;
  minProperties?: number;
  required?: readonly string[];
  propertyNames?: CompiledSchema;
  properties?: ReadonlyMap<string, CompiledSchema>;
  patternProperties?: readonly { readonly pattern: Pattern; readonly schema: CompiledSchema }[];
  additionalProperties?: boolean | CompiledSchema;
  dependencies?: ReadonlyMap<string, DependencyRule>;
  dependentRequired?: ReadonlyMap<string, readonly string[]>;
  dependentSchemas?: ReadonlyMap<string, CompiledSchema>;
  unevaluatedProperties?: CompiledSchema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  contains?: CompiledSchema;
  minContains?: number;
  maxContains?: number;
  /** Before 2020: for all items, or one for each. */
  items?: CompiledSchema | readonly CompiledSchema[];
  additionalItems?: boolean | CompiledSchema;
  prefixItems?: readonly CompiledSchema[];
  /** From 2020: for the items after `prefixItems`. */
  restItems?: CompiledSchema;
  unevaluatedItems?: CompiledSchema;
  minLength?: number;
  maxLength?: number;
  pattern?: Pattern;
  maximum?: number;
  minimum?: number;
  exclusiveMaximum?: number;
  exclusiveMinimum?: number;
  multipleOf?: number;
}
