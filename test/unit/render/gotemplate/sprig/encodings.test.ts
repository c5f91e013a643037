import { describe, expect, it } from 'vitest';
import { ENCODING_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/encodings.ts';
import { HASH_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/hashes.ts';
import { callFunction, findDifferences, readCalls } from './recorded-calls.ts';

const FUNCTIONS = new Map([...ENCODING_FUNCTIONS, ...HASH_FUNCTIONS]);

describe('ENCODING_FUNCTIONS and HASH_FUNCTIONS', () => {
  it('give what Sprig gives', () => {
    expect(findDifferences(readCalls('hash'), FUNCTIONS)).toEqual([]);
  });

  it.each(['/wD+', 'gIGCg/8=', '8J+YgA==', '4oKs/w=='])('keep the bytes of %s', (encoded) => {
    expect(callFunction(FUNCTIONS, 'b64enc', [callFunction(FUNCTIONS, 'b64dec', [encoded])])).toBe(encoded);
  });
});
