import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { putBack, takeApart } from '../../../src/render-process/function-places.ts';

describe('takeApart()', () => {
  const options = {
    source: { path: 'c', deep: { list: [1, 2n], when: undefined } },
    environment: { get: (name: unknown) => `value of ${String(name)}`, asked: new Set(['a']) },
    remotes: new Map([['git key', { tree: { id: 'x', read: (path: unknown) => Buffer.from(String(path)) } }]]),
  };

  it('leaves data that goes to another process, and putBack() the same functions there', () => {
    const { data, places, functions } = takeApart(options);
    const there = deserialize(serialize(data)) as typeof options;
    const called: number[] = [];
    putBack(
      there,
      places,
      (id) =>
        (...args) => (called.push(id), functions[id]?.(...args)),
    );
    expect(there.environment.get('HOME')).toBe('value of HOME');
    expect(there.remotes.get('git key')?.tree.read('a/b')).toEqual(Buffer.from('a/b'));
    expect(called).toEqual([0, 1]);
    expect(there.source).toEqual(options.source);
    expect(there.environment.asked).toEqual(new Set(['a']));
  });

  it('changes nothing in what it is given', () => {
    takeApart(options);
    expect(typeof options.environment.get).toBe('function');
  });

  it('keeps fields of any name apart from functions', () => {
    const given = JSON.parse('{"__proto__": {"f": 1}, "constructor": 2}') as Record<string, unknown>;
    const { data } = takeApart({ given, f: () => 1 });
    expect(JSON.stringify(data)).toBe('{"given":{"__proto__":{"f":1},"constructor":2}}');
  });
});
