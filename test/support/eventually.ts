/** How long a condition may take on a loaded machine before the test gives up. */
const LIMIT_MS = 60_000;
const STEP_MS = 50;

/**
 * Asks `read` again and again until it returns something, and returns that. For tests that drive other processes;
 * the limit is generous, because it says that something never happens, not how long it takes.
 * @param complaint what to say when it never does; called at the end, so that it can tell the last state
 */
export async function eventually<Value>(
  read: () => Promise<Value | undefined>,
  complaint: () => string | Promise<string>,
  limitMs: number = LIMIT_MS,
): Promise<Value> {
  const until = performance.now() + limitMs;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (performance.now() > until) throw new Error(await complaint());
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

/** Waits so long. Only to show that something does not happen meanwhile. */
export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
