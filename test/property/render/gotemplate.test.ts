import { array, assert, constantFrom, double, oneof, pre, property, string, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RenderBudget } from '../../../src/render/gotemplate/budget.ts';
import { formatFloat } from '../../../src/render/gotemplate/format-float.ts';
import { fromBytes, quoteString, toBytes, unquoteString } from '../../../src/render/gotemplate/go-string.ts';
import { fromJson } from '../../../src/render/gotemplate/json-value.ts';
import { formatValue, sprintf } from '../../../src/render/gotemplate/print-value.ts';
import {
  TemplateExecError,
  TemplateLimitError,
  TemplateParseError,
} from '../../../src/render/gotemplate/template-error.ts';
import { compileTemplates } from '../../../src/render/gotemplate/template-set.ts';

const PIECES = [
  '{{',
  '}}',
  '{{- ',
  ' -}}',
  'if ',
  'range ',
  'with ',
  'end',
  'else',
  'define "a"',
  'template "a" ',
  '.',
];
const MORE = ['.a', '$x', ' := ', ' | ', '(', ')', '"q"', '1', ' ', '\n', 'printf "%5d" ', 'index ', 'text', 'é', ','];

function execute(text: string): string {
  const budget = new RenderBudget({ maxWork: 100_000 });
  return compileTemplates(new Map([['main', text]]), new Map(), { budget }).execute('main', fromJson({ a: [1, 'x'] }));
}

describe('compileTemplates()', () => {
  it('fails with an error of its own for whatever text, or renders it', () => {
    const texts = array(oneof(constantFrom(...PIECES, ...MORE), string({ maxLength: 3 })), {
      maxLength: 25,
    });
    assert(
      property(texts, (pieces) => {
        try {
          expect(typeof execute(pieces.join(''))).toBe('string');
        } catch (error) {
          const kinds = [TemplateParseError, TemplateExecError, TemplateLimitError];
          expect(kinds.some((kind) => error instanceof kind) ? 'own' : error).toBe('own');
        }
      }),
      { numRuns: 3000, seed: 5 },
    );
  });

  it('leaves text without actions as it is', () => {
    assert(
      property(string(), (text) => {
        pre(!text.includes('{{'));
        expect(execute(text)).toBe(text);
      }),
    );
  });

  it('reads back the literals that it quotes', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        expect(execute(`{{ ${quoteString(text)} }}`)).toBe(text);
      }),
    );
  });
});

describe('Go strings', () => {
  it('keep any bytes', () => {
    assert(
      property(uint8Array(), (bytes) => {
        const text = fromBytes(bytes);
        expect(Array.from(toBytes(text))).toEqual(Array.from(bytes));
        expect(unquoteString(quoteString(text))).toBe(text);
        expect(unquoteString(quoteString(text, { ascii: true }))).toBe(text);
      }),
    );
  });
});

describe('formatFloat()', () => {
  it('writes as many digits as read back the same', () => {
    assert(
      property(double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        for (const verb of ['e', 'f', 'g'] as const) expect(Number(formatFloat(value, verb, -1))).toBe(value);
        expect(Number(formatValue(value))).toBe(value);
      }),
    );
  });
});

describe('sprintf()', () => {
  it('prints something for any format', () => {
    assert(
      property(string({ unit: constantFrom(...Array.from('%+-# 0123456789.*[]vdsxqeft!é')) }), (format) => {
        expect(typeof sprintf(format.slice(0, 12), [1, 'a', null, [true]])).toBe('string');
      }),
    );
  });
});
