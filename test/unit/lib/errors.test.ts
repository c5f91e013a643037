import { describe, expect, it } from 'vitest';
import { ERROR_CODES, HoldfastError } from '../../../src/lib/errors.ts';

describe('HoldfastError', () => {
  it('knows its stage and what may be done', () => {
    const cause = new Error('socket');
    const error = new HoldfastError('GIT_AUTH', 'said', { retry: 'never', cause, httpStatus: 401, retryAfterMs: 5 });
    expect(error).toMatchObject({ name: 'HoldfastError', code: 'GIT_AUTH', stage: 'source', retry: 'never' });
    expect(error).toMatchObject({ message: 'said', cause, httpStatus: 401, retryAfterMs: 5 });
    expect(new HoldfastError('INTERNAL', 'x')).toMatchObject({ retry: 'backoff', stage: ERROR_CODES.INTERNAL });
    expect('cause' in new HoldfastError('INTERNAL', 'x')).toBe(false);
  });

  it.each([
    [new TypeError('no function'), 'no function'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [null, 'null'],
  ])('from(%o) says what was thrown', (thrown, message) => {
    expect(HoldfastError.from(thrown)).toMatchObject({ code: 'INTERNAL', message });
  });

  it('from() keeps one of ours', () => {
    const error = new HoldfastError('GIT_AUTH', 'x');
    expect(HoldfastError.from(error)).toBe(error);
  });
});
