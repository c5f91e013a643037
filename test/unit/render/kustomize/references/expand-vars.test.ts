import { describe, expect, it } from 'vitest';
import { expandVars } from '../../../../../src/render/kustomize/references/expand-vars.ts';
import { formatGoDecimal, parseGoInt } from '../../../../../src/render/kustomize/references/go-number.ts';

const values = new Map([
  ['A', { inline: 'a', text: 'a', tag: '!!str' }],
  ['N', { inline: '1e+06', text: '1000000', tag: '!!float' }],
  ['__proto__', { inline: 'p', text: 'p', tag: '!!str' }],
]);
const expand = (input: string) => expandVars(input, (name) => values.get(name));

describe('expandVars()', () => {
  it.each([
    ['$(A)', 'a'],
    ['x$(A)$(A)y', 'xaay'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$a'],
    ['$(UNKNOWN)', '$(UNKNOWN)'],
    ['x$(UNKNOWN)', 'x$(UNKNOWN)'],
    ['$(A', '$(A'],
    ['$', '$'],
    ['a$', 'a$'],
    ['$x$(A)', '$xa'],
    ['$()', '$()'],
    ['$(__proto__)$(constructor)', 'p$(constructor)'],
  ])('makes of %j %j', (input, text) => {
    expect(expand(input).text).toBe(text);
  });

  it('keeps the type of a value that is all of the input', () => {
    expect(expand('$(N)')).toEqual({ inline: '1e+06', text: '1000000', tag: '!!float' });
    expect(expand('=$(N)')).toEqual({ inline: '=1e+06', text: '=1e+06', tag: '!!str' });
  });
});

describe('formatGoDecimal()', () => {
  it.each([
    [1e21, '1000000000000000000000'],
    [-1.5, '-1.5'],
    [1e-7, '0.0000001'],
    [0, '0'],
    [Number.POSITIVE_INFINITY, '+Inf'],
  ])('writes %d without an exponent', (value, text) => {
    expect(formatGoDecimal(value)).toBe(text);
  });
});

describe('parseGoInt()', () => {
  it('reads what fits into 64 bits, in decimal', () => {
    expect(parseGoInt('+007')).toBe('7');
    expect(parseGoInt('-9223372036854775808')).toBe('-9223372036854775808');
  });

  it.each(['9223372036854775808', '0x10', '1_000', ''])('refuses %j', (text) => {
    expect(() => parseGoInt(text)).toThrow('parsing');
  });
});
