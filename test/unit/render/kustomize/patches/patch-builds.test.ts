import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildKustomization, printManifests } from '../../../../../src/render/kustomize/index.ts';
import { memoryTree } from '../../../../../src/source/memory-tree.ts';
import { missingFromMessage } from '../../../../conformance/missing-from-message.ts';

interface PatchBuild {
  readonly title: string;
  /** Whether the files that the builds have in common are there. */
  readonly base: boolean;
  readonly files: Readonly<Record<string, string>>;
  readonly output: string;
  readonly error: string;
}

const { base, cases } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../../../golden/kustomize/patches/builds.json'), 'utf8'),
) as { base: Readonly<Record<string, string>>; cases: readonly PatchBuild[] };

describe('the patch transformers', () => {
  it.each(cases.filter(({ error }) => error === ''))('$title', (one) => {
    expect(build(one)).toBe(one.output);
  });

  it.each(cases.filter(({ error }) => error !== ''))('$title', (one) => {
    const [expected = ''] = one.error.split(': node contents');
    const message = failureOf(one);
    expect(missingFromMessage(expected, message, '<INPUT>'), message).toEqual([]);
  });

  it.each([
    ['patches', 'patches:\n- patch: "{kind: Secret, metadata: {name: s}, data: {a: hidden"\n'],
    ['patches with a target', 'patches:\n- target: {kind: Secret}\n  patch: "- {op: add, value: hidden"\n'],
    ['patchesJson6902', 'patchesJson6902:\n- target: {kind: Secret, name: s}\n  patch: "[{op: hidden"\n'],
  ])('keeps the data of Secrets out of errors about %s', (_, patches) => {
    const message = failureOf({ base: true, files: { 'kustomization.yaml': `resources: [cm.yaml]\n${patches}` } });
    // What comes before shows the plugin's configuration, which is not up to the plugin.
    const own = message.split('\n`: ').at(-1);
    expect(own).toContain('not shown');
    expect(own).not.toContain('hidden');
  });
});

function build({ base: hasBase, files }: Pick<PatchBuild, 'base' | 'files'>): string {
  const tree = memoryTree(new Map(Object.entries({ ...(hasBase ? base : {}), ...files })));
  const result = buildKustomization(tree, '.', {});
  if ('needs' in result) throw new Error('nothing is to be fetched');
  return printManifests(result.manifests);
}

function failureOf(one: Pick<PatchBuild, 'base' | 'files'>): string {
  try {
    build(one);
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
  throw new Error('it must fail');
}
