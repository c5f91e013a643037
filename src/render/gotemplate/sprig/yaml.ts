import type { JsonValue } from '../../../object/kube-object.ts';
import { printYaml } from '../../../yaml/print.ts';
import {
  type CallContext,
  define,
  type FunctionTable,
  GoFunctionError,
  type TemplateFunction,
} from '../function-table.ts';
import type { GoMap, GoValue } from '../value.ts';
import { textArgument } from './arguments.ts';
import { decodeYaml } from './decode-yaml.ts';
import { mismatch } from './json.ts';
import { jsonTreeOf } from './json-tree.ts';
import { orEmpty } from './or-empty.ts';
import { printYamlPretty } from './print-yaml-pretty.ts';

/**
 * Helm's functions of YAML.
 *
 * @see helm.sh/helm/v4 v4.3.1 pkg/engine/funcs.go
 */
export const YAML_FUNCTIONS: FunctionTable = new Map<string, TemplateFunction>([
  [
    'toYaml',
    define(
      ['any'],
      orEmpty(([value], context) => encodeYaml(value, context)),
    ),
  ],
  ['mustToYaml', define(['any'], mustToYaml)],
  ['toYamlPretty', define(['any'], toYamlPretty)],
  ['fromYaml', define(['string'], ([text], context) => fromYaml(textArgument(text), context))],
  ['fromYamlArray', define(['string'], ([text], context) => fromYamlArray(textArgument(text), context))],
]);

function mustToYaml([value]: readonly GoValue[], context: CallContext): GoValue {
  return encodeYaml(value, context);
}

function encodeYaml(value: GoValue, context: CallContext): string {
  const tree = treeOf(value);
  const text = printYaml(tree).replace(/\n$/, '');
  context.charge(text.length);
  // The printer escapes what Go's own reader, through which the value goes, refuses.
  if (ESCAPED_UNREADABLE.test(text) && holdsUnreadable(tree)) {
    throw new GoFunctionError('yaml: control characters are not allowed');
  }
  return text;
}

function treeOf(value: GoValue): JsonValue {
  try {
    return jsonTreeOf(value);
  } catch (error) {
    if (!(error instanceof GoFunctionError)) throw error;
    throw new GoFunctionError(`error marshaling into JSON: ${error.message}`);
  }
}

const ESCAPED_UNREADABLE = /\\x(?:7F|[89][\dA-F])|\\uFFF[EF]/;
const UNREADABLE = /[\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

function holdsUnreadable(tree: JsonValue): boolean {
  if (typeof tree === 'string') return UNREADABLE.test(tree);
  if (typeof tree !== 'object' || tree === null) return false;
  if (Array.isArray(tree)) return tree.some(holdsUnreadable);
  return Object.entries(tree).some(([key, item]) => UNREADABLE.test(key) || holdsUnreadable(item));
}

function toYamlPretty([value]: readonly GoValue[], context: CallContext): GoValue {
  const text = printYamlPretty(value).replace(/\n$/, '');
  context.charge(text.length);
  return text;
}

function fromYaml(text: string, context: CallContext): GoMap {
  const value = decodeOrExplain(text, context);
  if (value instanceof Map) return value;
  if (value instanceof GoFunctionError) return new Map([['Error', value.message]]);
  return value === null ? new Map() : new Map([['Error', decodeFailure(value, 'map[string]interface {}')]]);
}

function fromYamlArray(text: string, context: CallContext): GoValue[] {
  const value = decodeOrExplain(text, context);
  if (Array.isArray(value)) return value;
  if (value instanceof GoFunctionError) return [value.message];
  return value === null ? [] : [decodeFailure(value, '[]interface {}')];
}

/** Helm hands a mistake to the template as a value. */
function decodeOrExplain(text: string, context: CallContext): GoValue | GoFunctionError {
  try {
    return decodeYaml(text, context);
  } catch (error) {
    if (error instanceof GoFunctionError) return error;
    throw error;
  }
}

function decodeFailure(value: GoValue, wanted: string): string {
  return `error unmarshaling JSON: while decoding JSON: ${mismatch(value, wanted)}`;
}
