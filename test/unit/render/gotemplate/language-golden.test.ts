import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { define, type FunctionTable, GoFunctionError } from '../../../../src/render/gotemplate/function-table.ts';
import { toBytes } from '../../../../src/render/gotemplate/go-string.ts';
import { formatValue, sprint } from '../../../../src/render/gotemplate/print-value.ts';
import { compileTemplates } from '../../../../src/render/gotemplate/template-set.ts';
import {
  GoInt,
  type GoMap,
  type GoValue,
  goInt,
  type IntType,
  typedList,
  typedMap,
} from '../../../../src/render/gotemplate/value.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../golden/helm/language');

interface Case {
  readonly template: string;
  readonly missingKey?: 'zero' | 'error';
  readonly output?: string;
  readonly error?: string;
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

interface Given {
  readonly data: Json;
  readonly templates: Record<string, string>;
}

const GIVEN = JSON.parse(readFileSync(path.join(FOLDER, 'data.json'), 'utf8')) as Record<string, Given>;

describe.each(Object.entries(GIVEN))('compileTemplates() on the %s templates', (name, given) => {
  const cases = readFileSync(path.join(FOLDER, `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Case);

  it('has some hundred of them', () => {
    expect(cases.length).toBeGreaterThan(300);
  });

  it('prints what Go prints, and fails with its words', () => {
    const wrong = cases.flatMap((expected) => {
      const { output, error } = expected;
      const actual = run(expected, given);
      return actual === (error ?? output) ? [] : [{ template: expected.template, expected: error ?? output, actual }];
    });
    expect(wrong).toEqual([]);
  });
});

function run({ template, missingKey }: Case, given: Given): string {
  const sources = new Map([...Object.entries(given.templates), ['chart/main.yaml', template]]);
  try {
    return compileTemplates(sources, FUNCTIONS, { missingKey: missingKey ?? 'default' }).execute(
      'chart/main.yaml',
      toGo(given.data),
    );
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The same functions as in recorder/record.go. */
const FUNCTIONS: FunctionTable = new Map([
  ['upper', define(['string'], ([text]) => formatValue(text).toUpperCase())],
  ['add1', define(['int'], ([value]) => goInt(integer(value) + 1n))],
  ['f64', define(['float64'], ([value]) => Number(value) * 2)],
  ['i64', define(['int64'], ([value]) => goInt(integer(value) * 2n, 'int64'))],
  ['isb', define(['bool'], ([value]) => value !== true)],
  ['ident', define(['any'], ([value]) => value)],
  ['nilf', define([], () => null)],
  ['fail', define(['string'], fail)],
  ['list', define(['...any'], (args) => [...args])],
  ['dict', define(['dict'], ([map]) => goInt((map as GoMap).size))],
  ['lst', define(['list'], ([list]) => goInt((list as GoValue[]).length))],
  ['strs', define(['strings'], ([list]) => goInt((list as GoValue[]).length))],
  [
    'join',
    define(['string', '...string'], ([separator, ...texts]) => texts.map(formatValue).join(formatValue(separator))),
  ],
  ['pair', define(['string', 'any', '...int'], ([a, b, ...rest]) => sprint([a, b, typedList(rest, '[]int')]))],
]);

function fail([message]: readonly GoValue[]): never {
  throw new GoFunctionError(formatValue(message));
}

function integer(value: GoValue): bigint {
  return value instanceof GoInt ? value.value : 0n;
}

const FLOATS: Readonly<Record<string, number>> = { NaN: Number.NaN, '-Inf': Number.NEGATIVE_INFINITY, '-0': -0 };

function toGo(value: Json): GoValue {
  if (Array.isArray(value)) return value.map(toGo);
  if (value === null || typeof value !== 'object') return value;
  const [[key, content] = ['', null]] = Object.entries(value);
  if (key.startsWith('$')) return toTyped(key.slice(1), content);
  return new Map(Object.entries(value).map(([name, item]) => [name, toGo(item)]));
}

function toTyped(type: string, content: Json): GoValue {
  if (Array.isArray(content)) return typedList([...content] as GoValue[], '[]string');
  if (content !== null && typeof content === 'object') return typedMap(toGo(content) as GoMap, 'map[string]string');
  const text = String(content);
  if (type === 'float') return FLOATS[text] ?? 0;
  return type === 'bytes' ? toBytes(text) : goInt(BigInt(text), type as IntType);
}
