import { HoldfastError } from '../lib/errors.ts';
import type { RenderOutcome } from '../render/rendered.ts';

/**
 * Freezes what came from another process, all the way down, as manifests have to be.
 * @throws {HoldfastError} INTERNAL if it is nothing that rendering gives
 */
export function freezeOutcome(outcome: RenderOutcome, label: string): RenderOutcome {
  const { manifests, problems, warnings, needs } = outcome as Readonly<Record<string, unknown>>;
  const isResult = [manifests, problems, warnings].every((list) => Array.isArray(list));
  if (!isResult && !Array.isArray(needs)) {
    throw new HoldfastError('INTERNAL', `Cannot render ${label}: the process that renders gave no result`);
  }
  const pending: unknown[] = [outcome];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null || ArrayBuffer.isView(next)) continue;
    Object.freeze(next);
    for (const child of Object.values(next)) if (typeof child === 'object' && child !== null) pending.push(child);
  }
  return outcome;
}
