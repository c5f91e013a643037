import { describe, expect, it } from 'vitest';
import { REGEX_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/regex.ts';
import { goInt } from '../../../../../src/render/gotemplate/value.ts';
import { callFunction, findDifferences, readCalls } from './recorded-calls.ts';

describe('REGEX_FUNCTIONS', () => {
  it('give what Sprig gives', () => {
    expect(findDifferences(readCalls('regex'), REGEX_FUNCTIONS)).toEqual([]);
  });

  it.each([
    ['(a+)+$', 'a'.repeat(50_000) + 'b'],
    ['(a|a)*c', 'a'.repeat(50_000)],
    ['a+b', 'a'.repeat(100_000)],
    ['(x+x+)+y', 'x'.repeat(5000)],
    ['(.*)(.*)(.*)(.*)[^a]$', 'a'.repeat(5000)],
  ])('look for %s in proportion to the text', (pattern, text) => {
    expect(callFunction(REGEX_FUNCTIONS, 'regexMatch', [pattern, text])).toBe(false);
  });

  // Recorded from Sprig 3.3.0.
  it.each([
    ['(?P<a>x)(?<a>y)', 'xy'],
    ['z(?i)+', 'zz'],
    ['b\\Q\\E{2}', 'bb'],
    ['(?P<a>(?P<a>b', 'error parsing regexp: missing closing ): `(?P<a>(?P<a>b`'],
  ])('read %s as Go does', (pattern, expected) => {
    const find = () => callFunction(REGEX_FUNCTIONS, 'mustRegexFind', [pattern, 'axyzzbb']);
    if (expected.startsWith('error')) expect(find).toThrow(expected);
    else expect(find()).toBe(expected);
  });

  it('find the same in long texts, which are searched otherwise, as in short ones', () => {
    const find = (text: string) => callFunction(REGEX_FUNCTIONS, 'regexFindAll', ['(a+)-(\\d)?', text, goInt(-1)]);
    const text = 'aa-1 a- aaa-2 b-3 ';
    const found = ['aa-1', 'a-', 'aaa-2'];
    expect(find(text)).toEqual(found);
    expect(find(text.repeat(1000))).toEqual(Array.from({ length: 1000 }, () => found).flat());
  });

  it('charge for the text and the pattern', () => {
    let charged = 0;
    const context = { charge: (amount: number) => void (charged += amount) };
    REGEX_FUNCTIONS.get('regexMatch')?.call(['a', 'b'.repeat(1000)], context);
    expect(charged).toBeGreaterThan(1000);
  });

  it('quote what means something in a pattern', () => {
    const calls = readCalls('quote').filter(([name]) => name === 'regexQuoteMeta');
    expect(findDifferences(calls, REGEX_FUNCTIONS)).toEqual([]);
  });
});
