import { describe, expect, it } from 'vitest';
import { backoffDelayMs, DEFAULT_BACKOFF } from '../../../src/lib/backoff.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const POLICY = { baseMs: 100, factor: 2, maxMs: 1_000, jitter: 0.5 };

describe('backoffDelayMs()', () => {
  it.each([
    [1, 100],
    [2, 200],
    [4, 800],
    [5, 1_000],
    [5_000, 1_000],
    [0, 100],
    [-1, 100],
  ])('waits after failure %d for %d ms', (failures, delayMs) => {
    expect(backoffDelayMs(failures, createFakeClock(), POLICY)).toBe(delayMs);
  });

  it('takes off at most the share that is random', () => {
    expect(backoffDelayMs(1, createFakeClock({ random: 0.999 }), POLICY)).toBeCloseTo(50.05);
    expect(backoffDelayMs(1, createFakeClock({ random: 0.5 }), POLICY)).toBe(75);
  });

  it('has a default that ends at three minutes', () => {
    expect(backoffDelayMs(1, createFakeClock())).toBe(DEFAULT_BACKOFF.baseMs);
    expect(backoffDelayMs(100, createFakeClock())).toBe(180_000);
  });
});
