import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../unit/render/shared-folder.ts';
import { findCases } from './corpus.ts';
import { runCase } from './run-case.ts';

const folder = sharedFolder('corpus/kustomize');
const cases = folder === undefined ? [] : findCases(folder);

describe.skipIf(folder === undefined)('buildKustomization()', () => {
  it('finds the corpus', () => {
    expect(cases.length).toBeGreaterThan(200);
  });

  it.each(cases.map((one) => [one.name, one] as const))('does as kustomize does for %s', (_, one) => {
    const same = one.exitCode === 0 ? { isSameText: true, isSameWarnings: true } : {};
    expect(runCase(one)).toMatchObject({ state: 'passed', ...same });
  });
});
