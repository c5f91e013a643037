import { describe, expect, it } from 'vitest';
import { compileSelector, type Selector } from '../../../../../src/render/kustomize/selector/selector.ts';

function selector(parts: Partial<Selector>): Selector {
  const empty = { group: '', version: '', kind: '', name: '', namespace: '' };
  return { ...empty, annotationSelector: '', labelSelector: '', ...parts };
}

describe('compileSelector()', () => {
  it('matches everything with empty parts', () => {
    const all = compileSelector(selector({}));
    expect(all.matchesGvk({ group: 'apps', version: 'v1', kind: 'Deployment' })).toBe(true);
    expect(all.matchesName('web')).toBe(true);
    expect(all.matchesLabels(new Map())).toBe(true);
  });

  it.each([
    ['web', 'web', true],
    ['web', 'web-2', false],
    ['web.*', 'web-2', true],
    ['a|b', 'b', true],
    ['a|b', 'bb', false],
    ['a.b', 'axb', true],
  ])('takes the name %s for a regular expression of the whole of %s', (pattern, name, expected) => {
    expect(compileSelector(selector({ name: pattern })).matchesName(name)).toBe(expected);
  });

  it('refuses what is no regular expression of Go', () => {
    expect(() => compileSelector(selector({ name: '(?=a)' }))).toThrow('error parsing regexp');
  });

  it('finds a mistake in a label selector only when it is used', () => {
    const { matchesLabels } = compileSelector(selector({ labelSelector: 'a in' }));
    expect(() => matchesLabels(new Map())).toThrow("found '' expected: '('");
  });
});
