import { describe, expect, it } from 'vitest';
import { KeyedQueue } from '../../../src/controller/queue.ts';
import { createFakeClock, type FakeClock, settlePromises } from '../../support/fake-clock.ts';

interface Run {
  readonly queue: KeyedQueue;
  readonly clock: FakeClock;
  /** Keys in the order in which their turns began. */
  readonly turns: string[];
  readonly errors: string[];
  /** Ends the turn of a key, with an error if there is one. */
  readonly end: (key: string, error?: Error) => Promise<void>;
}

const BACKOFF = { baseMs: 100, factor: 2, maxMs: 1_000, jitter: 0 };

function start(concurrency = 2): Run {
  const clock = createFakeClock();
  const turns: string[] = [];
  const errors: string[] = [];
  const running = new Map<string, PromiseWithResolvers<void>>();
  const queue = new KeyedQueue({
    clock,
    concurrency,
    backoff: BACKOFF,
    onError: (key, error) => errors.push(`${key}: ${String(error)}`),
    worker(key) {
      turns.push(key);
      const turn = Promise.withResolvers<void>();
      running.set(key, turn);
      return turn.promise;
    },
  });
  return {
    queue,
    clock,
    turns,
    errors,
    async end(key, error) {
      const turn = running.get(key);
      if (error === undefined) turn?.resolve();
      else turn?.reject(error);
      await settlePromises();
    },
  };
}

describe('KeyedQueue', () => {
  it('works on as many keys at once as it may, first come first served', async () => {
    const { queue, turns, end } = start(2);
    for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
    await settlePromises();
    expect(turns).toEqual(['a', 'b']);
    expect(queue.depth).toBe(2);
    await end('b');
    expect(turns).toEqual(['a', 'b', 'c']);
    await end('a');
    expect(turns).toEqual(['a', 'b', 'c', 'd']);
    expect(queue.depth).toBe(0);
  });

  it('takes a key that waits already for the same entry', async () => {
    const { queue, turns, end } = start(1);
    for (const key of ['a', 'b', 'b', 'b']) queue.add(key);
    await settlePromises();
    await end('a');
    await end('b');
    expect(turns).toEqual(['a', 'b']);
  });

  it('gives a key that is worked on one more turn afterwards, and never two at once', async () => {
    const { queue, turns, end } = start(2);
    queue.add('a');
    await settlePromises();
    queue.add('a');
    queue.add('a');
    await settlePromises();
    expect(turns).toEqual(['a']);
    await end('a');
    expect(turns).toEqual(['a', 'a']);
    await end('a');
    expect(turns).toEqual(['a', 'a']);
  });

  it('gives no second turn at once to a key that adds itself as its turn begins', async () => {
    let running = 0;
    let most = 0;
    let turns = 0;
    const queue: KeyedQueue = new KeyedQueue({
      clock: createFakeClock(),
      concurrency: 3,
      onError: () => {},
      async worker(key) {
        turns += 1;
        if (turns < 4) queue.add(key);
        running += 1;
        most = Math.max(most, running);
        await settlePromises();
        running -= 1;
      },
    });
    queue.add('a');
    for (let round = 0; round < 10; round += 1) await settlePromises();
    expect({ turns, most }).toEqual({ turns: 4, most: 1 });
  });

  it('tries a key that failed again, after a longer time each time', async () => {
    const { queue, clock, turns, errors, end } = start();
    queue.add('a');
    await settlePromises();
    for (const delayMs of [100, 200, 400, 800, 1_000, 1_000]) {
      const before = turns.length;
      await end('a', new Error('no'));
      expect(clock.pending).toEqual([delayMs]);
      await clock.advance(delayMs - 1);
      expect(turns).toHaveLength(before);
      await clock.advance(1);
      expect(turns).toHaveLength(before + 1);
    }
    expect(errors).toHaveLength(6);
    expect(errors[0]).toBe('a: Error: no');
    await end('a');
    queue.add('a');
    await settlePromises();
    await end('a', new Error('no'));
    expect(clock.pending).toEqual([100]);
  });

  it('survives a worker that throws at once', async () => {
    const clock = createFakeClock();
    const errors: unknown[] = [];
    const queue = new KeyedQueue({
      clock,
      concurrency: 1,
      backoff: BACKOFF,
      onError: (_key, error) => errors.push(error),
      worker: () => {
        throw new Error('at once');
      },
    });
    queue.add('a');
    await clock.advance(100);
    expect(errors).toEqual([new Error('at once'), new Error('at once')]);
  });

  it.each([
    ['the earlier of two delays', [500, 200], [200]],
    ['the earlier one when it was there first', [200, 500], [200]],
  ])('waits for %s', async (_title, delays, pending) => {
    const { queue, clock, turns } = start();
    for (const delayMs of delays) queue.addAfter('a', delayMs);
    expect(clock.pending).toEqual(pending);
    await clock.advance(1_000);
    expect(turns).toEqual(['a']);
  });

  it('forgets a key that waits, that is delayed or that is to come again', async () => {
    const { queue, clock, turns, end } = start(1);
    queue.add('running');
    queue.add('waiting');
    queue.addAfter('delayed', 100);
    await settlePromises();
    queue.add('running');
    for (const key of ['running', 'waiting', 'delayed']) queue.forget(key);
    await end('running');
    await clock.advance(1_000);
    expect(turns).toEqual(['running']);
    expect(clock.pending).toEqual([]);
  });

  it('stops when the turns that run are over, and starts no more', async () => {
    const { queue, clock, turns, end } = start(1);
    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 100);
    await settlePromises();
    queue.add('a');
    let stopped = false;
    const stopping = queue.stop().then(() => {
      stopped = true;
    });
    queue.add('d');
    queue.addAfter('e', 1);
    await clock.advance(1_000);
    expect(stopped).toBe(false);
    await end('a', new Error('no'));
    await stopping;
    await clock.advance(10_000);
    expect(turns).toEqual(['a']);
    expect(clock.pending).toEqual([]);
  });
});
