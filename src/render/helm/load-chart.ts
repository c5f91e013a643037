import type { SourceTree, TreeEntry } from '../../source/tree.ts';
import type { FileCache } from '../file-cache.ts';
import { compareStrings, quoteString } from '../gotemplate/go-string.ts';
import { isGzip, MAX_CHART_BYTES, readChartArchive, withoutByteOrderMark } from './archive.ts';
import type { Chart, ChartFile } from './chart.ts';
import { HelmError, wrapHelmError } from './helm-error.ts';
import { type IgnoreRules, parseHelmignore } from './helmignore.ts';
import { loadChartFiles } from './load-chart-files.ts';
import { decodeMetadata } from './metadata.ts';
import { isObject, readYamlFile } from './read-yaml.ts';

/** How {@link loadChart} loads. */
export interface LoadChartOptions {
  /** What messages put before paths of the tree; default nothing. `/` where the tree is the whole disk. */
  readonly displayRoot?: string | undefined;
  /** Remembers what files were parsed into; absent: nothing is remembered. */
  readonly cache?: FileCache | undefined;
}

/**
 * Loads the chart at `path`: a folder, with its `.helmignore`, or a packaged chart.
 * @throws {HelmError} if there is no chart or Helm would not load it
 * @see helm.sh/helm/v4 pkg/chart/loader/load.go
 */
export function loadChart(tree: SourceTree, path: string, options: LoadChartOptions = {}): Chart {
  const { displayRoot = '', cache } = options;
  const archive = tree.list(path) === undefined ? tree.read(path) : undefined;
  if (archive !== undefined) return loadArchive(archive, displayRoot + path, cache);
  const chartYaml = tree.read(join(path, 'Chart.yaml'));
  if (chartYaml === undefined) {
    const file = displayRoot + join(path, 'Chart.yaml');
    throw new HelmError(`unable to detect chart at ${file}: open ${file}: no such file or directory`);
  }
  checkApiVersion(chartYaml, cache);
  return loadChartFiles(walkFolder(tree, path, cache), cache);
}

/**
 * Loads a packaged chart.
 * @param name of the file, for errors
 * @param cache as in {@link LoadChartOptions}
 * @throws {HelmError} if the bytes are no chart
 */
export function loadArchive(bytes: Uint8Array, name: string, cache?: FileCache): Chart {
  if (!isGzip(bytes)) {
    const isYaml = /\.ya?ml$/.test(name);
    throw new HelmError(
      isYaml
        ? `file '${name}' seems to be a YAML file, but expected a gzipped archive`
        : `file '${name}' does not appear to be a gzipped archive; got '${contentType(bytes)}'`,
    );
  }
  const files = readArchive(bytes, cache);
  const chartYaml = files.find((file) => file.name === 'Chart.yaml');
  if (chartYaml === undefined) throw new HelmError('unable to detect chart version, no Chart.yaml found');
  checkApiVersion(chartYaml.data, cache);
  return loadChartFiles(files, cache);
}

function readArchive(bytes: Uint8Array, cache: FileCache | undefined): readonly ChartFile[] {
  try {
    return readChartArchive(bytes, cache);
  } catch (error) {
    throw wrapHelmError(error, 'unable to load chart archive');
  }
}

function contentType(bytes: Uint8Array): string {
  // Go looks at a buffer of 512 bytes; what a short file leaves of it is zeros.
  const isBinary = bytes.length < 512 || bytes.subarray(0, 512).some((byte) => byte < 0x09);
  return isBinary ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}

function checkApiVersion(chartYaml: Uint8Array, cache: FileCache | undefined): void {
  const version = apiVersionOf(chartYaml, cache);
  if (!['', 'v1', 'v2', 'v3'].includes(version)) throw new HelmError('unsupported chart version');
}

function apiVersionOf(chartYaml: Uint8Array, cache: FileCache | undefined): string {
  try {
    const json = readYamlFile(withoutByteOrderMark(chartYaml), cache);
    // Only this field decides here; mistakes in others are found later.
    const one = isObject(json) && json['apiVersion'] !== undefined ? { apiVersion: json['apiVersion'] } : {};
    const version = decodeMetadata(isObject(json) ? one : json).get('apiVersion');
    return typeof version === 'string' ? version : '';
  } catch (error) {
    throw wrapHelmError(error, 'cannot load Chart.yaml');
  }
}

/** Folders inside one another, links included: more is a loop. */
const MAX_DEPTH = 100;

/** What a walk through a chart's folder carries along. */
interface Walk {
  readonly tree: SourceTree;
  readonly rules: IgnoreRules;
  readonly files: ChartFile[];
  remaining: number;
}

/** The files of a chart's folder that `.helmignore` leaves, sorted within each folder; links are followed. */
function walkFolder(tree: SourceTree, path: string, cache: FileCache | undefined): ChartFile[] {
  const ignoreFile = tree.read(join(path, '.helmignore')) ?? new Uint8Array();
  const parse = (): IgnoreRules => parseHelmignore(Buffer.from(ignoreFile).toString());
  const rules = cache === undefined ? parse() : cache.get('helmignore', ignoreFile, parse);
  const walk: Walk = { tree, rules, files: [], remaining: MAX_CHART_BYTES };
  visit(walk, path, { name: '', depth: 0 });
  return walk.files;
}

function visit(walk: Walk, path: string, folder: { name: string; depth: number }): void {
  if (folder.depth > MAX_DEPTH) {
    throw new HelmError(
      `folders of the chart are more than ${MAX_DEPTH} deep at ${folder.name}: links may form a loop`,
    );
  }
  const entries = walk.tree.list(path) ?? [];
  for (const entry of entries.toSorted(byName)) {
    const name = folder.name === '' ? entry.name : `${folder.name}/${entry.name}`;
    const entryPath = join(path, entry.name);
    const kind = kindOf(walk.tree, entryPath, entry);
    if (walk.rules.ignores(name, kind === 'directory') || kind === 'submodule') continue;
    if (kind === 'directory') visit(walk, entryPath, { name, depth: folder.depth + 1 });
    else walk.files.push({ name, data: readFile(walk, entryPath, name) });
  }
}

function kindOf(tree: SourceTree, path: string, { kind }: TreeEntry): 'file' | 'directory' | 'submodule' {
  if (kind === 'directory' || kind === 'submodule') return kind;
  if (kind !== 'symlink') return 'file';
  if (tree.list(path) !== undefined) return 'directory';
  if (tree.read(path) === undefined) {
    throw new HelmError(`error evaluating symlink ${path}: lstat ${quoteString(path)}: no such file or directory`);
  }
  return 'file';
}

function readFile(walk: Walk, path: string, name: string): Uint8Array {
  const data = walk.tree.read(path) ?? new Uint8Array();
  walk.remaining -= data.length;
  if (walk.remaining < 0) {
    throw new HelmError(`error reading ${name}: chart exceeds maximum decompressed size of ${MAX_CHART_BYTES} bytes`);
  }
  return withoutByteOrderMark(data);
}

function byName(a: TreeEntry, b: TreeEntry): number {
  return compareStrings(a.name, b.name);
}

function join(path: string, name: string): string {
  return path === '' || path === '.' ? name : `${path}/${name}`;
}
