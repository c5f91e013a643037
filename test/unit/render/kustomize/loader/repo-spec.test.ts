import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRepoSpec } from '../../../../../src/render/kustomize/loader/repo-spec.ts';

interface RecordedSpec {
  readonly url: string;
  readonly cloneUrl?: string;
}

const file = new URL('../../../../golden/kustomize/build/repo-specs.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as readonly RecordedSpec[];

describe('parseRepoSpec()', () => {
  it.each(recorded.filter(({ cloneUrl }) => cloneUrl !== undefined))(
    'reads $url as the real tool does',
    ({ url, ...spec }) => {
      expect(parseRepoSpec(url)).toMatchObject(spec);
    },
  );

  it.each(recorded.filter(({ cloneUrl }) => cloneUrl === undefined))('takes $url for a local path', ({ url }) => {
    expect(parseRepoSpec(url)).toBeUndefined();
  });

  it('notes the prefix that is to be dropped', () => {
    expect(parseRepoSpec('git::https://git.example/acme/shop')?.isForced).toBe(true);
    expect(parseRepoSpec('https://git.example/acme/shop')?.isForced).toBe(false);
  });
});
