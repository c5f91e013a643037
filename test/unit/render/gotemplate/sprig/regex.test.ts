import { describe, expect, it } from 'vitest';
import { REGEX_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/regex.ts';
import { findDifferences, readCalls } from './recorded-calls.ts';

describe('REGEX_FUNCTIONS', () => {
  it('give what Sprig gives', () => {
    expect(findDifferences(readCalls('regex'), REGEX_FUNCTIONS)).toEqual([]);
  });

  it('quote what means something in a pattern', () => {
    const calls = readCalls('quote').filter(([name]) => name === 'regexQuoteMeta');
    expect(findDifferences(calls, REGEX_FUNCTIONS)).toEqual([]);
  });
});
