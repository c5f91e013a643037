import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { HoldfastError } from '../../../src/lib/errors.ts';
import { createBuildEnvironment } from '../../../src/render/argocd/build-environment.ts';
import { matchValueFiles } from '../../../src/render/argocd/match-value-files.ts';
import { renderManifests } from '../../../src/render/render-manifests.ts';
import { type MemoryFile, memoryTree } from '../../../src/source/memory-tree.ts';
import { APPLICATION, CASES, CHART, CLUSTER, type HelmCase } from './cases.ts';

type Recorded = { readonly objects: readonly unknown[] } | { readonly error: string };

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, name), 'utf8'));
}

const recorded = readJson('recorded.json') as Record<string, Recorded>;

function render(one: HelmCase): readonly unknown[] {
  const outcome = renderManifests(memoryTree({ ...CHART, ...one.files }), {
    source: { path: APPLICATION.path, helm: one.source },
    appName: APPLICATION.appName,
    namespace: APPLICATION.namespace,
    environment: createBuildEnvironment(APPLICATION),
    cluster: CLUSTER,
  });
  if ('needs' in outcome) throw new Error('nothing is remote in these cases');
  expect(outcome.problems).toEqual([]);
  return outcome.manifests.map(({ object }) => object);
}

function messageOf(one: HelmCase): string {
  try {
    return `renders ${JSON.stringify(render(one))}`;
  } catch (error) {
    expect(error).toBeInstanceOf(HoldfastError);
    return (error as HoldfastError).message;
  }
}

/** What the real message quotes, and files and templates that it names. */
function identifiersOf(error: string): string[] {
  // What comes before is Helm's log, which quotes the same once more.
  const said = error.slice(Math.max(error.lastIndexOf('Error: '), 0));
  const quoted = [...said.matchAll(/"([^"\s]+)"|'([^'\s]+)'|`([^`\s]+)`/g)].flatMap((match) => match.slice(1));
  const files = said.match(/[\w./-]+\.(?:ya?ml|txt)(?=[\s:)])/g) ?? [];
  return [...quoted, ...files].filter((text) => text !== undefined && !text.startsWith('--'));
}

const pairs = CASES.map((one): [string, HelmCase, Recorded | undefined] => [one.name, one, recorded[one.name]]);
const rendered = pairs.filter(([, , was]) => was === undefined || 'objects' in was);
const refused = pairs.flatMap(([name, one, was]): [string, HelmCase, string][] =>
  was !== undefined && 'error' in was ? [[name, one, was.error]] : [],
);

describe('spec.source.helm, as Argo CD hands it to helm', () => {
  it('has each case recorded', () => {
    expect(new Set(Object.keys(recorded))).toEqual(new Set(CASES.map(({ name }) => name)));
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
  });

  it.each(rendered)('renderManifests() gives what helm prints: %s', (_name, one, was) => {
    expect(render(one)).toEqual((was as { objects: unknown[] }).objects);
  });

  it.each(refused)('renderManifests() refuses what helm refuses: %s', (_name, one, error) => {
    const message = messageOf(one);
    expect(message).not.toMatch(/^renders /);
    for (const identifier of identifiersOf(error)) expect(message).toContain(identifier);
  });
});

describe('matchValueFiles()', () => {
  const globs = readJson('globs.json') as {
    readonly files: readonly string[];
    readonly links: Readonly<Record<string, string>>;
    readonly found: Readonly<Record<string, readonly string[] | string>>;
  };
  const files = globs.files.map((file): [string, MemoryFile] => [file, '']);
  const links = Object.entries(globs.links).map(([name, link]): [string, MemoryFile] => [name, { link }]);
  const tree = memoryTree(new Map([...files, ...links]));

  it.each(Object.entries(globs.found))('finds what doublestar finds, in its order: %s', (pattern, found) => {
    const match = (): readonly string[] => matchValueFiles(tree, path.posix.normalize(pattern).replace(/\/$/, ''));
    if (typeof found === 'string') expect(match).toThrow(expect.objectContaining({ code: 'APPLICATION_INVALID' }));
    // It names a file as often as there are ways to it; Argo CD takes it once.
    else expect(match()).toEqual([...new Set(found)]);
  });
});
