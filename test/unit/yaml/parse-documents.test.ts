import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../src/lib/errors.ts';
import { DEFAULT_YAML_LIMITS } from '../../../src/yaml/limits.ts';
import { parseYamlDocuments } from '../../../src/yaml/parse-documents.ts';

function parse(text: string): unknown[] {
  return parseYamlDocuments(text, { file: 'a.yaml' }).map(({ value }) => value);
}

function failure(text: string, limits = DEFAULT_YAML_LIMITS): HoldfastError {
  try {
    parseYamlDocuments(text, { file: 'a.yaml', limits });
  } catch (error) {
    if (error instanceof HoldfastError) return error;
    throw error;
  }
  throw new Error('the text was parsed');
}

/** Ten anchors, each a list of ten aliases of the one before: 10^9 nodes from a few hundred bytes. */
function aliasBomb(): string {
  const names = Array.from('abcdefghij');
  const first = `a: &a [${Array(10).fill('x').join(', ')}]`;
  const rest = names
    .slice(1)
    .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${names[index]}`).join(', ')}]`);
  return [first, ...rest].join('\n');
}

describe('parseYamlDocuments()', () => {
  it('tells the line at which the content of each document starts', () => {
    const text = '# head\n\na: 1\n---\n\n# c\nb: 2\n--- \n---\n- c\n';
    const lines = parseYamlDocuments(text, { file: 'a.yaml' }).map(({ line }) => line);
    expect(lines[0]).toBe(3);
    expect(lines[1]).toBe(7);
    expect(lines[3]).toBe(10);
    expect(lines).toHaveLength(4);
  });

  it('keeps integers beyond 2^53 exactly, signed and unsigned', () => {
    expect(parse('[9007199254740991, 9007199254740993, 18446744073709551615, -9223372036854775808]')).toEqual([
      [9007199254740991, 9007199254740993n, 18446744073709551615n, -9223372036854775808n],
    ]);
  });

  it('keeps __proto__ as data', () => {
    const [value] = parse('__proto__: {polluted: true}\nx: {<<: {__proto__: 1}}\n') as [Record<string, object>];
    expect(Object.keys(value)).toEqual(['__proto__', 'x']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value['x'] ?? {})).toEqual(['__proto__']);
    expect('polluted' in {}).toBe(false);
  });

  it('gives no object twice', () => {
    const [value] = parse('a: &a {x: [1]}\nb: *a\nc: {<<: *a}\n') as [Record<string, { x: number[] }>];
    expect(value['b']).toEqual(value['a']);
    expect(value['b']).not.toBe(value['a']);
    expect(value['b']?.x).not.toBe(value['a']?.x);
    expect(value['c']?.x).not.toBe(value['a']?.x);
  });

  it.each([
    ['a: {\n  b: 1\n}\n', { a: { b: 1 } }],
    ['x:\n  a: [\n    1\n  ]\n  b: 2\n', { x: { a: [1], b: 2 } }],
    ['a: "x\ny"\n', { a: 'x y' }],
    ['a: [\n\t1\n]\n', { a: [1] }],
    ['a: {b:\t1}\nc: 2\n', { a: { b: 1 }, c: 2 }],
    ['- a\n- {x:\t1}\n', ['a', { x: 1 }]],
  ])('accepts layout that libyaml accepts: %j', (text, expected) => {
    expect(parse(text)).toEqual([expected]);
  });

  it.each([
    ['a list', `a: [\n${'1,\n'.repeat(5000)}]\nb: 2\n`],
    [
      'nested mappings',
      `a: {\n${"k: {x: it's, y: 'it''s'},\n".replace('k', 'k1').repeat(1)}${Array.from({ length: 2000 }, (_, at) => `m${at}: {\n"x": [\n]\n},\n`).join('')}}\nb: 2\n`,
    ],
    ['a double-quoted text', `a: "${'x \\"\n'.repeat(5000)}"\nb: 2\n`],
    ['a single-quoted text', `a: '${"it''s\n".repeat(5000)}'\nb: 2\n`],
  ])('accepts %s of thousands of lines that are not indented', (_title, text) => {
    expect(parse(text)).toMatchObject([{ b: 2 }]);
  });

  it('tells lines and columns as they are in the file, also after layout that it had to relax', () => {
    const text = 'a: [\n1,\n2, *nope\n]\n---\nb: {\n}\nc: 1\nc: 2\n';
    expect(failure(text).position).toEqual({ file: 'a.yaml', line: 3, column: 4 });
    expect(failure(text.replace(', *nope', '')).position).toEqual({ file: 'a.yaml', line: 9, column: 1 });
  });

  it.each([
    ['a: 1\nb: 2\na: 3\n', 3, 1, 'the key "a" is there twice'],
    ['a:\n  - b\n  c: d\n', 3, 3, 'bad indentation'],
    ['a:\n\tb: 1\n', 2, 1, 'indented with a tab'],
    ['a: {{ .Values.x }}\n', 1, 7, 'looks like a template'],
    ['<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> other\n', 2, 2, 'line 1 is the mark of a merge conflict'],
    ['a: b: c\n', 1, 5, 'quote a value that holds ": "'],
    ['a: *b\n', 1, 4, 'the alias *b has no anchor &b before it'],
    ['a: &b [*b]\n', 1, 8, 'contains itself'],
    ['a: .nan\n', 1, 4, 'no JSON number'],
    ['a: !!int x\n', 1, 4, 'not of the type that its tag !!int says'],
    ['a: !x!y z\n', 1, 8, 'undeclared tag handle'],
    ['a:\n  <<: 1\n', 2, 7, '<< takes a mapping'],
    ['~: 1\n', 1, 1, 'a key must be a text'],
    ['18446744073709551615: 1\n', 1, 1, 'a key must be a text'],
  ])('refuses %j and says where and why', (text, line, column, reason) => {
    const error = failure(text);
    expect(error.code).toBe('RENDER_YAML');
    expect(error.position).toEqual({ file: 'a.yaml', line, column });
    expect(error.message).toContain(`Cannot parse a.yaml:${line}:${column} as YAML`);
    expect(error.message).toContain(reason);
  });

  it.each([
    'kind: Secret\nstringData:\n  password: hunter2: no\n',
    'kind: Secret\nstringData:\n  password: !!int hunter2\n',
    'kind: Secret\nstringData: {password: "hunter2\n',
    'kind: Secret\nstringData:\n  password: hunter2\n bad: 1\n',
  ])('never quotes a value in an error: %j', (text) => {
    const error = failure(text);
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain('hunter2');
  });
});

