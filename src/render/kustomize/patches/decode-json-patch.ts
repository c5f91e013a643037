import { HoldfastError } from '../../../lib/errors.ts';
import { toInteger } from '../../../yaml/json.ts';
import { decodeDocument } from '../kustomization/decode-document.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { type PatchValue, printPatchValue, scalarText, toPatchValue, WrittenScalar } from './patch-document.ts';

/** A step of a JSON patch as it is written; what is wrong with it shows when it is applied. */
export type PatchOperation = ReadonlyMap<string, PatchValue>;

/**
 * The operations of a JSON patch (RFC 6902), written in JSON if the text begins with `[`, else in YAML, of which the
 * first document counts.
 * @throws {KustomizeError} if the text is neither, or no list of objects
 * @see gopkg.in/evanphx/json-patch.v4 v4.13.0 patch.go, DecodePatch
 */
export function decodeJsonPatch(text: string): PatchOperation[] {
  if (text === '') throw new KustomizeError('empty json patch operations');
  const value = text.startsWith('[') ? readJson(text) : readYaml(text);
  if (value === null) return [];
  if (!Array.isArray(value)) throw mismatch(value, 'jsonpatch.Patch');
  return value.map(toOperation);
}

/** The JSON text of a patch that is written in YAML; that of one in JSON is itself. */
export function jsonTextOfPatch(text: string): string {
  return text.startsWith('[') ? text : printPatchValue(readYaml(text));
}

function readYaml(text: string): PatchValue {
  try {
    return toPatchValue(decodeDocument(text, 'the patch'));
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    throw new KustomizeError(`error converting YAML to JSON: yaml: ${error.message}`, { cause: error });
  }
}

type Reviver = (
  this: unknown,
  key: string,
  value: JsonScalar | object,
  context: { readonly source?: string },
) => unknown;
type JsonScalar = string | number | boolean | null;

// TypeScript's library does not yet know the third argument of the reviver.
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => PatchValue;

/** Scalars keep the way they are written, for a `test` compares that. */
function readJson(text: string): PatchValue {
  try {
    // Reviving begins with what is innermost, so that the values of objects are done already.
    return parseWithSource(text, (_key, value, { source = '' }) => {
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return new Map(Object.entries(value));
      return typeof value === 'string' || typeof value === 'number' ? toScalar(value, source) : value;
    });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new KustomizeError(describeSyntaxError(text, error));
  }
}

/** The engine's own message may quote more of the text than is to be shown. */
function describeSyntaxError(text: string, { message }: SyntaxError): string {
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
  if (position >= text.trimEnd().length) return 'unexpected end of JSON input';
  return `invalid character ${JSON.stringify(text.charAt(position))} in JSON, at its character ${position + 1}`;
}

function toScalar(value: string | number, source: string): PatchValue {
  const exact = typeof value === 'number' && /^-?\d+$/.test(source) ? toInteger(source) : value;
  return scalarText(exact) === source ? exact : new WrittenScalar(exact, source);
}

function toOperation(value: PatchValue): PatchOperation {
  if (value === null) return new Map();
  if (value instanceof Map) return value;
  throw mismatch(value, 'jsonpatch.Operation');
}

function mismatch(value: PatchValue, type: string): KustomizeError {
  return new KustomizeError(`json: cannot unmarshal ${jsonTypeOf(value)} into Go value of type ${type}`);
}

/** How Go's JSON decoder names the type of a value. */
export function jsonTypeOf(value: PatchValue): string {
  if (value instanceof Map) return 'object';
  if (Array.isArray(value)) return 'array';
  const scalar = value instanceof WrittenScalar ? value.value : value;
  if (typeof scalar === 'boolean') return 'bool';
  return typeof scalar === 'bigint' ? 'number' : typeof scalar;
}
