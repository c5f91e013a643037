import { describe, expect, it } from 'vitest';
import { formatValue, sprint, sprintf, sprintln } from '../../../../src/render/gotemplate/print-value.ts';
import { GoFunctionValue, type GoValue, goInt, typedList, typedMap } from '../../../../src/render/gotemplate/value.ts';

describe('formatValue()', () => {
  const cases: readonly (readonly [GoValue, string])[] = [
    [undefined, '<nil>'],
    [null, '<nil>'],
    ['text', 'text'],
    [true, 'true'],
    [1, '1'],
    [-0, '-0'],
    [999_999, '999999'],
    [1_000_000, '1e+06'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [goInt(1_000_000), '1000000'],
    [goInt(2n ** 64n - 1n, 'uint64'), '18446744073709551615'],
    [[1, 'a', null, [true]], '[1 a <nil> [true]]'],
    [
      new Map<string, GoValue>([
        ['b', 1],
        ['a', new Map([['x', null]])],
      ]),
      'map[a:map[x:<nil>] b:1]',
    ],
    [Uint8Array.of(104, 105), '[104 105]'],
    [Uint8Array.of(), '[]'],
    [new Map([['a', Uint8Array.of(0, 255)]]), 'map[a:[0 255]]'],
    [new GoFunctionValue(() => null), '0xc000012345'],
  ];
  it('prints values as Go does', () => {
    expect(cases.map(([value]) => formatValue(value))).toEqual(cases.map(([, expected]) => expected));
  });

  it('sorts keys by their bytes', () => {
    const map = new Map(['\u{1f600}', '\uffee', 'é', 'z'].map((key) => [key, 1]));
    expect(formatValue(map)).toBe('map[z:1 é:1 \uffee:1 \u{1f600}:1]');
  });
});

describe('sprintf()', () => {
  it.each<[string, GoValue[], string]>([
    ['%s-%v', ['a', 'b'], 'a-b'],
    ['%s', [], '%!s(MISSING)'],
    ['a', ['b'], 'a%!(EXTRA string=b)'],
    ['%s%%', ['a'], 'a%'],
    ['%.0f %.0f %.1f', [0.5, 1.5, 0.25], '0 2 0.2'],
    ['%.3f', [1e22], '10000000000000000000000.000'],
    ['%x %X', ['é', Uint8Array.of(255)], 'c3a9 FF'],
    ['%#v', [typedMap(new Map([['a', 'b']]), 'map[string]string')], 'map[string]string{"a":"b"}'],
    ['%#v %T', [typedList(['a'], '[]string'), typedList(['a'], '[]string')], '[]string{"a"} []string'],
    ['%q %+q', ['é\n', 'é'], '"é\\n" "\\u00e9"'],
    ['%c%c', [goInt(0x1f600), goInt(-1)], '\u{1f600}\ufffd'],
    ['%[2]*[1]d', [goInt(1), goInt(4)], '   1'],
  ])('formats %s', (format, args, expected) => {
    expect(sprintf(format, args)).toBe(expected);
  });
});

describe('sprint()', () => {
  it('puts spaces between operands of which none is a text', () => {
    expect(sprint([1, 2, 'a', ' b', 3, null, true])).toBe('1 2a b3 <nil> true');
  });
});

describe('sprintln()', () => {
  it('puts spaces between all operands, and a newline', () => {
    expect(sprintln([1, 'a', 'b'])).toBe('1 a b\n');
  });
});
