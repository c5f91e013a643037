import type { JsonValue } from './kube-object.ts';

/** Freezes a value in depth, in place, because many will share it. Returns it. */
export function freezeJson<T extends JsonValue>(value: T): T {
  const pending: JsonValue[] = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    Object.freeze(next);
    for (const child of Object.values(next)) if (typeof child === 'object' && child !== null) pending.push(child);
  }
  return value;
}
