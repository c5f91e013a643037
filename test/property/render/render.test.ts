import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../src/lib/errors.ts';
import { FileCache } from '../../../src/render/file-cache.ts';
import { memoryTree } from '../../../src/source/memory-tree.ts';
import { renderFolder } from '../../support/render-folder.ts';

const SETTINGS = { numRuns: 300, seed: 20261121 } as const;

const name = fc.constantFrom('a', 'b', 'c', 'd');
const manifest = name.map((one) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${one}}\n`);
const other = fc.constantFrom('services: {}\n', '- 1\n', 'hello\n', '', '---\n', '{{ x }}: [\n', 'kind: X\n');
const content = fc.array(fc.oneof(manifest, manifest, other), { maxLength: 3 }).map((parts) => parts.join('---\n'));
const path = fc.tuple(
  fc.constantFrom('', 'sub/', 'sub/deep/'),
  name,
  fc.constantFrom('.yaml', '.yml', '.json', '.txt'),
);
const files = fc.dictionary(
  path.map((parts) => parts.join('')),
  content,
  { maxKeys: 6 },
);
const directory = fc.record({
  recurse: fc.boolean(),
  include: fc.constantFrom('', '*.yaml', 'sub/*', '{a,b}*'),
  exclude: fc.constantFrom('', '*c*', '*.yml'),
});

function outcome(tree: Readonly<Record<string, string>>, options: object, cache: FileCache): unknown {
  try {
    return renderFolder(memoryTree(tree), { path: '.', directory: options, cache });
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { code: error.code, message: error.message };
  }
}

describe('renderManifests()', () => {
  it('gives the same for the same tree, with and without a warm cache', () => {
    const shared = new FileCache();
    fc.assert(
      fc.property(files, directory, (tree, options) => {
        const cold = outcome(tree, options, new FileCache(0));
        expect(outcome(tree, options, shared)).toEqual(cold);
        expect(outcome(tree, options, shared)).toEqual(cold);
      }),
      SETTINGS,
    );
  });

  it('accounts for every file that it was to read', () => {
    fc.assert(
      fc.property(files, (tree) => {
        const result = outcome(tree, { recurse: true }, new FileCache(0));
        fc.pre(typeof result === 'object' && result !== null && 'manifests' in result);
        const { manifests, problems } = result as ReturnType<typeof renderFolder>;
        const seen = new Set([...manifests.map(({ position }) => position.file), ...problems.map(({ file }) => file)]);
        const expected = Object.entries(tree).filter(([file, text]) => !file.endsWith('.txt') && /[a-z]/.test(text));
        for (const [file] of expected) expect(seen).toContain(file);
      }),
      SETTINGS,
    );
  });

  it('gives the other manifests unchanged when a foreign file joins them', () => {
    fc.assert(
      fc.property(files, (tree) => {
        const before = outcome(tree, {}, new FileCache(0));
        fc.pre(typeof before === 'object' && before !== null && 'manifests' in before);
        const after = outcome({ ...tree, 'foreign.yaml': 'services: {}\n' }, {}, new FileCache(0));
        expect(after).toMatchObject({ manifests: before.manifests });
      }),
      SETTINGS,
    );
  });
});
