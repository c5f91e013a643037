import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BUILTINS } from '../../../../src/render/gotemplate/builtins.ts';
import { NONDETERMINISTIC_FUNCTIONS } from '../../../../src/render/gotemplate/sprig/random.ts';
import { TemplateFunctions } from '../../../../src/render/helm/template-functions.ts';
import type { FunctionCase } from '../../../golden/helm/functions/chart.ts';

const ROOT = new URL('../../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

interface Row {
  readonly name: string;
  readonly from: string;
  readonly cases: number;
  readonly alsoIn: readonly string[];
  readonly leftTo: string;
}

const rows: Row[] = [...read('docs/helm-functions.md').matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map(
  ([, name = '', rest = '']) => {
    const [from = '', cases = '', alsoIn = '', leftTo = ''] = rest.split('|').map((cell) => cell.trim());
    return {
      name,
      from,
      cases: Number(cases),
      alsoIn: [...alsoIn.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
      leftTo,
    };
  },
);
const functions = new TemplateFunctions().bind(() => {
  throw new Error('nothing is rendered');
});
const recorded = read('test/golden/helm/functions/functions.jsonl').trimEnd().split('\n');
const counts = new Map<string, number>();
for (const line of recorded) {
  const { function: name } = JSON.parse(line) as FunctionCase;
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

describe('docs/helm-functions.md', () => {
  it('docs/helm-functions.md has every function once and no other', () => {
    const known = new Set([...functions.keys(), ...BUILTINS.keys(), 'and', 'or', 'call']);
    expect(rows.map(({ name }) => name).sort()).toEqual([...known].sort());
  });

  it.each(rows)('docs/helm-functions.md names tests of $name that exist', ({ name, cases, alsoIn }) => {
    expect(cases).toBeGreaterThanOrEqual(3);
    expect(counts.get(name)).toBe(cases);
    for (const file of alsoIn) expect(read(`test/golden/helm/${file}`)).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('docs/helm-functions.md tells what is left to chance', () => {
    const told = rows.filter(({ leftTo }) => leftTo === 'chance').map(({ name }) => name);
    expect(told.sort()).toEqual([...NONDETERMINISTIC_FUNCTIONS].sort());
  });

  it.each(rows)('docs/helm-functions.md tells whether $name is left to chance or time', ({ name, leftTo }) => {
    // Nothing is what most such functions take the present time for.
    const isRandom = functions.get(name)?.isRandom;
    const depends = isRandom !== undefined;
    expect(depends).toBe(leftTo !== '');
  });
});
