import { describe, expect, it } from 'vitest';
import { deepEqual } from '../../../src/diff/deep-equal.ts';

const parse = (text: string): unknown => JSON.parse(text);

const EQUAL: readonly (readonly [a: unknown, b: unknown])[] = [
  [undefined, undefined],
  [null, null],
  [5, 5n],
  [5n, 5],
  [9_007_199_254_740_993n, 9_007_199_254_740_993n],
  [18_446_744_073_709_551_615n, 18_446_744_073_709_551_615n],
  [0, -0],
  [[], []],
  [
    { a: 1, b: [{ c: null }] },
    { b: [{ c: null }], a: 1 },
  ],
  [parse('{"__proto__":{"a":1}}'), parse('{"__proto__":{"a":1}}')],
];

const UNEQUAL: readonly (readonly [a: unknown, b: unknown])[] = [
  [null, undefined],
  [5, '5'],
  [5n, '5'],
  [5n, 6],
  [0, false],
  ['', null],
  [9_007_199_254_740_993n, 9_007_199_254_740_992],
  [{}, []],
  [{}, null],
  [
    [1, 2],
    [2, 1],
  ],
  [[1], [1, 2]],
  [{ a: undefined }, {}],
  [{ a: undefined }, { b: undefined }],
  [{ a: 1 }, { a: 1, b: 2 }],
  [parse('{"__proto__":{"a":1}}'), {}],
  [parse('{"__proto__":{"a":1}}'), { a: 1 }],
  [parse('{"toString":1}'), {}],
  [{ constructor: 1 }, { other: 1 }],
];

describe('deepEqual()', () => {
  it.each(EQUAL)('takes %o and %o for equal', (a, b) => {
    expect(deepEqual(a, b)).toBe(true);
    expect(deepEqual(b, a)).toBe(true);
  });

  it.each(UNEQUAL)('tells %o from %o', (a, b) => {
    expect(deepEqual(a, b)).toBe(false);
    expect(deepEqual(b, a)).toBe(false);
  });
});
