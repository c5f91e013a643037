import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../conformance/generate/random.ts';
import { chartFiles, generateChart } from './generate-chart.ts';
import { judgeRender } from './judge-render.ts';
import { FRAGMENTS, mutateChart } from './mutate-chart.ts';

describe('helmTemplate()', () => {
  it.each(FRAGMENTS.filter((text) => text.includes('{{')))('survives %s', (template) => {
    const { complaints } = judgeRender(chartFiles({ template, document: '{}' }));
    expect(complaints).toEqual([]);
  });

  it('survives broken charts', () => {
    const codes = new Set<string>();
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000_000 }), (seed) => {
        const { complaints, code } = judgeRender(mutateChart(new Random(seed), chartFiles(generateChart(seed))));
        codes.add(code);
        expect(complaints, `seed ${seed}`).toEqual([]);
      }),
      { numRuns: 300, seed: 20261121 },
    );
    // Charts of which all fail, or none, would prove little.
    expect([...codes]).toEqual(expect.arrayContaining(['rendered', 'RENDER_HELM', 'RENDER_LIMIT']));
  });
});
