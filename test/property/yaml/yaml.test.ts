import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../src/lib/errors.ts';
import type { JsonValue } from '../../../src/object/kube-object.ts';
import { parseJson, printJson } from '../../../src/yaml/json.ts';
import { parseYamlDocuments } from '../../../src/yaml/parse-documents.ts';
import { printYaml } from '../../../src/yaml/print.ts';

const SETTINGS = { numRuns: 500, seed: 20261121 } as const;

/** Words that YAML gives a meaning, and characters that make it quote. */
const WORDS: readonly string[] = [
  'yes',
  'n',
  '~',
  '',
  'null',
  '0777',
  '1e3',
  '0x1F',
  '.5',
  '.inf',
  '1:30',
  '2001-01-01',
  '-',
  '? a',
  'a: b',
  '#a',

  'a #b',
  '---',
  '{{ x }}',
  '*a',
  '!a',
  '|',
  '%a',
  "it's",
  '"q"',
  'a\tb',
  ' a',
  'a ',
  'a\n',
  'a\n\nb\n\n',
  'é',
  '😀',
  'word '.repeat(30).trim(),
  'two  words '.repeat(12),
  'k'.repeat(129),
  'a\r\nb',
  '__proto__',
  'constructor',
];
const tricky = fc.constantFrom(...WORDS);
const fragment = fc.constantFrom(...Array.from('ab01 :-#\'"\n\t,[]{}&*!|>%@`?.\\é_'));
const text = fc.oneof(
  tricky,
  fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join('')),
);
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 64n - 1n }),
);
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 5 }).map((object): JsonValue => ({ ...object })),
  ),
}));

/** Floats that look like large integers come back as bigint, since JSON has one kind of number. */
function sameNumbers(one: JsonValue): JsonValue {
  return parseJson(printJson(one));
}

describe('printYaml() and parseYamlDocuments()', () => {
  it('give back what went in', () => {
    fc.assert(
      fc.property(value, (one) => {
        const printed = printYaml(one);
        // A block text with an indentation mark at the top level is read otherwise by YAML 1.2 than by Go (ADR 0004).
        fc.pre(!printed.startsWith('|2'));
        const [document] = parseYamlDocuments(printed, { file: 'a.yaml' });
        expect(sameNumbers(document?.value ?? null)).toEqual(sameNumbers(one));
      }),
      SETTINGS,
    );
  });

  it('print the same for the same value with its keys in any order', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), value, { maxKeys: 6 }), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).toReversed());
        expect(printYaml(reversed)).toBe(printYaml({ ...object }));
      }),
      SETTINGS,
    );
  });
});

describe('parseJson() and printJson()', () => {
  it('give back what went in', () => {
    fc.assert(
      fc.property(value, (one) => {
        expect(parseJson(printJson(sameNumbers(one)))).toEqual(sameNumbers(one));
      }),
      SETTINGS,
    );
  });
});

describe('parseYamlDocuments() on any text', () => {
  const tokens: readonly string[] = [
    'a',
    'b: ',
    '- ',
    '? ',
    ': ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '\n',
    '\n  ',
    '\n    ',
    '&x ',
    '*x',
    '<<: ',
    '!!int ',
    '!t ',

    '"',
    "'",
    '|\n',
    '>-\n',
    '#',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '\t',
    '\r\n',
    '\u0000',
    '\ufeff',
    '0x',
    '.inf',
    'é',
  ];
  const token = fc.constantFrom(...tokens);
  const soup = fc.array(token, { maxLength: 40 }).map((parts) => parts.join(''));

  it('either gives JSON or fails with a position, and does so every time', () => {
    fc.assert(
      fc.property(fc.oneof(soup, fc.string({ unit: 'binary', maxLength: 60 })), (one) => {
        const [first, second] = [outcome(one), outcome(one)];
        expect(first).toBe(second);
        expect(first).toMatch(/^(\[|RENDER_(YAML|LIMIT) a\.yaml:\d+:\d+$)/);
      }),
      { ...SETTINGS, numRuns: 3000 },
    );
  });
});

function outcome(one: string): string {
  try {
    return printJson(parseYamlDocuments(one, { file: 'a.yaml' }) as unknown as JsonValue);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    const { position } = error;
    return `${error.code} ${position?.file}:${position?.line}:${position?.column}`;
  }
}
