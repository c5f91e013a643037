import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../../../src/lib/errors.ts';
import { chartInflator } from '../../../../../src/render/inflate-chart.ts';
import { parseBuildFlags } from '../../../../../src/render/kustomize/build-flags.ts';
import { buildKustomization, printManifests } from '../../../../../src/render/kustomize/index.ts';
import { folderTree } from '../../../../../src/source/folder-tree.ts';
import { memoryTree } from '../../../../../src/source/memory-tree.ts';
import { missingFromMessage } from '../../../../conformance/missing-from-message.ts';
import { type ChartCase, withInput } from '../../../../golden/kustomize-helm/with-input.ts';

const recorded = readFileSync(new URL('../../../../golden/kustomize-helm/cases.jsonl', import.meta.url), 'utf8');
const cases = recorded
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as ChartCase);

describe('buildKustomization() with charts', () => {
  it.each(cases.map((one) => [`${one.kustomization} ${one.flags.join(' ')}`, one] as const))(
    'does as kustomize with helm does for %j',
    (_, one) => {
      withInput(one, (folder) => {
        const ours = build(folder, one.flags);
        if (one.error === undefined) expect(ours).toEqual({ out: one.out });
        else expect(missingFromMessage(one.error, ours.error ?? '(no error)', folder)).toEqual([]);
      });
    },
  );

  it('refuses charts without --enable-helm', () => {
    const tree = memoryTree({ 'kustomization.yaml': 'helmCharts: [{name: web}]\n' });
    expect(() => buildKustomization(tree, '', { helm: chartInflator() })).toThrow(/must specify --enable-helm/);
  });

  it('says where to put a chart that the real tool would pull', () => {
    const tree = memoryTree({
      'kustomization.yaml': 'helmCharts: [{name: web, repo: "https://x.example", version: 1.0.0}]\n',
    });
    expect(() => buildKustomization(tree, '', { helm: chartInflator(), enableHelm: true })).toThrow(
      /no chart found at 'charts\/web-1.0.0\/web', and charts are not pulled from repositories; put it there/,
    );
  });

  it('reads no chart outside the tree', () => {
    const options = { helm: chartInflator(), enableHelm: true, loadRestrictor: 'none' } as const;
    for (const chartHome of ['../..', '/etc']) {
      const tree = memoryTree({
        'a/kustomization.yaml': `helmGlobals: {chartHome: ${chartHome}}\nhelmCharts: [{name: x}]\n`,
      });
      expect(() => buildKustomization(tree, 'a', options)).toThrow(/security; file '.*x' is not in or below/);
    }
  });
});

function build(folder: string, flags: readonly string[]): { out?: string; error?: string } {
  const { options } = parseBuildFlags(['--enable-helm', ...flags]);
  try {
    const result = buildKustomization(folderTree(path.dirname(folder)), path.basename(folder), {
      ...options,
      helm: chartInflator(),
    });
    return 'needs' in result ? { error: 'needs' } : { out: printManifests(result.manifests) };
  } catch (error) {
    if (error instanceof HoldfastError && error.code !== 'INTERNAL') return { error: error.message };
    throw error;
  }
}
