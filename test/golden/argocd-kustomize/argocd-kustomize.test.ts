import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { HoldfastError } from '../../../src/lib/errors.ts';
import { createBuildEnvironment } from '../../../src/render/argocd/build-environment.ts';
import { renderManifests } from '../../../src/render/render-manifests.ts';
import { memoryTree } from '../../../src/source/memory-tree.ts';
import { CASES, ENVIRONMENT, type OverlayCase } from './cases.ts';

type Recorded = { readonly objects: readonly unknown[] } | { readonly error: string };

const recorded = JSON.parse(readFileSync(path.join(import.meta.dirname, 'recorded.json'), 'utf8')) as Record<
  string,
  Recorded
>;

function render(one: OverlayCase): readonly unknown[] {
  const outcome = renderManifests(memoryTree(one.files), {
    source: { path: one.path ?? '.', kustomize: one.source },
    environment: createBuildEnvironment(ENVIRONMENT),
    kustomizeBuildOptions: one.buildOptions ?? '',
  });
  if ('needs' in outcome) throw new Error('nothing is remote in these cases');
  return outcome.manifests.map(({ object }) => object);
}

function messageOf(one: OverlayCase): string {
  try {
    return `renders ${JSON.stringify(render(one))}`;
  } catch (error) {
    expect(error).toBeInstanceOf(HoldfastError);
    return (error as HoldfastError).message;
  }
}

/** What the real message quotes and a reader needs: names, files and values, without what stands around them. */
function identifiersOf(error: string): string[] {
  // What follows is how to use the command.
  const [message = ''] = error.split(/\n(?:Usage:|- <image>)/);
  const quoted = [...message.matchAll(/"([^"\s]+)"|'([^'\s]+)'/g)].map(([, double, single]) => double ?? single ?? '');
  return quoted.map((text) => text.replace(/^\//, ''));
}

const pairs = CASES.map((one): [string, OverlayCase, Recorded | undefined] => [one.name, one, recorded[one.name]]);
const rendered = pairs.filter(([, , was]) => was === undefined || 'objects' in was);
const refused = pairs.flatMap(([name, one, was]) => (was !== undefined && 'error' in was ? [[name, one, was]] : [])) as [
  string,
  OverlayCase,
  { error: string },
][];

describe('spec.source.kustomize, as Argo CD puts it in', () => {
  it('has each case recorded', () => {
    expect(new Set(Object.keys(recorded))).toEqual(new Set(CASES.map(({ name }) => name)));
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
  });

  it.each(rendered)('renderManifests() gives what kustomize gives: %s', (_name, one, was) => {
    expect(render(one)).toEqual((was as { objects: unknown[] }).objects);
  });

  it.each(refused)('renderManifests() refuses what kustomize refuses: %s', (_name, one, { error }) => {
    const message = messageOf(one);
    expect(message).not.toMatch(/^renders /);
    for (const identifier of identifiersOf(error)) expect(message).toContain(identifier);
  });
});
