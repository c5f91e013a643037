import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../../../src/lib/errors.ts';
import { type BuildOptions, buildKustomization, printManifests } from '../../../../../src/render/kustomize/index.ts';
import { type MemoryFile, memoryTree } from '../../../../../src/source/memory-tree.ts';
import { missingFromMessage } from '../../../../conformance/missing-from-message.ts';

interface RecordedBuild {
  readonly name: string;
  readonly path: string;
  readonly flags: readonly string[];
  readonly files: Readonly<Record<string, string | { readonly base64: string } | { readonly link: string }>>;
  readonly output?: string;
  readonly warnings?: readonly string[];
  readonly error?: string;
}

const file = new URL('../../../../golden/kustomize/build/cases.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly RecordedBuild[];

describe('buildKustomization()', () => {
  it.each(cases.filter(({ error }) => error === undefined))('prints what the real tool prints: $name', (one) => {
    const built = build(one);
    if ('needs' in built) throw new Error('nothing is to be fetched');
    expect(printManifests(built.manifests)).toBe(one.output);
    expect(built.warnings).toEqual(one.warnings);
  });

  it.each(cases.filter(({ error }) => error !== undefined))('fails as the real tool fails: $name', (one) => {
    const message = failureOf(one);
    expect(missingFromMessage(one.error ?? '', message, '<INPUT>'), `${message}\nreal: ${one.error}`).toEqual([]);
  });
});

function failureOf(one: RecordedBuild): string {
  try {
    build(one);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'RENDER_KUSTOMIZE') return error.message;
    throw error;
  }
  throw new Error(`it must fail: ${one.error}`);
}

function build({ files, path, flags }: RecordedBuild): ReturnType<typeof buildKustomization> {
  const entries = Object.entries(files).map(([name, content]): [string, MemoryFile] => [
    name,
    typeof content === 'string' || 'link' in content ? content : Buffer.from(content.base64, 'base64'),
  ]);
  return buildKustomization(memoryTree(new Map(entries)), path, optionsOf(flags));
}

function optionsOf(flags: readonly string[]): BuildOptions {
  const reorder = flags[flags.indexOf('--reorder') + 1];
  return {
    ...(flags.includes('LoadRestrictionsNone') ? { loadRestrictor: 'none' } : {}),
    ...(reorder === 'none' || reorder === 'legacy' ? { reorder } : {}),
    addManagedByLabel: flags.includes('--enable-managedby-label'),
  };
}
