import { HoldfastError } from '../../../lib/errors.ts';
import type { JsonValue } from '../../../object/kube-object.ts';
import { ComposeError, composeDocuments } from '../../../yaml/compose.ts';
import { DEFAULT_YAML_LIMITS } from '../../../yaml/limits.ts';
import { parseRelaxed } from '../../../yaml/parse-relaxed.ts';
import { explainYamlKey } from '../../helm/explain-yaml-key.ts';
import { explainYamlError } from '../../kustomize/node/explain-yaml-error.ts';
import { type CallContext, GoFunctionError } from '../function-table.ts';
import { toBytes } from '../go-string.ts';
import { fromJson } from '../json-value.ts';
import type { GoValue } from '../value.ts';
import { jsonTreeOf } from './json-tree.ts';

/**
 * The first document of a YAML text, read as sigs.k8s.io/yaml does: by way of JSON, with all numbers float64.
 *
 * @throws {GoFunctionError} in Go's words if the text is no YAML
 * @throws {HoldfastError} RENDER_LIMIT if it is too long or too deep, or its aliases expand to too much
 */
export function decodeYaml(text: string, context: CallContext): GoValue {
  context.charge(text.length);
  const { maxLength, maxDepth } = DEFAULT_YAML_LIMITS;
  if (text.length > maxLength) throw tooLarge(`it has ${text.length} characters, more than the ${maxLength} allowed`);
  if (!text.isWellFormed()) throw new GoFunctionError(`${FAILURE}: yaml: ${explainInvalidText(text)}`);
  const source = firstDocument(text);
  try {
    const { source: relaxed, events } = parseRelaxed(source, maxDepth);
    const [document] = composeDocuments(relaxed, events, DEFAULT_YAML_LIMITS, { repeatedKeys: 'last' });
    return fromJson(document?.value ?? null);
  } catch (error) {
    throw explain(error, source, context);
  }
}

/** Go reads no further than the first document, whatever is wrong with the next. */
function firstDocument(text: string): string {
  const marks = [...text.matchAll(/^(?:---|\.\.\.)(?=\s|$)/gm)];
  const end = marks.find(({ 0: mark, index }) => (mark === '...' ? true : hasContent(text.slice(0, index))));
  return end === undefined ? text : text.slice(0, end.index);
}

/** Whether a document has begun: there is a line that is neither blank nor a comment nor a directive. */
function hasContent(text: string): boolean {
  return /^(?![#%])[^\S\n]*[^\s#]/m.test(text);
}

function explain(error: unknown, source: string, context: CallContext): unknown {
  if (error instanceof ComposeError) {
    return error.isLimit
      ? tooLarge(error.message)
      : new GoFunctionError(`${FAILURE}: ${wordMistake(error, source, context)}`);
  }
  const explained = explainYamlError(error, source);
  return explained === error ? error : new GoFunctionError(`${FAILURE}: ${explained.message}`);
}

const FAILURE = 'error converting YAML to JSON';

function wordMistake({ message, offset }: ComposeError, source: string, context: CallContext): string {
  const alias = /^the alias \*(.*) has no anchor/s.exec(message)?.[1];
  if (alias !== undefined) return `yaml: unknown anchor '${alias}' referenced`;
  const infinite = explainInfinite(message);
  if (infinite !== undefined) return infinite;
  const read = (text: string): JsonValue => jsonTreeOf(decodeYaml(text, context));
  const key = message.startsWith('a key must be') ? explainYamlKey(source, offset, read) : undefined;
  return key === undefined ? `yaml: ${message}` : `yaml: invalid map key: ${key}`;
}

/** What encoding/json says of a number that JSON does not have; undefined for another mistake. */
export function explainInfinite(message: string): string | undefined {
  const text = /^(\S+) is no JSON number/.exec(message)?.[1]?.toLowerCase();
  if (text === undefined) return undefined;
  if (text.includes('nan')) return 'json: unsupported value: NaN';
  return `json: unsupported value: ${text.startsWith('-') ? '-' : '+'}Inf`;
}

/** What libyaml's reader says of the first byte that is part of no UTF-8. */
function explainInvalidText(text: string): string {
  const bytes = toBytes(text.slice(text.search(/[\ud800-\udfff]/u)));
  const [lead = 0] = bytes;
  const width = LEADS.find(([mask, mark]) => (lead & mask) === mark)?.[2] ?? 0;
  if (width === 0) return 'invalid leading UTF-8 octet';
  if (width > bytes.length) return 'incomplete UTF-8 octet sequence';
  const hasTrails = bytes.subarray(1, width).every((byte) => (byte & 0xc0) === 0x80);
  return hasTrails ? 'invalid length of a UTF-8 sequence' : 'invalid trailing UTF-8 octet';
}

/** Mask and mark of the first byte of a sequence, and how long the sequence is. */
const LEADS: readonly (readonly [mask: number, mark: number, width: number])[] = [
  [0xe0, 0xc0, 2],
  [0xf0, 0xe0, 3],
  [0xf8, 0xf0, 4],
];

function tooLarge(reason: string): HoldfastError {
  return new HoldfastError('RENDER_LIMIT', `Cannot parse the text that a template reads as YAML: ${reason}`, {
    retry: 'never',
  });
}
