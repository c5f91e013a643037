import type { DirectorySource } from '../api/source-types.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { SourceTree } from '../source/tree.ts';
import { renderDirectory } from './directory/render.ts';
import { ParseCache } from './parse-cache.ts';
import type { RenderedSourceType, RenderResult } from './rendered.ts';

/** What of an application's source decides about its manifests. */
export interface RenderOptions {
  /** The folder, from the root of the tree; `.` and `''` are the root. */
  readonly path: string;
  /** The type that the source says by itself; absent: found out from the files at `path`. */
  readonly sourceType?: RenderedSourceType;
  readonly directory?: DirectorySource;
  /** Shared by renders that may see the same files; absent: nothing is remembered. */
  readonly cache?: ParseCache;
  /** Bound on the sum of a folder's files. Default 10 MB, which is Argo CD's. */
  readonly maxCombinedBytes?: number;
}

/**
 * The manifests of one source. Pure: the same tree and options give the same result, and only `tree` is read.
 *
 * @throws {HoldfastError} RENDER_PATH if `path` is no folder of the tree
 * @throws {HoldfastError} RENDER_UNSUPPORTED for a source that needs an engine that is not there yet
 * @throws {HoldfastError} RENDER_YAML, RENDER_LIMIT, TREE_ESCAPE, TREE_LOOP, APPLICATION_INVALID as the engines say
 */
export function renderManifests(tree: SourceTree, options: RenderOptions): RenderResult {
  const path = normalisePath(options.path);
  requireFolder(tree, path);
  const sourceType = options.sourceType ?? detectSourceType(tree, path);
  if (sourceType !== 'Directory') throw unsupported(sourceType, path);
  return renderDirectory(tree, {
    path,
    directory: options.directory ?? {},
    cache: options.cache ?? new ParseCache(0),
    maxCombinedBytes: options.maxCombinedBytes ?? DEFAULT_MAX_COMBINED_BYTES,
  });
}

const DEFAULT_MAX_COMBINED_BYTES = 10_000_000;
const KUSTOMIZATION_NAMES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** `path` without `.` and `..` and without slashes at its ends. */
function normalisePath(path: string): string {
  if (path.startsWith('/')) throw badPath(path, 'it is absolute. Write it from the root of the repository on');
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) throw badPath(path, 'it leads out of the repository');
  }
  return names.join('/');
}

function requireFolder(tree: SourceTree, path: string): void {
  if (tree.list(path) !== undefined) return;
  if (tree.read(path) !== undefined) throw badPath(path, 'it is a file. Name the folder that holds it');
  const nearest = nearestFolder(tree, path);
  const where = nearest === '' ? 'nothing on the way to it does, below the root' : `only ${nearest} does`;
  throw badPath(path, `it does not exist in this revision; ${where}`);
}

function nearestFolder(tree: SourceTree, path: string): string {
  const names = path.split('/');
  for (let count = names.length - 1; count > 0; count--) {
    const folder = names.slice(0, count).join('/');
    if (tree.list(folder) !== undefined) return folder;
  }
  return '';
}

/** As Argo CD tells it: by the files at the path itself; a kustomization wins over a chart. */
function detectSourceType(tree: SourceTree, path: string): RenderedSourceType {
  const names = new Set((tree.list(path) ?? []).filter((one) => one.kind !== 'directory').map((one) => one.name));
  if (KUSTOMIZATION_NAMES.some((name) => names.has(name))) return 'Kustomize';
  return names.has('Chart.yaml') ? 'Helm' : 'Directory';
}

function unsupported(sourceType: 'Kustomize' | 'Helm', path: string): HoldfastError {
  const thing = sourceType === 'Helm' ? 'a Helm chart (Chart.yaml)' : 'a kustomization';
  const folder = path === '' ? 'the root folder' : path;
  const message =
    `Cannot render ${folder}: it is ${thing}, and ${sourceType} comes with the next release. ` +
    'Until then point the source at a folder of plain manifests';
  return new HoldfastError('RENDER_UNSUPPORTED', message, { retry: 'never' });
}

function badPath(path: string, reason: string): HoldfastError {
  const message = `Cannot render path ${JSON.stringify(path)}: ${reason}`;
  return new HoldfastError('RENDER_PATH', message, { retry: 'never' });
}
