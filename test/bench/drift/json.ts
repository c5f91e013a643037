import type { JsonObject, JsonValue } from '../../../src/object/kube-object.ts';

/** One operation of a JSON patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: JsonValue }
  | { readonly op: 'remove'; readonly path: string };

/** True for anything that has fields. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text that is equal for equal values: fields sorted, lists as they are. */
export function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'undefined';
  const fields = Object.keys(value).sort();
  return `{${fields.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

/** Equality of JSON values, fields in any order. */
export function same(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return canonical(a) === canonical(b);
}

/** One part of a JSON pointer. */
export function escapePart(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

/**
 * A copy with the operations carried out.
 * @throws when one leads nowhere
 */
export function applyOperations<T extends JsonValue>(value: T, operations: readonly PatchOperation[]): T {
  const copy = structuredClone(value);
  for (const operation of operations) carryOut(copy, operation);
  return copy;
}

function carryOut(root: JsonValue, operation: PatchOperation): void {
  const parts = operation.path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = parts.pop() ?? '';
  let at: JsonValue | undefined = root;
  for (const part of parts) at = Array.isArray(at) ? at[Number(part)] : isObject(at) ? at[part] : undefined;
  if (Array.isArray(at)) inList(at, last, operation);
  else if (!isObject(at)) throw new Error(`${operation.path} leads nowhere`);
  else if (operation.op === 'remove') delete at[last];
  else at[last] = structuredClone(operation.value);
}

function inList(list: JsonValue[], part: string, operation: PatchOperation): void {
  const index = part === '-' ? list.length : Number(part);
  if (index > list.length) throw new Error(`${operation.path} leads nowhere`);
  if (operation.op === 'remove') list.splice(index, 1);
  else list.splice(index, operation.op === 'add' ? 0 : 1, structuredClone(operation.value));
}

/** The merge patch (RFC 7386) that makes `after` of `before`. */
export function mergePatch(before: JsonObject, after: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[name], after[name]];
    if (same(old, now)) continue;
    if (now === undefined) patch[name] = null;
    else patch[name] = isObject(old) && isObject(now) ? mergePatch(old, now) : now;
  }
  return patch;
}
