import type { JsonValue } from '../../../object/kube-object.ts';
import { parseJson } from '../../../yaml/json.ts';
import { type CallContext, GoFunctionError } from '../function-table.ts';
import { fromJson } from '../json-value.ts';
import type { GoValue } from '../value.ts';
import { explainJson } from './explain-json.ts';

/**
 * The value of a JSON text, as Go decodes it into an interface: all numbers are float64.
 *
 * @throws {GoFunctionError} in Go's words if the text is no JSON
 */
export function decodeJson(text: string, context: CallContext): GoValue {
  context.charge(text.length);
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new GoFunctionError(explainJson(text));
  }
  refuseLargeNumbers(text);
  return LONE_SURROGATE.test(text) || !text.isWellFormed() ? wellFormed(fromJson(value)) : fromJson(value);
}

/** An escape that may be half a character, for which Go puts U+FFFD. */
const LONE_SURROGATE = /\\u[dD][89a-fA-F]/;

function wellFormed(value: GoValue): GoValue {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (!(value instanceof Map)) return value;
  return new Map([...value].map(([key, item]) => [key.toWellFormed(), wellFormed(item)]));
}

/** A number beyond float64, which JavaScript reads as infinite. It needs an exponent or very many digits. */
function refuseLargeNumbers(text: string): void {
  if (!/[eE]\+?\d{3}|\d{309}/.test(text)) return;
  for (const [, number] of text.replaceAll(/"(?:[^"\\]|\\.)*"/gs, '""').matchAll(/(-?\d[\d.eE+-]*)/g)) {
    if (number !== undefined && !Number.isFinite(Number(number))) {
      throw new GoFunctionError(`json: cannot unmarshal number ${number} into Go value of type float64`);
    }
  }
}

/** Go's name of what a JSON text holds, for `json: cannot unmarshal … into Go value`. */
export function jsonTypeOf(value: GoValue): string {
  if (value === undefined || value === null) return 'null';
  if (value instanceof Map) return 'object';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
