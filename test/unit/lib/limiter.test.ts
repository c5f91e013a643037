import { describe, expect, it } from 'vitest';
import { createPriorityLimiter, type Priority } from '../../../src/lib/limiter.ts';
import { settlePromises } from '../../support/fake-clock.ts';

interface Run {
  readonly started: string[];
  /** Starts a task that runs until `end` is called with its name. */
  readonly start: (name: string, priority: Priority) => Promise<void>;
  readonly end: (name: string) => Promise<void>;
}

function run(limiter: ReturnType<typeof createPriorityLimiter>): Run {
  const started: string[] = [];
  const tasks = new Map<string, PromiseWithResolvers<void>>();
  return {
    started,
    start(name, priority) {
      const task = Promise.withResolvers<void>();
      tasks.set(name, task);
      return limiter.run(priority, async () => {
        started.push(name);
        await task.promise;
      });
    },
    async end(name) {
      tasks.get(name)?.resolve();
      await settlePromises();
    },
  };
}

describe('createPriorityLimiter()', () => {
  it('runs no more at once than it may', async () => {
    const limiter = createPriorityLimiter(2);
    const { started, start, end } = run(limiter);
    const all = ['a', 'b', 'c', 'd'].map((name) => start(name, 'normal'));
    await settlePromises();
    expect(started).toEqual(['a', 'b']);
    expect(limiter.waiting()).toBe(2);
    await end('b');
    expect(started).toEqual(['a', 'b', 'c']);
    await end('a');
    await end('c');
    await end('d');
    await Promise.all(all);
    expect(limiter.waiting()).toBe(0);
  });

  it('starts repairs first and what can wait last, each in order of arrival', async () => {
    const { started, start, end } = run(createPriorityLimiter(1));
    void start('first', 'background');
    for (const priority of ['background', 'normal', 'repair'] as const) {
      void start(`${priority} 1`, priority);
      void start(`${priority} 2`, priority);
    }
    await settlePromises();
    for (let index = 0; index < 7; index += 1) await end(started[index] ?? '');
    expect(started).toEqual(['first', 'repair 1', 'repair 2', 'normal 1', 'normal 2', 'background 1', 'background 2']);
  });

  it('gives the place of a failed task to the next', async () => {
    const limiter = createPriorityLimiter(1);
    const failing = limiter.run('normal', () => Promise.reject(new Error('no')));
    const next = limiter.run('normal', () => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('done');
  });

  it('gives the place of a task that throws at once to the next', async () => {
    const limiter = createPriorityLimiter(1);
    const failing = limiter.run('normal', () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await limiter.run('repair', () => Promise.resolve('done'))).toBe('done');
  });

  it('is quiet when nothing waits, and only then', async () => {
    const limiter = createPriorityLimiter(1);
    const { start, end } = run(limiter);
    await limiter.quiet();
    void start('a', 'normal');
    void start('b', 'background');
    await settlePromises();
    let quiet = false;
    void limiter.quiet().then(() => {
      quiet = true;
    });
    await settlePromises();
    expect(quiet).toBe(false);
    await end('a');
    await end('b');
    expect(quiet).toBe(true);
  });
});
