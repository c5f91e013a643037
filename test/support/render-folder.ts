import type { DirectorySource } from '../../src/api/source-types.ts';
import { type RenderOptions, renderManifests } from '../../src/render/render-manifests.ts';
import type { RenderResult } from '../../src/render/rendered.ts';
import type { SourceTree } from '../../src/source/tree.ts';

/** Options of {@link renderFolder}. */
export interface RenderFolderOptions extends Omit<RenderOptions, 'source'> {
  readonly path: string;
  readonly directory?: DirectorySource;
}

/** What rendering a folder gives, where nothing has to be fetched for it. */
export function renderFolder(tree: SourceTree, { path, directory, ...options }: RenderFolderOptions): RenderResult {
  const source = { path, ...(directory === undefined ? {} : { directory }) };
  const outcome = renderManifests(tree, { ...options, source });
  if ('needs' in outcome) throw new Error(`${outcome.needs.length} things must be fetched`);
  return outcome;
}
