import {
  type CallContext,
  define,
  type FunctionTable,
  GoFunctionError,
  type TemplateFunction,
} from '../function-table.ts';
import type { GoMap, GoValue } from '../value.ts';
import { textArgument } from './arguments.ts';
import { decodeJson, jsonTypeOf } from './decode-json.ts';
import { encodeJson, type JsonOptions } from './encode-json.ts';
import { nilList, nilMap } from './nil-value.ts';
import { orEmpty } from './or-empty.ts';

/**
 * The functions of JSON as Helm has them: its own `toJson`, `fromJson` and so on, which never fail, before Sprig's.
 *
 * @see helm.sh/helm/v4 v4.3.1 pkg/engine/funcs.go, github.com/Masterminds/sprig v3.3.0 defaults.go
 */
export const JSON_FUNCTIONS: FunctionTable = new Map<string, TemplateFunction>([
  ['toJson', define(['any'], orEmpty(encodeWith({})))],
  ['mustToJson', define(['any'], encodeWith({}))],
  ['toPrettyJson', define(['any'], orEmpty(encodeWith({ isPretty: true })))],
  ['mustToPrettyJson', define(['any'], encodeWith({ isPretty: true }))],
  ['toRawJson', define(['any'], encodeWith({ escapesHtml: false }))],
  ['mustToRawJson', define(['any'], encodeWith({ escapesHtml: false }))],
  ['fromJson', define(['string'], ([text], context) => fromJson(textArgument(text), context))],
  ['fromJsonArray', define(['string'], ([text], context) => fromJsonArray(textArgument(text), context))],
  ['mustFromJson', define(['string'], ([text], context) => decodeJson(textArgument(text), context))],
]);

type Call = TemplateFunction['call'];

function encodeWith(options: JsonOptions): Call {
  return ([value], context) => encodeJson(value, context, options);
}

function fromJson(text: string, context: CallContext): GoMap {
  try {
    const value = decodeJson(text, context);
    if (value instanceof Map) return value;
    return value === null ? nilMap() : new Map([['Error', mismatch(value, 'map[string]interface {}')]]);
  } catch (error) {
    if (error instanceof GoFunctionError) return new Map([['Error', inPlace(error, 'map[string]interface {}')]]);
    throw error;
  }
}

function fromJsonArray(text: string, context: CallContext): GoValue[] {
  try {
    const value = decodeJson(text, context);
    if (Array.isArray(value)) return value;
    return value === null ? nilList() : [mismatch(value, '[]interface {}')];
  } catch (error) {
    if (error instanceof GoFunctionError) return [inPlace(error, '[]interface {}')];
    throw error;
  }
}

/** A number that is all of the text does not even fit in kind. */
function inPlace({ message }: GoFunctionError, wanted: string): string {
  return message.replace(
    /^(json: cannot unmarshal number) \S+ into Go value of type float64$/,
    `$1 into Go value of type ${wanted}`,
  );
}

/** What Go says of a value that does not fit the variable it is decoded into. */
export function mismatch(value: GoValue, wanted: string): string {
  return `json: cannot unmarshal ${jsonTypeOf(value)} into Go value of type ${wanted}`;
}
