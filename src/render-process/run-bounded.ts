import { Script } from 'node:vm';

const SCRIPT = new Script('holdfastRun()', { filename: 'run-bounded' });

/**
 * Runs `run` for at most `limitMs`. After that it is broken off wherever it is, without its `catch` and `finally`: what
 * it was working on is in no state to be used again. One call into native code is not broken off before it returns.
 * @returns what `run` gives, or `undefined` if it was broken off
 */
export function runBounded<T>(run: () => T, limitMs: number): { readonly value: T } | undefined {
  try {
    return { value: withGlobal(run, () => SCRIPT.runInThisContext({ timeout: limitMs }) as T) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
}

/** A script reaches nothing but globals. */
function withGlobal<T>(run: () => T, then: () => T): T {
  Object.defineProperty(globalThis, 'holdfastRun', { value: run, configurable: true });
  try {
    return then();
  } finally {
    Reflect.deleteProperty(globalThis, 'holdfastRun');
  }
}
