import { describe, expect, it } from 'vitest';
import { type EndTurn, Turns } from '../../../src/render-process/turns.ts';
import { createFakeClock, settlePromises } from '../../support/fake-clock.ts';

function bench(size = 2): {
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly running: Map<string, EndTurn>;
  readonly ask: (name: string, owner: string) => Promise<void>;
  readonly end: (name: string) => Promise<void>;
} {
  const clock = createFakeClock();
  const turns = new Turns(size, clock);
  const running = new Map<string, EndTurn>();
  return {
    clock,
    running,
    async ask(name, owner) {
      void turns.take(owner).then((end) => running.set(name, end));
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
    await clock.advance(5_000);
    for (const name of ['loop 2', 'loop 3', 'loop 4']) await ask(name, 'hostile');
    expect([...running.keys()]).toEqual(['loop 1']);
    await ask('good', 'other');
    expect([...running.keys()]).toEqual(['loop 1', 'good']);
    await end('loop 1');
    expect([...running.keys()]).toEqual(['good', 'loop 2']);
    await end('good');
    expect([...running.keys()]).toEqual(['loop 2']);
  });

  it('forgives an owner that has not been slow for ten minutes', async () => {
    const { ask, clock, end, running } = bench(2);
    await ask('slow', 'one');
    await clock.advance(5_000);
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
