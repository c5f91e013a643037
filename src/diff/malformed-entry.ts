import type { JsonObject, JsonValue, KubeObject } from '../object/kube-object.ts';
import { findByKey, isObject } from './field-set.ts';

const COMPLAINT = /to smd typed: (\S+): element (\d+): associative list/;

/**
 * The JSON pointer of the live list entry for which the API server refuses every apply: somebody has written an entry
 * without its key fields, which a plain write may and an apply cannot express. `undefined` when the message is about
 * something else. Pure.
 * @param message what the server said, `... to smd typed: .secrets: element 0: associative list with keys has an element
 * that omits all key fields ["name"]`
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/v6.3.0/typed/helpers.go
 */
export function malformedEntry(message: string, live: KubeObject): string | undefined {
  const [, where = '', index = ''] = COMPLAINT.exec(message) ?? [];
  if (where === '') return undefined;
  let at: JsonValue | undefined = live as unknown as JsonValue;
  const parts: string[] = [];
  for (const [, name, selector = ''] of where.matchAll(/\.([\w-]+)|\[([^\]]*)\]/g)) {
    const part: string = name ?? String(findByKey(at, keyFields(selector)));
    at = childOf(at, part);
    parts.push(part);
  }
  return Array.isArray(at) && at[Number(index)] !== undefined ? `/${[...parts, index].join('/')}` : undefined;
}

function childOf(value: JsonValue | undefined, part: string): JsonValue | undefined {
  if (Array.isArray(value)) return value[Number(part)];
  return isObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
}

/** `name="main",zone="a"` */
function keyFields(selector: string): JsonObject {
  const fields = [...selector.matchAll(/([\w.-]+)=("(?:[^"\\]|\\.)*"|[\w.-]+)/g)];
  return Object.fromEntries(fields.map(([, name = '', value = 'null']) => [name, JSON.parse(value) as JsonValue]));
}
