import type { JsonObject, JsonValue } from '../../../src/object/kube-object.ts';
import { isObject, same } from './json.ts';
import type { SchemaNode } from './schema.ts';
import { keyOf } from './stated.ts';

/**
 * The parts in which `after` differs, as an apply states them; `undefined` when something is missing from it, which no
 * apply by somebody who has not applied before can say.
 */
export function partialOf(node: SchemaNode, before: JsonValue | undefined, after: JsonValue): JsonValue | undefined {
  if (isObject(after) && isObject(before) && !node.atomic) return partialFields(node, before, after);
  if (!Array.isArray(after) || !Array.isArray(before) || node.list.type === 'atomic') return after;
  const keys = node.list.type === 'map' ? node.list.keys : [];
  const olds = new Map(before.map((entry) => [keyOf(entry, keys), entry]));
  const news = new Set(after.map((entry) => keyOf(entry, keys)));
  if ([...olds.keys()].some((key) => !news.has(key))) return undefined;
  const changed = after.filter((entry) => !same(olds.get(keyOf(entry, keys)), entry));
  if (changed.length === 0) return undefined;
  const parts = changed.map((entry) => {
    const part = partialOf(node.items, olds.get(keyOf(entry, keys)), entry);
    const fields = keys.map((key) => [key, isObject(entry) ? entry[key] : null] as const);
    return isObject(part) ? ({ ...part, ...Object.fromEntries(fields) } as JsonValue) : part;
  });
  return parts.includes(undefined) ? undefined : (parts as JsonValue[]);
}

function partialFields(node: SchemaNode, before: JsonObject, after: JsonObject): JsonObject | undefined {
  if (Object.keys(before).some((name) => !Object.hasOwn(after, name))) return undefined;
  const part: JsonObject = {};
  for (const [name, value] of Object.entries(after)) {
    if (same(before[name], value)) continue;
    const inner = partialOf(node.field(name), before[name], value);
    if (inner === undefined) return undefined;
    part[name] = inner;
  }
  return part;
}

/**
 * The strategic merge patch that makes `after` of `before`, as kubectl computes it.
 * @see https://github.com/kubernetes/community/blob/main/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function strategicPatch(node: SchemaNode, before: JsonObject, after: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[name], after[name]];
    const child = node.field(name);
    if (same(old, now)) continue;
    if (now === undefined) patch[name] = null;
    else if (isObject(old) && isObject(now)) patch[name] = strategicPatch(child, old, now);
    else if (Array.isArray(old) && Array.isArray(now) && child.mergeKey !== undefined) {
      Object.assign(patch, listPatch(name, child, [old, now]));
    } else patch[name] = now;
  }
  return patch;
}

function listPatch(name: string, node: SchemaNode, [old, now]: readonly [JsonValue[], JsonValue[]]): JsonObject {
  const key = node.mergeKey ?? '';
  if (key === '') {
    const removed = old.filter((value) => !now.some((other) => same(other, value)));
    const order = { [`$setElementOrder/${name}`]: now };
    return removed.length === 0
      ? { [name]: now, ...order }
      : { [`$deleteFromPrimitiveList/${name}`]: removed, ...order, [name]: now };
  }
  const find = (list: JsonValue[], entry: JsonValue): JsonValue | undefined =>
    list.find((other) => keyOf(other, [key]) === keyOf(entry, [key]));
  const changed = now.flatMap((entry) => {
    const was = find(old, entry);
    if (same(was, entry) || !isObject(entry)) return [];
    return [{ ...(isObject(was) ? strategicPatch(node.items, was, entry) : entry), [key]: entry[key] ?? null }];
  });
  const removed = old.flatMap((entry) =>
    find(now, entry) === undefined && isObject(entry) ? [{ $patch: 'delete', [key]: entry[key] ?? null }] : [],
  );
  const order = now.map((entry) => ({ [key]: isObject(entry) ? (entry[key] ?? null) : null }));
  return { [name]: [...changed, ...removed], [`$setElementOrder/${name}`]: order };
}
