import { describe, expect, it } from 'vitest';
import { firstDifference } from './first-difference.ts';

describe('firstDifference()', () => {
  it.each([
    ['equal scalars', 'a', 'a'],
    ['keys in another order', [{ a: 1, b: [null] }], [{ b: [null], a: 1 }]],
    ['an integer of either type', { a: 5n }, { a: 5 }],
    ['a float and the integer that it is printed as', [12345678901234567000n], [Number('12345678901234567890')]],
    ['an own __proto__ key', JSON.parse('{"__proto__": 1}'), JSON.parse('{"__proto__": 1}')],
  ])('finds none between %s', (_, expected, actual) => {
    expect(firstDifference(expected, actual)).toBeUndefined();
  });

  it.each([
    ['another scalar', { a: { b: 1 } }, { a: { b: 2 } }, '.a.b'],
    ['a string for a number', { a: 1 }, { a: '1' }, '.a'],
    ['null for absent', { a: null }, {}, '.a'],
    ['a field too many', {}, { a: 1 }, '.a'],
    ['an item too few', [1, 2], [1], '[1]'],
    ['an item too many', [1], [1, 2], '[1]'],
    ['items in another order', [1, 2], [2, 1], '[0]'],
    ['a list for a mapping', { a: [] }, { a: {} }, '.a'],
    ['null for a mapping', { a: {} }, { a: null }, '.a'],
    ['another big integer', [9007199254740993n], [9007199254740992], '[0]'],
    ['a big integer as a float', [12345678901234567890n], [Number('12345678901234567890')], '[0]'],
    ['another own __proto__ key', JSON.parse('{"__proto__": 1}'), JSON.parse('{"__proto__": 2}'), '.__proto__'],
  ])('finds %s', (_, expected, actual, path) => {
    expect(firstDifference(expected, actual)?.path).toBe(path);
  });

  it('names an object that is missing instead of printing it', () => {
    const object = { kind: 'Secret', metadata: { name: 'a', namespace: 'b' }, data: { key: 'hidden' } };
    expect(firstDifference([object], [])).toEqual({
      path: '[0]',
      expected: 'Secret {"namespace":"b","name":"a"}',
      actual: '(absent)',
    });
  });
});
