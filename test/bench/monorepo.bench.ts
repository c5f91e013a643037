// What a commit costs in a repository of many overlays over a few bases: how many are rendered again, and how long
// finding that out and rendering take.
//
//   npm run prove -- monorepo [--overlays=1000] [--bases=20]
import process from 'node:process';
import { parseArgs } from 'node:util';
import { memoryTree } from '../../src/source/memory-tree.ts';
import { configMap } from '../support/manifests.ts';
import { monorepoFiles, type OverlayRender, outdatedPaths, overlayPath, renderOverlay } from '../support/monorepo.ts';

const { values } = parseArgs({
  options: { overlays: { type: 'string', default: '1000' }, bases: { type: 'string', default: '20' } },
});
const overlays = Number(values.overlays);
const files = monorepoFiles(overlays, Number(values.bases));
const paths = Array.from({ length: overlays }, (_none, index) => overlayPath(index));

function print(what: string, count: number, checkMs: number, renderMs: number): void {
  const times = `check ${checkMs.toFixed(1)} ms, render ${renderMs.toFixed(1)} ms`;
  process.stdout.write(`${what.padEnd(34)} rendered ${count} of ${overlays}, ${times}\n`);
}

const tree = memoryTree(files);
const start = performance.now();
const renders: OverlayRender[] = paths.map((path) => renderOverlay(tree, path));
print('first commit', overlays, 0, performance.now() - start);

const COMMITS: readonly (readonly [what: string, path: string, content: string])[] = [
  ['one file of one overlay', `${overlayPath(7)}/own.yaml`, configMap('own', { changed: 'yes' })],
  ['one file of one base', 'bases/base-3/settings.yaml', configMap('settings', { changed: 'yes' })],
  ['the component', 'parts/notes/kustomization.yaml', 'kind: Component\ncommonAnnotations: {note: changed}\n'],
  ['a file that nobody reads', 'README.md', 'changed'],
];
for (const [what, path, content] of COMMITS) {
  const after = memoryTree(new Map(files).set(path, content));
  const checking = performance.now();
  const outdated = outdatedPaths(renders, after);
  const rendering = performance.now();
  for (const one of outdated) renderOverlay(after, one);
  print(what, outdated.length, rendering - checking, performance.now() - rendering);
}
