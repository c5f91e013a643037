import { describe, expect, it } from 'vitest';
import { NONDETERMINISTIC_FUNCTIONS, RANDOM_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/random.ts';
import { GoInt, goInt } from '../../../../../src/render/gotemplate/value.ts';
import { callFunction, findDifferences, readCalls } from './recorded-calls.ts';

describe('RANDOM_FUNCTIONS', () => {
  it('give what Sprig gives where nothing is left to chance', () => {
    const calls = readCalls('crypto').filter(([name]) => RANDOM_FUNCTIONS.has(name));
    expect(calls.length).toBeGreaterThan(5);
    expect(findDifferences(calls, RANDOM_FUNCTIONS)).toEqual([]);
  });

  it.each([
    ['randAlphaNum', /^[A-Za-z0-9]{300}$/],
    ['randAlpha', /^[A-Za-z]{300}$/],
    ['randNumeric', /^[0-9]{300}$/],
    ['randAscii', /^[ -~]{300}$/],
    ['randBytes', /^[A-Za-z0-9+/]{400}$/],
  ])('%s makes as many as asked for', (name, pattern) => {
    const text = callFunction(RANDOM_FUNCTIONS, name, [goInt(300)]);
    expect(text).toMatch(pattern);
    expect(callFunction(RANDOM_FUNCTIONS, name, [goInt(300)])).not.toBe(text);
  });

  it('randInt stays in its range, its start included', () => {
    const seen = new Set<bigint>();
    for (let i = 0; i < 500; i++) {
      const value = callFunction(RANDOM_FUNCTIONS, 'randInt', [goInt(-2), goInt(2)]);
      if (value instanceof GoInt) seen.add(value.value);
    }
    expect([...seen].sort((a, b) => Number(a - b))).toEqual([-2n, -1n, 0n, 1n]);
  });

  it('shuffle keeps the characters', () => {
    const text = 'abcdefghijklmnopqrstuvwxyz日本語👍';
    const shuffled = callFunction(RANDOM_FUNCTIONS, 'shuffle', [text]);
    expect(shuffled).not.toBe(text);
    expect(Array.from(typeof shuffled === 'string' ? shuffled : '').sort()).toEqual(Array.from(text).sort());
  });

  it('uuidv4 is one', () => {
    expect(callFunction(RANDOM_FUNCTIONS, 'uuidv4', [])).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('refuse what nobody needs', () => {
    for (const name of ['randAlphaNum', 'randBytes']) {
      expect(() => callFunction(RANDOM_FUNCTIONS, name, [goInt(1e12)])).toThrow('more than may be made');
    }
  });

  it('are all told to be nondeterministic', () => {
    expect([...RANDOM_FUNCTIONS.keys()].filter((name) => !NONDETERMINISTIC_FUNCTIONS.has(name))).toEqual([]);
  });
});
