import { parseJson } from '../../yaml/json.ts';
import { fromJson } from '../gotemplate/json-value.ts';
import type { GoValue } from '../gotemplate/value.ts';
import { HelmError } from './helm-error.ts';

/**
 * The JSON value at the start of a text and how many UTF-16 units it takes. What follows may be anything.
 * @throws {HelmError} if there is none
 */
export function readJsonPrefix(text: string): { readonly value: GoValue; readonly length: number } {
  const length = endOfValue(text);
  try {
    return { value: fromJson(parseJson(text.slice(0, length))), length };
  } catch {
    // The engine's message quotes the text, which may be a secret.
    throw new HelmError('invalid JSON');
  }
}

/** A value's text: a string, a number, a word, or the bracket that opens a collection. */
const SCALAR = /\s*(?:"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
const OPENING = /\s*[{[]/y;
/** Go's decoder takes no more. */
const MAX_DEPTH = 10_000;

function endOfValue(text: string): number {
  OPENING.lastIndex = 0;
  if (OPENING.test(text)) return endOfCollection(text, OPENING.lastIndex);
  SCALAR.lastIndex = 0;
  if (!SCALAR.test(text)) throw new HelmError('invalid JSON');
  return SCALAR.lastIndex;
}

/** The end of the collection whose first bracket is before `start`. */
function endOfCollection(text: string, start: number): number {
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;
  token.lastIndex = start;
  let depth = 1;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match;
    if (found === '{' || found === '[') depth += 1;
    if (found === '}' || found === ']') depth -= 1;
    if (depth === 0) return token.lastIndex;
    if (depth > MAX_DEPTH) throw new HelmError('invalid JSON: exceeded max depth');
  }
  throw new HelmError('unexpected EOF');
}
