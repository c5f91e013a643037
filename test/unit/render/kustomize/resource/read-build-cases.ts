import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { JsonObject } from '../../../../../src/object/kube-object.ts';
import { buildKustomization, printManifests } from '../../../../../src/render/kustomize/index.ts';
import { memoryTree } from '../../../../../src/source/memory-tree.ts';

/** A folder of files and what the real tool made of it: text, or why it failed. */
export interface BuildCase {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly expected?: string;
  readonly error?: string;
}

/** The cases of a file below `test/golden/kustomize`. */
export function readBuildCases(file: string): BuildCase[] {
  const text = readFileSync(resolve(import.meta.dirname, '../../../../golden/kustomize', file), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as BuildCase);
}

/** The text that our engine prints for a folder of files. */
export function buildText(files: Readonly<Record<string, string>>): string {
  return printManifests(buildObjects(files));
}

/** The objects that our engine makes of a folder of files. */
export function buildObjects(files: Readonly<Record<string, string>>): readonly JsonObject[] {
  const result = buildKustomization(memoryTree(files), '.');
  if ('needs' in result) throw new Error('nothing is to be fetched');
  return result.manifests;
}

/** The message of the error that building a folder of files ends with. */
export function buildError(files: Readonly<Record<string, string>>): string {
  try {
    buildText(files);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the build must fail');
}
