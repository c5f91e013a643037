import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileGoRegexp, GoRegexpError } from '../../../src/lib/go-regexp.ts';

interface Case {
  readonly input: { readonly path: readonly [string]; readonly text: string };
  readonly output: { readonly match?: boolean; readonly err?: string };
}

function run(pattern: string, text: string): Case['output'] {
  try {
    return { match: compileGoRegexp(pattern).test(text) };
  } catch (error) {
    if (!(error instanceof GoRegexpError)) throw error;
    return { err: error.message };
  }
}

describe('compileGoRegexp()', () => {
  it('matches and refuses what Go does, with its words', () => {
    const path = new URL('../../golden/kustomize/node/regexps.json', import.meta.url);
    const cases = JSON.parse(readFileSync(path, 'utf8')) as Case[];
    expect(cases.length).toBeGreaterThan(500);
    const differing = cases.filter(({ input, output }) => {
      const actual = run(input.path[0], input.text);
      return actual.match !== output.match || actual.err !== output.err;
    });
    expect(differing).toEqual([]);
  });

  it.each([
    ['(a+)+$', true],
    ['(a|a)*b', false],
    ['^(a?){40}a{40}$', true],
    ['(.*)(.*)(.*)(.*)(.*)x', false],
    ['(?:a*)*c', false],
  ])('does not backtrack over %s', (pattern, matches) => {
    // By backtracking each of these would take longer than any test may.
    expect(compileGoRegexp(pattern).test('a'.repeat(pattern.startsWith('^') ? 60 : 4000))).toBe(matches);
  });

  it('runs what it does not leave to JavaScript with the same meaning', () => {
    const many = (pattern: string): string => `(?:${pattern})|(?:(?:x*)*y)*z{0}q`;
    const texts = ['', 'ab', 'aB', 'a\nb', 'q', 'foo.bar', 'yyq'];
    const patterns = ['^ab$', '(?i)^AB$', 'a.b', '(?s)a.b', '(?m)^b$', '\\bfoo\\b', '[^a-z]', '\\pL{2}', '(?:ab|a.)'];
    for (const pattern of patterns) {
      for (const text of texts) {
        const expected = compileGoRegexp(pattern).test(text) || text.endsWith('q');
        expect([pattern, text, compileGoRegexp(many(pattern)).test(text)]).toEqual([pattern, text, expected]);
      }
    }
  });
});
