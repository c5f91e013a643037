import { describe, expect, it } from 'vitest';
import { STRING_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/strings.ts';
import { goInt } from '../../../../../src/render/gotemplate/value.ts';
import { callFunction, findDifferences, readCalls } from './recorded-calls.ts';

describe('STRING_FUNCTIONS', () => {
  it.each(['case', 'quote', 'cut', 'wrap', 'pieces'])('give what Sprig gives: %s', (group) => {
    const calls = readCalls(group).filter(([name]) => name !== 'regexQuoteMeta');
    expect(findDifferences(calls, STRING_FUNCTIONS)).toEqual([]);
  });

  it('charge for what they are about to make', () => {
    const repeat = STRING_FUNCTIONS.get('repeat');
    const context = {
      charge(amount: number) {
        if (amount > 1000) throw new Error(`charged ${amount}`);
      },
    };
    expect(() => repeat?.call([goInt(1_000_000_000), 'ab'], context)).toThrow('charged 2000000000');
    expect(() => STRING_FUNCTIONS.get('indent')?.call([goInt(1e15), 'ab'], context)).toThrow(
      'charged 1000000000000000',
    );
    const long = 'a'.repeat(100);
    expect(() => STRING_FUNCTIONS.get('replace')?.call(['', long, long], context)).toThrow('charged 10100');
  });

  it('refuse a text too large for memory, whatever the limits', () => {
    expect(() => callFunction(STRING_FUNCTIONS, 'repeat', [goInt(1e9), 'ab'])).toThrow('more than a text may have');
  });
});