describe('parseYamlDocuments() is bounded', () => {
  it('against aliases that expand', () => {
    expect(failure(aliasBomb())).toMatchObject({ code: 'RENDER_LIMIT', retry: 'never' });
  });

  it('against merge keys that expand', () => {
    const names = Array.from('abcdefghijklmnopqrstuvwxyz');
    const maps = names.map((name, index) => {
      const before = names[index - 1];
      return before === undefined
        ? 'a: &a {x: [1, 2, 3, 4, 5, 6, 7, 8]}'
        : `${name}: &${name} {p: *${before}, q: *${before}}`;
    });
    expect(failure(maps.join('\n')).code).toBe('RENDER_LIMIT');
  });

  it('against aliases of a long text', () => {
    const text = `a: &a ${'x'.repeat(1_000_000)}\nb: [${Array(100).fill('*a').join(', ')}]\n`;
    expect(failure(text)).toMatchObject({ code: 'RENDER_LIMIT' });
  });

  it.each([
    ['flow lists', '['.repeat(100_000)],
    ['flow mappings', '{a: '.repeat(100_000)],
    ['block lists', '- '.repeat(100_000)],
    ['block mappings', Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['question marks', '? '.repeat(100_000)],
  ])('against deep %s', (_title, text) => {
    expect(failure(text).code).toBe('RENDER_LIMIT');
  });

  it('against depth that aliases make', () => {
    const list = (inner: string) => '['.repeat(300) + inner + ']'.repeat(300);
    expect(failure(`a: &a ${list('x')}\nb: ${list('*a')}\n`).code).toBe('RENDER_LIMIT');
    expect(parse(`a: &a ${list('x')}\nb: [*a]\n`)).toHaveLength(1);
  });

  it('against a long file', () => {
    const limits = { ...DEFAULT_YAML_LIMITS, maxLength: 10 };
    expect(failure('a: 1234567\n', limits)).toMatchObject({ code: 'RENDER_LIMIT', position: { file: 'a.yaml' } });
    expect(parseYamlDocuments('a: 123456\n', { file: 'a.yaml', limits })).toHaveLength(1);
  });

  it('and still takes aliases in good measure', () => {
    const items = Array.from({ length: 200 }, (_, index) => `i${index}: *base`).join('\n');
    const [value] = parse(`base: &base {a: [1, 2], b: {c: d}}\n${items}\n`) as [object];
    expect(Object.keys(value)).toHaveLength(201);
  });
});
