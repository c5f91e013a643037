import { describe, expect, it } from 'vitest';
import { systemClock, toKubeTime } from '../../../src/lib/clock.ts';

describe('systemClock', () => {
  it('runs once, and not when it was cancelled', async () => {
    const runs: string[] = [];
    const cancelled = systemClock.after(1, () => runs.push('cancelled'));
    systemClock.after(1, () => runs.push('first'));
    cancelled.cancel();
    cancelled.cancel();
    await new Promise<void>((resolve) => systemClock.after(5, resolve));
    expect(runs).toEqual(['first']);
  });

  it.each([2 ** 31, 90 * 24 * 3_600_000, Number.POSITIVE_INFINITY])(
    'does not run at once what is to wait for %d ms',
    async (delayMs) => {
      let ran = false;
      const timer = systemClock.after(delayMs, () => {
        ran = true;
      });
      await new Promise<void>((resolve) => systemClock.after(20, resolve));
      timer.cancel();
      expect(ran).toBe(false);
    },
  );

  it('has a monotonic side that does not go back', () => {
    const times = Array.from({ length: 100 }, () => systemClock.monotonicMs());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

describe('toKubeTime()', () => {
  it('writes whole seconds in UTC', () => {
    expect(toKubeTime(Date.UTC(2026, 10, 21, 7, 5, 9, 999))).toBe('2026-11-21T07:05:09Z');
  });
});
