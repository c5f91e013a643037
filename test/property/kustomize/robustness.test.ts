import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeBuild } from './judge-build.ts';
import { sampleInput } from './sample-inputs.ts';

describe('buildKustomization()', () => {
  it('survives broken inputs', () => {
    const codes = new Set<string>();
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000_000 }), (seed) => {
        const { files, path } = sampleInput(seed);
        const { complaints, code } = judgeBuild(files, path);
        codes.add(code);
        expect(complaints, `seed ${seed}`).toEqual([]);
      }),
      { numRuns: 300, seed: 20261121 },
    );
    // Inputs of which all fail, or none, would prove little.
    expect([...codes]).toEqual(expect.arrayContaining(['built', 'RENDER_KUSTOMIZE']));
  });
});
