import { describe, expect, it } from 'vitest';
import { compileGlob, GlobError } from '../../../src/lib/glob.ts';

describe('compileGlob()', () => {
  it.each([
    ['*', '', true],
    ['*', 'a/b.yaml', true],
    ['*.yaml', 'sub/a.yaml', true],
    ['*.yaml', 'a.yml', false],
    ['**/*.yaml', 'a.yaml', false],
    ['**/*.yaml', 'x/y/a.yaml', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', true],
    ['a?c', 'ac', false],
    ['?', '😀', true],
    ['[abc].yaml', 'b.yaml', true],
    ['[a-c]', 'd', false],
    ['[!a-c]', 'd', true],
    ['[!ab]', 'a', false],
    ['{a,b}.yaml', 'b.yaml', true],
    ['{a,b}.yaml', 'c.yaml', false],
    ['{*.yml,{x,y}/*}', 'y/a', true],
    ['{a,}', '', true],
    ['{a', 'a', true],
    ['a,b', 'a,b', true],
    ['a}', 'a}', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a.yaml', 'aXyaml', false],
    ['config', 'config.yaml', false],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
  });

  it.each(['[', '[a', '[]', '[a-', '[a-bc]', '{'.repeat(100)])('refuses %s', (pattern) => {
    expect(() => compileGlob(pattern)).toThrow(GlobError);
  });

  it('takes no time that grows with the number of ways to match', () => {
    const matches = compileGlob('{a*,*a,*}'.repeat(12) + 'b');
    expect(matches('a'.repeat(300))).toBe(false);
    expect(compileGlob('*a'.repeat(50))('a'.repeat(500))).toBe(true);
  });
});
