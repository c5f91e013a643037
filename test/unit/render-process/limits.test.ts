import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { defaultLimits, POOL_SIZE } from '../../../src/render-process/limits.ts';

const GIB = 1024 ** 3;

describe('defaultLimits()', () => {
  it('lets all processes together stay within the memory of the container, beside the operator', () => {
    const { residentMiB, heapMiB } = defaultLimits(GIB);
    expect(residentMiB * POOL_SIZE).toBeLessThanOrEqual(1024 - 320);
    expect(heapMiB).toBeLessThan(residentMiB);
  });

  it.each([0, 2 ** 63, totalmem() * 2])('takes %d as no limit of the container', (bytes) => {
    expect(defaultLimits(bytes).residentMiB).toBe(640);
  });

  it('leaves enough to render with in a small container', () => {
    expect(defaultLimits(GIB / 4).heapMiB).toBeGreaterThanOrEqual(128);
  });
});
