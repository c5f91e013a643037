import vm from 'node:vm';

/** Work that took longer than it may. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
}

/**
 * What `work` returns, ended by force when it takes longer: also in the middle of one call of a native function, such
 * as a pattern that never comes to an end. Only for work that leaves nothing half done which others see.
 * @throws {TimeLimitError} after `limitMs`, and whatever `work` throws
 */
export function withinTime<Result>(limitMs: number, work: () => Result): Result {
  let result: { readonly value: Result } | undefined;
  slot.work = () => {
    result = { value: work() };
  };
  try {
    SCRIPT.runInContext(CONTEXT, { timeout: limitMs });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new TimeLimitError(`it took longer than ${limitMs} ms`, { cause: error });
  } finally {
    slot.work = () => undefined;
  }
  if (result === undefined) throw new TimeLimitError(`it took longer than ${limitMs} ms`);
  return result.value;
}

const slot: { work: () => void } = { work: () => undefined };
// The context is a place to put the time limit on, no sandbox: what runs in it is our own function.
const CONTEXT = vm.createContext(slot);
const SCRIPT = new vm.Script('work()');
