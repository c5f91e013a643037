import type { JsonValue } from '../../../object/kube-object.ts';
import { compareStrings } from '../node/metadata.ts';

/** A scalar that its source writes otherwise than Go's JSON encoder does, as `1.0`; a `test` compares texts. */
export class WrittenScalar {
  readonly value: string | number | bigint;
  readonly text: string;

  constructor(value: string | number | bigint, text: string) {
    this.value = value;
    this.text = text;
  }
}

/** A JSON document that operations of a patch change in place. Objects are maps, so that any text can be a key. */
export type PatchValue = PatchObject | PatchValue[] | string | number | bigint | boolean | null | WrittenScalar;
/** An object of a {@link PatchValue}. */
export type PatchObject = Map<string, PatchValue>;
/** What an operation can set fields or items of. */
export type PatchContainer = PatchObject | PatchValue[];

/** A document with the content of `value`; the two share nothing. */
export function toPatchValue(value: JsonValue): PatchValue {
  if (Array.isArray(value)) return value.map(toPatchValue);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([key, item]) => [key, toPatchValue(item)]));
}

/** The content of a document as plain JSON. */
export function fromPatchValue(value: PatchValue): JsonValue {
  if (Array.isArray(value)) return value.map(fromPatchValue);
  if (value instanceof WrittenScalar) return value.value;
  if (!(value instanceof Map)) return value;
  const fields = [...value].map(([key, item]): [string, JsonValue] => [key, fromPatchValue(item)]);
  // `fromEntries` defines fields, so that `__proto__` is one like any other.
  return Object.fromEntries(fields);
}

/** A copy that shares nothing with `value`. */
export function copyPatchValue(value: PatchValue): PatchValue {
  if (Array.isArray(value)) return value.map(copyPatchValue);
  if (!(value instanceof Map)) return value;
  return new Map([...value].map(([key, item]) => [key, copyPatchValue(item)]));
}

/** Whether two documents are the same to a `test`: objects and lists by content, scalars by their JSON text. */
export function isPatchValueEqual(a: PatchValue, b: PatchValue): boolean {
  if (a instanceof Map) {
    if (!(b instanceof Map) || a.size !== b.size) return false;
    return [...a].every(([key, value]) => {
      const other = b.get(key);
      return other !== undefined && isPatchValueEqual(value, other);
    });
  }
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) && a.length === b.length && a.every((item, index) => isPatchValueEqual(item, b[index] ?? null))
    );
  }
  return !(b instanceof Map) && !Array.isArray(b) && scalarText(a) === scalarText(b);
}

/** The JSON text of a document as Go's encoder writes it, keys sorted. */
export function printPatchValue(value: PatchValue): string {
  if (Array.isArray(value)) return `[${value.map(printPatchValue).join(',')}]`;
  if (!(value instanceof Map)) return scalarText(value);
  const keys = [...value.keys()].sort(compareStrings);
  return `{${keys.map((key) => `${goString(key)}:${printPatchValue(value.get(key) ?? null)}`).join(',')}}`;
}

/** The JSON text of a scalar as Go's encoder writes it, or as its source does. */
export function scalarText(value: string | number | bigint | boolean | null | WrittenScalar): string {
  if (value instanceof WrittenScalar) return value.text;
  return typeof value === 'string' ? goString(value) : String(value);
}

/** Go escapes what HTML gives a meaning to. */
function goString(text: string): string {
  const quoted = JSON.stringify(text.toWellFormed());
  return quoted.replaceAll(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
