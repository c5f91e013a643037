import { describe, expect, it } from 'vitest';
import { PATH_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/path.ts';
import { findDifferences, readCalls } from './recorded-calls.ts';

describe('PATH_FUNCTIONS', () => {
  it('give what Sprig gives', () => {
    expect(findDifferences(readCalls('path'), PATH_FUNCTIONS)).toEqual([]);
  });
});
