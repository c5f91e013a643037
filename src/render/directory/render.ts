import type { DirectorySource } from '../../api/source-types.ts';
import { HoldfastError } from '../../lib/errors.ts';
import type { SourceTree } from '../../source/tree.ts';
import type { FileCache } from '../file-cache.ts';
import { looksLikeManifest, type ParsedFile, parseManifestFile } from '../parse-manifest-file.ts';
import type { RenderResult } from '../rendered.ts';
import { type FileManifests, renderProblem, toManifests } from '../to-manifests.ts';
import { type FoundFile, findFiles } from './find-files.ts';

/** What {@link renderDirectory} needs to know. */
export interface RenderDirectoryOptions {
  /** Normalised path of the folder from the root of the tree; `''` is the root. */
  readonly path: string;
  readonly directory: DirectorySource;
  readonly cache: FileCache;
  /** Bound on the sum of the files' sizes. */
  readonly maxCombinedBytes: number;
}

/**
 * The objects in the YAML and JSON files of a folder, as they stand.
 *
 * @throws {HoldfastError} RENDER_YAML if a file that was meant to hold objects cannot be parsed
 * @throws {HoldfastError} RENDER_LIMIT if a file or all files together are too large
 * @throws {HoldfastError} RENDER_UNSUPPORTED if the options select a Jsonnet file
 */
export function renderDirectory(tree: SourceTree, options: RenderDirectoryOptions): RenderResult {
  const { files, warnings } = findFiles(tree, options.path, options.directory);
  checkSize(files, options);
  const parts = files.map((file) => renderFile(file, options.cache));
  return {
    manifests: parts.flatMap((part) => part.manifests),
    problems: parts.flatMap((part) => part.problems),
    sourceType: 'Directory',
    warnings,
  };
}

function checkSize(files: readonly FoundFile[], options: RenderDirectoryOptions): void {
  const total = files.reduce((sum, file) => sum + file.bytes.length, 0);
  if (total <= options.maxCombinedBytes) return;
  const folder = options.path === '' ? 'the root folder' : options.path;
  const message =
    `Cannot render ${folder}: its ${files.length} files have ${total} bytes, more than the ` +
    `${options.maxCombinedBytes} allowed. Raise reposerver.max.combined.directory.manifests.size or split the folder`;
  throw new HoldfastError('RENDER_LIMIT', message, { retry: 'never' });
}

function renderFile(file: FoundFile, cache: FileCache): FileManifests {
  if (file.path.endsWith('.jsonnet')) throw jsonnetUnsupported(file.path);
  let parsed: ParsedFile;
  try {
    parsed = parse(file, cache);
  } catch (error) {
    return passOverForeign(HoldfastError.from(error), file);
  }
  return parsed === undefined ? { manifests: [], problems: [] } : toManifests(parsed, file.path);
}

function parse(file: FoundFile, cache: FileCache): ParsedFile {
  const format = file.path.endsWith('.json') ? 'json' : 'yaml';
  return cache.get(`manifests as ${format}`, file.bytes, () => parseManifestFile(file.bytes, file.path));
}

/** A broken file stops the render, lest its objects be pruned, unless it cannot have held any. */
function passOverForeign(error: HoldfastError, file: FoundFile): FileManifests {
  if (error.code !== 'RENDER_YAML' || looksLikeManifest(file.bytes)) throw error;
  const line = error.position?.line;
  const parts = { severity: 'foreign', file: file.path, reason: error.message } as const;
  return { manifests: [], problems: [renderProblem(line === undefined ? parts : { ...parts, line })] };
}

function jsonnetUnsupported(file: string): HoldfastError {
  const message = `Cannot render ${file}: Holdfast does not evaluate Jsonnet. Leave it out by spec.source.directory.exclude`;
  return new HoldfastError('RENDER_UNSUPPORTED', message, { retry: 'never', position: { file } });
}
