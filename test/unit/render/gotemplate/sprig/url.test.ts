import { describe, expect, it } from 'vitest';
import { URL_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/url.ts';
import { findDifferences, readCalls } from './recorded-calls.ts';

describe('URL_FUNCTIONS', () => {
  it('give what Sprig gives', () => {
    expect(findDifferences(readCalls('url'), URL_FUNCTIONS)).toEqual([]);
  });
});
