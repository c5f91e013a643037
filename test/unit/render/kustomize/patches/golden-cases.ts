import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A patch and what real kustomize made of it. */
export interface GoldenCase {
  readonly title: string;
  readonly target: string;
  readonly patch: string;
  /** A custom OpenAPI document in force. */
  readonly schema?: string;
  readonly result: string;
  readonly error: string;
  /** The patch took the resource away. */
  readonly gone?: boolean;
}

/** The cases recorded in `test/golden/kustomize/patches`. */
export function readGoldenCases(name: 'merge' | 'json-patch'): GoldenCase[] {
  const file = resolve(import.meta.dirname, `../../../../golden/kustomize/patches/${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as GoldenCase[];
}
