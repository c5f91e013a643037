import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/lib/errors.ts';

const TEXT = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

interface Row {
  readonly code: string;
  readonly stage: string;
  readonly cells: readonly string[];
}

const ROWS: readonly Row[] = TEXT.split(/^## /m)
  .slice(1)
  .flatMap((section) => {
    const [stage = '', ...lines] = section.split('\n');
    return lines
      .filter((line) => line.startsWith('| `'))
      .map((line) => {
        const [code = '', ...cells] = line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim());
        return { code: code.replaceAll('`', ''), stage, cells };
      });
  });

describe('docs/errors.md', () => {
  it('lists every code once, and no other', () => {
    expect(ROWS.map(({ code }) => code).sort()).toEqual(Object.keys(ERROR_CODES).sort());
  });

  it('lists each under the stage that raises it', () => {
    expect(Object.fromEntries(ROWS.map(({ code, stage }) => [code, stage]))).toEqual(ERROR_CODES);
  });

  it.each(ROWS)('says of $code what it means, what to do and whether it is tried again', ({ cells }) => {
    const [meaning = '', remedy = '', again = ''] = cells;
    expect(cells).toHaveLength(3);
    expect(meaning.length).toBeGreaterThan(20);
    expect(remedy.length).toBeGreaterThan(5);
    expect(['yes', 'no', 'either']).toContain(again);
  });
});
