import { describe, expect, it } from 'vitest';
import { parseJson, printJson } from '../../../src/yaml/json.ts';

describe('parseJson()', () => {
  it('keeps integers that a number cannot hold, and makes floats of what Go makes floats', () => {
    const text =
      '[1, 9007199254740991, 9007199254740993, 18446744073709551615, 18446744073709551616, 1e30, 0.1234567890123456789]';
    expect(parseJson(text)).toEqual([
      1,
      9007199254740991,
      9007199254740993n,
      18446744073709551615n,
      18446744073709552000,
      1e30,
      0.12345678901234568,
    ]);
    expect(parseJson('-9223372036854775808')).toBe(-9223372036854775808n);
    expect(parseJson('-9223372036854775809')).toBe(-(2 ** 63));
  });

  it('leaves digits in texts and keys alone', () => {
    const text = '{"9007199254740993":"9007199254740993"}';
    expect(parseJson(text)).toEqual({ '9007199254740993': '9007199254740993' });
  });

  it.each(['{"__proto__":{"x":1}}', '{"__proto__":{"x":9007199254740993}}'])('keeps __proto__ as data: %s', (text) => {
    const value = parseJson(text);
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(printJson(value)).toBe(text);
  });

  it.each(['', '{', '{"a":1}{"b":2}', "{'a':1}", '01'])('refuses %j', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});

describe('printJson()', () => {
  it('writes bigints as integers, wherever they are', () => {
    expect(printJson({ a: [18446744073709551615n, 1, 'x'], b: -9007199254740993n })).toBe(
      '{"a":[18446744073709551615,1,"x"],"b":-9007199254740993}',
    );
    expect(printJson(9007199254740993n)).toBe('9007199254740993');
  });

  it('is compact JSON without them', () => {
    expect(printJson({ a: [1, null, true, 'ä"'], b: {} })).toBe('{"a":[1,null,true,"ä\\""],"b":{}}');
  });

  it('refuses what is no JSON', () => {
    const loop: Record<string, never> = {};
    Object.assign(loop, { loop });
    expect(() => printJson(loop)).toThrow(TypeError);
  });
});
