import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/object/kube-object.ts';
import { GoFunctionError } from '../../../../src/render/gotemplate/function-table.ts';
import { fromJson } from '../../../../src/render/gotemplate/json-value.ts';
import { jsonTreeOf } from '../../../../src/render/gotemplate/sprig/json-tree.ts';
import { GoFunctionValue, goInt } from '../../../../src/render/gotemplate/value.ts';

describe('fromJson()', () => {
  it('makes maps of objects, whatever their keys are', () => {
    const value = JSON.parse('{"__proto__": {"a": 1}, "l": [null, true]}') as JsonValue;
    expect(fromJson(value)).toEqual(
      new Map<string, unknown>([
        ['__proto__', new Map([['a', 1]])],
        ['l', [null, true]],
      ]),
    );
  });

  it('makes floats of all numbers', () => {
    expect(fromJson([1, 2n ** 63n])).toEqual([1, 2 ** 63]);
  });
});

describe('jsonTreeOf()', () => {
  it('gives back what it was made of', () => {
    const value = { a: [1, 'x', null, { b: false }], c: {} };
    expect(JSON.stringify(jsonTreeOf(fromJson(value)))).toBe(JSON.stringify(value));
  });

  it('keeps integers exact', () => {
    expect(jsonTreeOf([goInt(5), goInt(2n ** 63n - 1n, 'int64')])).toEqual([5, 2n ** 63n - 1n]);
  });

  it('changes no prototype', () => {
    const object = jsonTreeOf(new Map([['__proto__', new Map([['x', 1]])]])) as Record<string, unknown>;
    expect(Object.keys(object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it.each([
    [Number.NaN, 'json: unsupported value: NaN'],
    [new GoFunctionValue(() => null), 'json: unsupported type: func()'],
  ])('refuses %s', (value, message) => {
    expect(() => jsonTreeOf(value)).toThrow(new GoFunctionError(message));
  });

  it('writes bytes in base64', () => {
    expect(jsonTreeOf(Uint8Array.of(255, 0))).toBe('/wA=');
  });
});
