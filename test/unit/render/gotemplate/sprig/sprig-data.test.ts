import { describe, expect, it } from 'vitest';
import { evaluate, readCalls } from './golden.ts';

const FILES = ['lists', 'dicts', 'merge', 'math', 'defaults', 'json', 'yaml', 'dates', 'toml'];

describe.each(FILES)('the functions of %s', (file) => {
  it.each(readCalls(file))('$in gives what the real one gave', (recorded) => {
    expect(evaluate(recorded.in)).toEqual(recorded);
  });
});
