import { describe, expect, it } from 'vitest';
import { maskFields, withoutNulls } from './mask-fields.ts';

const FIRST = [{ data: { password: 'a', user: 'me' } }];
const SECOND = [{ data: { password: 'b', user: 'me' } }];

describe('maskFields()', () => {
  it('takes texts that differ between two real outputs from the first', () => {
    expect(maskFields([{ data: { password: 'c', user: 'me' } }], FIRST, SECOND)).toEqual(FIRST);
  });

  it('leaves everything else as it is', () => {
    const value = [{ data: { password: 1, user: 'you', more: null } }];
    expect(maskFields(value, FIRST, SECOND)).toEqual(value);
    expect(maskFields([{ data: {} }, {}], FIRST, SECOND)).toEqual([{ data: {} }, {}]);
  });
});

describe('withoutNulls()', () => {
  it('takes fields off, and no items', () => {
    expect(withoutNulls([null, { a: null, b: [{ c: null }] }])).toEqual([null, { b: [{}] }]);
  });
});
