import { describe, expect, it } from 'vitest';
import { type ParsedText, TemplateCache } from '../../../../src/render/gotemplate/template-cache.ts';

describe('TemplateCache', () => {
  it('knows a text by its name, too', () => {
    const cache = new TemplateCache();
    const parsed = make();
    cache.set('a', 'text', parsed);
    expect([cache.get('a', 'text'), cache.get('b', 'text'), cache.get('a', 'other')]).toEqual([
      parsed,
      undefined,
      undefined,
    ]);
  });

  it('forgets what was not used for longest', () => {
    const cache = new TemplateCache(12);
    for (const text of ['aa', 'bb', 'cc']) cache.set('n', text, make());
    expect(cache.get('n', 'aa')).toBeDefined();
    for (const text of ['dd', 'ee']) cache.set('n', text, make());
    expect(['aa', 'bb', 'cc', 'dd', 'ee'].filter((text) => cache.get('n', text) !== undefined)).toEqual([
      'aa',
      'dd',
      'ee',
    ]);
  });

  it('keeps nothing that is larger than its half', () => {
    const cache = new TemplateCache(8);
    cache.set('n', 'abcd', make());
    expect(cache.get('n', 'abcd')).toBeUndefined();
  });
});

function make(): ParsedText {
  return { templates: new Map(), functions: [] };
}
