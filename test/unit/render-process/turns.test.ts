import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../src/lib/errors.ts';
import { type EndTurn, Turns } from '../../../src/render-process/turns.ts';
import { createFakeClock, settlePromises } from '../../support/fake-clock.ts';

function bench(size = 2): {
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly running: Map<string, EndTurn>;
  readonly refused: Map<string, HoldfastError>;
  readonly ask: (name: string, owner: string) => Promise<void>;
  readonly end: (name: string) => Promise<void>;
} {
  const clock = createFakeClock();
  const turns = new Turns(size, clock);
  const running = new Map<string, EndTurn>();
  const refused = new Map<string, HoldfastError>();
  return {
    clock,
    running,
    refused,
    async ask(name, owner) {
      turns.take(owner).then(
        (end) => running.set(name, end),
        (error: unknown) => refused.set(name, HoldfastError.from(error)),
      );
      await settlePromises();
    },
    async end(name) {
      running.get(name)?.();
      running.delete(name);
      await settlePromises();
    },
  };
}

describe('Turns', () => {
  it('lets as many run at once as it is told, first come, first served', async () => {
    const { ask, end, running } = bench(2);
    for (const name of ['a', 'b', 'c', 'd']) await ask(name, 'one');
    expect([...running.keys()]).toEqual(['a', 'b']);
    await end('a');
    expect([...running.keys()]).toEqual(['b', 'c']);
    await end('c');
    await end('b');
    expect([...running.keys()]).toEqual(['d']);
  });

  it('keeps a turn free for others while an owner is slow, however much it asks for', async () => {
    const { ask, clock, end, running } = bench(2);
    await ask('loop 1', 'hostile');
    await clock.advance(10_000);
    for (const name of ['loop 2', 'loop 3', 'loop 4']) await ask(name, 'hostile');
    expect([...running.keys()]).toEqual(['loop 1']);
    await ask('good', 'other');
    expect([...running.keys()]).toEqual(['loop 1', 'good']);
    await end('loop 1');
    expect([...running.keys()]).toEqual(['good', 'loop 2']);
    await end('good');
    expect([...running.keys()]).toEqual(['loop 2']);
  });

  it('sends away for a while what of a slow owner would wait in large numbers', async () => {
    const { ask, clock, running, refused } = bench(2);
    for (let at = 1; at <= 20; at += 1) await ask(`loop ${at}`, 'hostile');
    await ask('good', 'other');
    expect(refused.size).toBe(0);
    await clock.advance(10_000);
    // Two run and four wait.
    expect(refused.size).toBe(14);
    await ask('loop 21', 'hostile');
    expect([...refused.keys()].at(-1)).toBe('loop 21');
    expect(refused.get('loop 21')).toMatchObject({ code: 'RENDER_LIMIT', retry: 'backoff' });
    expect([...running.keys()]).toEqual(['loop 1', 'loop 2']);
    expect(refused.has('good')).toBe(false);
  });

  it('forgives an owner that has not been slow for ten minutes', async () => {
    const { ask, clock, end, running } = bench(2);
    await ask('slow', 'one');
    await clock.advance(10_000);
    await end('slow');
    for (const name of ['a', 'b']) await ask(name, 'one');
    expect([...running.keys()]).toEqual(['a']);
    await end('a');
    await end('b');
    await clock.advance(600_000);
    for (const name of ['c', 'd']) await ask(name, 'one');
    expect([...running.keys()]).toEqual(['c', 'd']);
  });
});
