import { describe, expect, it } from 'vitest';
import { memoizePair } from '../../../../../src/render/kustomize/config/memoize-pair.ts';

describe('memoizePair()', () => {
  it('makes one value for one pair, also undefined', () => {
    let calls = 0;
    const count = memoizePair((_a: object, _b: object): undefined => {
      calls += 1;
    });
    const [a, b] = [{}, {}];
    count(a, b);
    count(a, b);
    expect(calls).toBe(1);
    count(b, a);
    count(a, {});
    expect(calls).toBe(3);
  });

  it('tries again what failed', () => {
    const answers = [new Error('first'), 'second'];
    const next = memoizePair((_a: object, _b: object): unknown => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    });
    const [a, b] = [{}, {}];
    expect(() => next(a, b)).toThrow('first');
    expect(next(a, b)).toBe('second');
  });
});
