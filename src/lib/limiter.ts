/** Lower runs first: repairs before what a person waits for, before bulk work. */
export type Priority = 'repair' | 'normal' | 'background';

const ORDER: readonly Priority[] = ['repair', 'normal', 'background'];

/** Runs at most `limit` tasks at once; waiting tasks start by priority, then first come first served. */
export interface PriorityLimiter {
  run<T>(priority: Priority, task: () => Promise<T>): Promise<T>;
  /** Tasks that have not started yet. */
  waiting(): number;
  /** Resolves when no task waits for its start. */
  quiet(): Promise<void>;
}

/** Creates a {@link PriorityLimiter}. */
export function createPriorityLimiter(limit: number): PriorityLimiter {
  const queues: Record<Priority, (() => void)[]> = { repair: [], normal: [], background: [] };
  let running = 0;
  const quietListeners: (() => void)[] = [];

  const waiting = (): number => ORDER.reduce((sum, priority) => sum + queues[priority].length, 0);
  const release = (): void => {
    running -= 1;
    const next = ORDER.map((priority) => queues[priority]).find((queue) => queue.length > 0);
    if (next === undefined) for (const listener of quietListeners.splice(0)) listener();
    else next.shift()?.();
  };
  const acquire = async (priority: Priority): Promise<void> => {
    if (running < limit) {
      running += 1;
      return;
    }
    await new Promise<void>((resolve) => {
      queues[priority].push(() => {
        running += 1;
        resolve();
      });
    });
  };

  return {
    async run(priority, task) {
      await acquire(priority);
      try {
        return await task();
      } finally {
        release();
      }
    },
    async quiet() {
      if (waiting() > 0) await new Promise<void>((resolve) => quietListeners.push(resolve));
    },
    waiting,
  };
}
