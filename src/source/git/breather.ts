import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Clock } from '../../lib/clock.ts';

/** Called between small pieces of work: a promise to wait for when the event loop is due a turn, else `undefined`. */
export type Breather = () => Promise<void> | undefined;

/**
 * Lets long work share the event loop: after `sliceMs` milliseconds of it the next call asks for a pause. The pause is
 * a promise only then, because awaiting between 100 000 small objects would itself cost more than the objects.
 */
export function createBreather(clock: Pick<Clock, 'monotonicMs'>, sliceMs = 10): Breather {
  let sliceEnd = clock.monotonicMs() + sliceMs;
  return () => {
    if (clock.monotonicMs() < sliceEnd) return undefined;
    return nextTurn().then(() => {
      sliceEnd = clock.monotonicMs() + sliceMs;
    });
  };
}
