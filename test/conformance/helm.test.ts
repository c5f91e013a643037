import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../unit/render/shared-folder.ts';
import { findCases } from './corpus.ts';
import { runCase } from './run-case.ts';

const folder = sharedFolder('corpus/helm');
const random = sharedFolder('corpus/helm-nondeterministic');
const randomCases = random === undefined ? [] : findCases(random);
const cases = folder === undefined ? [] : findCases(folder);

describe.skipIf(folder === undefined)('buildHelm()', () => {
  it('finds the corpus', () => {
    expect(cases.length).toBeGreaterThan(200);
  });

  it.each(cases.map((one) => [one.name, one] as const))('does as helm does for %s', (_, one) => {
    const same = one.exitCode === 0 ? { isSameText: true } : {};
    expect(runCase(one)).toMatchObject({ state: 'passed', ...same });
  });

  it.each(randomCases.map((one) => [one.name, one] as const))(
    'does as helm does for %s, but for what is random',
    (_, one) => {
      expect(runCase(one)).toMatchObject({ state: 'passed' });
    },
  );
});
