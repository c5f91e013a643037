import { gunzipSync } from 'node:zlib';
import type { FileCache } from '../file-cache.ts';
import { quoteString } from '../gotemplate/go-string.ts';
import type { ChartFile } from './chart.ts';
import { HelmError } from './helm-error.ts';
import { readTar, type TarEntry } from './tar.ts';

/** Bytes that the files of one chart may have together, as in Helm. */
export const MAX_CHART_BYTES: number = 100 * 1024 * 1024;
/** Room for headers and padding beside the files. */
const MAX_TAR_BYTES = MAX_CHART_BYTES + 28 * 1024 * 1024;
/** Far more than any chart has. Helm has no such limit. */
const MAX_FILES = 50_000;

/**
 * The files of a packaged chart, named from below its base directory, in the order of the archive. Links and devices
 * are empty files, as Helm has them.
 * @param cache remembers archives; absent: nothing is remembered
 * @throws {HelmError} if the bytes are no gzipped tar archive, if a name leaves the chart or there is too much of it
 * @see helm.sh/helm/v4 pkg/chart/loader/archive/archive.go LoadArchiveFiles
 */
export function readChartArchive(bytes: Uint8Array, cache?: FileCache): readonly ChartFile[] {
  return cache === undefined ? unpack(bytes) : cache.get('chart archive', bytes, () => unpack(bytes), sizeOf);
}

function sizeOf(files: readonly ChartFile[]): number {
  return files.reduce((sum, { data }) => sum + data.byteLength, 0);
}

function unpack(bytes: Uint8Array): ChartFile[] {
  const files: ChartFile[] = [];
  let remaining = MAX_CHART_BYTES;
  for (const entry of readTar(gunzip(bytes))) {
    if (entry.isDirectory || entry.isExtension) continue;
    const name = nameInChart(entry);
    remaining -= entry.data.length;
    if (remaining <= 0) throw tooLarge();
    files.push({ name, data: withoutByteOrderMark(entry.data) });
    if (files.length > MAX_FILES) throw new HelmError(`chart archive has more than ${MAX_FILES} files`);
  }
  if (files.length === 0) throw new HelmError('no files in chart archive');
  return files;
}

/** Whether the bytes begin as a gzipped file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
}

/** The bytes without UTF-8's byte order mark. */
export function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function gunzip(bytes: Uint8Array): Uint8Array {
  if (bytes.length < HEADER_BYTES) throw new HelmError(bytes.length === 0 ? 'EOF' : 'unexpected EOF');
  if (!isGzip(bytes)) throw new HelmError('gzip: invalid header');
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_TAR_BYTES });
  } catch (error) {
    throw explainZlib(error);
  }
}

const HEADER_BYTES = 10;

function explainZlib(error: unknown): HelmError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_BUFFER_TOO_LARGE') return tooLarge();
  if (code === 'Z_BUF_ERROR') return new HelmError('unexpected EOF');
  const isChecksum = error instanceof Error && /incorrect (?:data|length) check/.test(error.message);
  return new HelmError(isChecksum ? 'gzip: invalid checksum' : 'flate: corrupt input');
}

function tooLarge(): HelmError {
  return new HelmError(`decompressed chart is larger than the maximum size ${MAX_CHART_BYTES}`);
}

function nameInChart({ name }: TarEntry): string {
  const delimiter = name.includes('\\') ? '\\' : '/';
  const [first = '', ...parts] = name.split(delimiter);
  const joined = parts.join('/');
  if (joined.startsWith('/')) throw new HelmError('chart illegally contains absolute paths');
  const path = cleanPath(joined);
  if (path === '.') {
    throw new HelmError(`chart illegally contains content outside the base directory: ${quoteString(name)}`);
  }
  if (path.startsWith('..')) throw new HelmError('chart illegally references parent directory');
  if (/^[a-zA-Z]:\//.test(path)) throw new HelmError('chart contains illegally named files');
  if (first === 'Chart.yaml') throw new HelmError('chart yaml not in base directory');
  return path;
}

/** Go's `path.Clean` of a relative path. */
function cleanPath(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..' && names.length > 0 && names.at(-1) !== '..') names.pop();
    else names.push(name);
  }
  return names.length === 0 ? '.' : names.join('/');
}
