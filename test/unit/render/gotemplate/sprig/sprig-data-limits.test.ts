import { describe, expect, it } from 'vitest';
import type { CallContext, FunctionTable } from '../../../../../src/render/gotemplate/function-table.ts';
import { CONVERSION_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/conversion.ts';
import { dateFunctions } from '../../../../../src/render/gotemplate/sprig/dates.ts';
import { DICT_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/dicts.ts';
import { DURATION_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/durations.ts';
import { GoDuration } from '../../../../../src/render/gotemplate/sprig/go-duration.ts';
import { GoTime } from '../../../../../src/render/gotemplate/sprig/go-time.ts';
import { JSON_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/json.ts';
import { LIST_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/lists.ts';
import { MATH_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/math.ts';
import { GoNamedInt } from '../../../../../src/render/gotemplate/sprig/named-int.ts';
import { LOCAL } from '../../../../../src/render/gotemplate/sprig/time-zone.ts';
import { TOML_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/toml.ts';
import { YAML_FUNCTIONS } from '../../../../../src/render/gotemplate/sprig/yaml.ts';
import { type GoObject, type GoValue, goInt } from '../../../../../src/render/gotemplate/value.ts';

class Exceeded extends Error {}

/** A context that allows a million units of work. */
function budget(): CallContext {
  let left = 1_000_000;
  return {
    charge(amount) {
      left -= amount;
      if (left < 0) throw new Exceeded('the budget is spent');
    },
  };
}

function run(table: FunctionTable, name: string, args: readonly GoValue[]): GoValue {
  const called = table.get(name);
  if (called === undefined) throw new Error(`no function ${name}`);
  return called.call(args, budget());
}

const BILLION = goInt(1_000_000_000n);
const EXTREME = goInt(9_223_372_036_854_775_807n);

describe('functions of data and hostile arguments', () => {
  it.each([
    ['until', [BILLION]],
    ['until', [goInt(-1_000_000_000n)]],
    ['until', [EXTREME]],
    ['untilStep', [goInt(0), EXTREME, goInt(1)]],
    ['untilStep', [EXTREME, goInt(-9_223_372_036_854_775_808n), goInt(-3)]],
    ['seq', [BILLION]],
    ['seq', [goInt(0), goInt(1), EXTREME]],
  ])('%s stops before it makes a range beyond the budget', (name, args) => {
    expect(() => run(MATH_FUNCTIONS, name, args)).toThrow(Exceeded);
  });

  it('uniq counts the comparisons of unequal maps', () => {
    const list = Array.from({ length: 5000 }, (_, at) => new Map([['a', at]]));
    expect(() => run(LIST_FUNCTIONS, 'uniq', [list])).toThrow(Exceeded);
  });

  it('deepCopy and the encoders stop at a map that contains itself', () => {
    const map = new Map<string, GoValue>();
    map.set('self', map);
    expect(() => run(DICT_FUNCTIONS, 'deepCopy', [map])).toThrow();
    expect(() => run(JSON_FUNCTIONS, 'mustToJson', [map])).toThrow();
    expect(() => run(YAML_FUNCTIONS, 'mustToYaml', [map])).toThrow();
    expect(() => run(TOML_FUNCTIONS, 'mustToToml', [map])).toThrow();
  });

  it('fromToml refuses lists nested without end', () => {
    const text = `a = ${'['.repeat(100_000)}`;
    expect(() => run(TOML_FUNCTIONS, 'fromToml', [text])).toThrow(/nested more than 1000 deep/);
  });

  it('fromJson tells of nesting beyond what Go reads', () => {
    expect(run(JSON_FUNCTIONS, 'fromJson', ['['.repeat(20_000)])).toEqual(new Map([['Error', 'exceeded max depth']]));
  });

  it('fromYaml stops at aliases that expand to too much', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [one, next] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi', 'ij']) {
      lines.push(`${next}: &${next} [${Array<string>(10).fill(`*${one}`).join(', ')}]`);
    }
    expect(() => run(YAML_FUNCTIONS, 'fromYaml', [lines.join('\n')])).toThrow(/expand to too much/);
  });

  it('numbers of a hundred thousand digits are read in no time', () => {
    const digits = '9'.repeat(100_000);
    expect(run(CONVERSION_FUNCTIONS, 'int64', [digits])).toEqual(goInt(0n, 'int64'));
    expect(run(CONVERSION_FUNCTIONS, 'atoi', [digits])).toEqual(goInt(9_223_372_036_854_775_807n));
    expect(run(DURATION_FUNCTIONS, 'durationSeconds', [`${digits}s`])).toBe(0);
  });
});

describe('functions of data and keys that are names of JavaScript', () => {
  it.each([
    ['fromJson', JSON_FUNCTIONS, '{"__proto__": {"polluted": true}}'],
    ['fromYaml', YAML_FUNCTIONS, '__proto__: {polluted: true}'],
    ['fromToml', TOML_FUNCTIONS, '[__proto__]\npolluted = true'],
  ])('%s takes __proto__ for a key like others', (name, table, text) => {
    const value = run(table, name, [text]);
    expect(value).toEqual(new Map([['__proto__', new Map([['polluted', true]])]]));
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(run(YAML_FUNCTIONS, 'toYaml', [value])).toBe('__proto__:\n  polluted: true');
  });

  it('merge fills __proto__ in the map, not in the prototype', () => {
    const source = new Map<string, GoValue>([['__proto__', new Map([['polluted', true]])]]);
    const target = new Map<string, GoValue>([['__proto__', new Map([['own', 1]])]]);
    run(DICT_FUNCTIONS, 'mergeOverwrite', [target, source]);
    const merged = new Map<string, GoValue>([
      ['own', 1],
      ['polluted', true],
    ]);
    expect(target).toEqual(new Map([['__proto__', merged]]));
    expect('polluted' in {}).toBe(false);
  });
});

describe('functions of data and values they share', () => {
  it('sortAlpha() sorts a []string in place, and copies any other list', () => {
    const keys = run(DICT_FUNCTIONS, 'pick', [new Map([['b', 1]]), 'b']);
    const texts = run(DICT_FUNCTIONS, 'keys', [keys, new Map([['a', 1]])]);
    expect(texts).toEqual(['b', 'a']);
    run(LIST_FUNCTIONS, 'sortAlpha', [texts]);
    expect(texts).toEqual(['a', 'b']);
    const list = ['b', 'a'];
    expect(run(LIST_FUNCTIONS, 'sortAlpha', [list])).toEqual(['a', 'b']);
    expect(list).toEqual(['b', 'a']);
  });

  it('merge() changes its first argument and lets it share maps with the others', () => {
    const inner = new Map<string, GoValue>([['x', 1]]);
    const target = new Map<string, GoValue>();
    expect(run(DICT_FUNCTIONS, 'merge', [target, new Map([['a', inner]])])).toBe(target);
    expect(target.get('a')).toBe(inner);
  });

  it('deepCopy() shares nothing', () => {
    const inner = new Map<string, GoValue>([['x', [1]]]);
    const copy = run(DICT_FUNCTIONS, 'deepCopy', [new Map([['a', inner]])]);
    expect(copy).toEqual(new Map([['a', inner]]));
    expect(copy instanceof Map && copy.get('a')).not.toBe(inner);
  });

  it('keys() and values() come by key, so that renders are alike', () => {
    const map = new Map<string, GoValue>([
      ['z', 1],
      ['a', 2],
      ['😀', 3],
      ['ﬀ', 4],
    ]);
    expect(run(DICT_FUNCTIONS, 'keys', [map])).toEqual(['a', 'z', 'ﬀ', '😀']);
    expect(run(DICT_FUNCTIONS, 'values', [map])).toEqual([2, 1, 4, 3]);
  });
});

describe('dateFunctions()', () => {
  const table = dateFunctions({ now: () => Date.UTC(2026, 10, 21, 18, 0, 0, 123) });

  it('takes the time from the clock', () => {
    const now = run(table, 'now', []);
    expect(run(table, 'date', ['2006-01-02T15:04:05.000Z07:00', now])).toBe('2026-11-21T18:00:00.123Z');
    expect(run(table, 'htmlDate', [1.5])).toBe('2026-11-21');
    expect(run(table, 'unixEpoch', [now])).toBe(String(Date.UTC(2026, 10, 21, 18) / 1000));
  });

  it('ago() rounds to seconds', () => {
    expect(run(table, 'ago', [goInt(Date.UTC(2026, 10, 21, 16, 58, 30) / 1000)])).toBe('1h1m30s');
    expect(run(table, 'ago', ['no date'])).toBe('0s');
  });

  it('durationRound() measures from a time to now', () => {
    const date = run(table, 'toDate', ['2006-01-02', '2024-11-01']);
    expect(run(table, 'durationRound', [date])).toBe('2y');
  });
});

describe('methods of times and durations', () => {
  const time = new GoTime(BigInt(Date.UTC(2020, 1, 29, 13, 14, 15, 500)) * 1_000_000n, LOCAL);

  function invoke(value: GoObject, name: string, args: readonly GoValue[] = []): GoValue {
    const method = value.typedMethod(name);
    if (method === undefined) throw new Error(`no method ${name}`);
    return method.call(args, budget());
  }

  it.each([
    ['AddDate', [goInt(1), goInt(0), goInt(0)], '2021-03-01 13:14:15.5 +0000 UTC'],
    ['AddDate', [goInt(0), goInt(-1), goInt(3)], '2020-02-01 13:14:15.5 +0000 UTC'],
    ['Add', [new GoDuration(-500_000_000n)], '2020-02-29 13:14:15 +0000 UTC'],
    ['Truncate', [new GoDuration(3_600_000_000_000n)], '2020-02-29 13:00:00 +0000 UTC'],
    ['Round', [new GoDuration(1_000_000_000n)], '2020-02-29 13:14:16 +0000 UTC'],
    ['Round', [new GoDuration(36n * 3_600_000_000_000n)], '2020-03-01 00:00:00 +0000 UTC'],
  ])('Time.%s gives the time that Go gives', (name, args, shown) => {
    const result = invoke(time, name, args);
    expect(result instanceof GoTime && result.toGoString()).toBe(shown);
  });

  it.each([
    ['Year', goInt(2020)],
    ['YearDay', goInt(60)],
    ['Unix', goInt(1_582_982_055n, 'int64')],
    ['UnixNano', goInt(1_582_982_055_500_000_000n, 'int64')],
    ['Nanosecond', goInt(500_000_000)],
    ['IsZero', false],
  ])('Time.%s is %s', (name, expected) => {
    expect(invoke(time, name)).toEqual(expected);
  });

  it('Time.Month and Time.Weekday are numbers with names', () => {
    const month = invoke(time, 'Month');
    expect(month instanceof GoNamedInt && [month.goType, month.value, month.toGoString()]).toEqual([
      'time.Month',
      2n,
      'February',
    ]);
    expect(run(CONVERSION_FUNCTIONS, 'int', [invoke(time, 'Weekday')])).toEqual(goInt(6));
  });

  it('Duration.Round() goes to the nearest, Truncate() towards zero', () => {
    const duration = new GoDuration(-5_400_000_000_000n);
    const hour = new GoDuration(3_600_000_000_000n);
    expect(invoke(duration, 'Hours')).toBe(-1.5);
    expect(invoke(duration, 'Round', [hour])).toEqual(new GoDuration(-7_200_000_000_000n));
    expect(invoke(duration, 'Truncate', [hour])).toEqual(new GoDuration(-3_600_000_000_000n));
  });
});
