import type { JsonValue } from '../../object/kube-object.ts';
import type { FileCache } from '../file-cache.ts';
import type { GoMap } from '../gotemplate/value.ts';
import { readChartArchive } from './archive.ts';
import type { Chart, ChartFile, ChartLock } from './chart.ts';
import type { DecodedStruct } from './decode-struct.ts';
import { HelmError, wrapHelmError } from './helm-error.ts';
import { decodeLock, decodeMetadata, validateMetadata } from './metadata.ts';
import { readYamlFile } from './read-yaml.ts';
import { loadValuesFile } from './values.ts';

/** What is collected of a chart before its metadata is checked. */
interface Draft {
  metadata: DecodedStruct | undefined;
  lock: ChartLock | undefined;
  values: GoMap;
  schema: Uint8Array | undefined;
  readonly templates: ChartFile[];
  readonly files: ChartFile[];
  /** Files below `charts/`, by their first name there. */
  readonly subcharts: Map<string, ChartFile[]>;
  readonly warnings: string[];
  readonly cache: FileCache | undefined;
}

/** Charts inside charts: more is hostile. */
const MAX_NESTING = 50;

/**
 * A chart from its files, in their order. Names are relative to the chart.
 * @param cache remembers what files were parsed into; absent: nothing is remembered
 * @throws {HelmError} with Helm's texts: `cannot load values.yaml: …`, `validation: …`,
 *   `error unpacking subchart NAME in CHART: …`
 * @see helm.sh/helm/v4 pkg/chart/v2/loader/load.go LoadFiles
 */
export function loadChartFiles(files: readonly ChartFile[], cache?: FileCache): Chart {
  return load(files, 0, cache);
}

function load(files: readonly ChartFile[], nesting: number, cache: FileCache | undefined): Chart {
  const draft: Draft = {
    metadata: undefined,
    lock: undefined,
    values: new Map(),
    schema: undefined,
    templates: [],
    files: [],
    subcharts: new Map(),
    warnings: [],
    cache,
  };
  for (const file of files) if (file.name === 'Chart.yaml') readChartYaml(draft, file);
  for (const file of files) (READERS.get(file.name) ?? sort)(draft, file);
  if (draft.metadata === undefined) throw new HelmError('Chart.yaml file is missing');
  const metadata = validateMetadata(draft.metadata);
  return {
    metadata,
    lock: draft.lock,
    templates: draft.templates,
    values: draft.values,
    schema: draft.schema,
    files: draft.files,
    dependencies: loadSubcharts(draft, metadata.name, nesting + 1),
    warnings: draft.warnings,
  };
}

type Reader = (draft: Draft, file: ChartFile) => void;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['Chart.yaml', () => undefined],
  ['Chart.lock', (draft, file) => readLock(draft, file)],
  ['values.yaml', (draft, file) => readValues(draft, file)],
  ['values.schema.json', (draft, file) => void (draft.schema = file.data)],
  ['requirements.yaml', (draft, file) => readRequirements(draft, file)],
  ['requirements.lock', (draft, file) => readRequirementsLock(draft, file)],
]);

function readChartYaml(draft: Draft, file: ChartFile): void {
  draft.metadata = new Map([...(draft.metadata ?? []), ...read(draft, file, decodeMetadata)]);
  if (!hasText(draft.metadata, 'apiVersion')) draft.metadata = new Map([...draft.metadata, ['apiVersion', 'v1']]);
}

function readLock(draft: Draft, file: ChartFile): void {
  draft.lock = read(draft, file, decodeLock);
}

function readValues(draft: Draft, file: ChartFile): void {
  try {
    draft.values = loadValuesFile(file.data, draft.cache);
  } catch (error) {
    throw wrapHelmError(error, `cannot load ${file.name}`);
  }
}

function readRequirements(draft: Draft, file: ChartFile): void {
  const before = draft.metadata ?? new Map();
  if (before.get('apiVersion') !== 'v1') {
    draft.warnings.push(
      'Warning: Dependencies are handled in Chart.yaml since apiVersion "v2". We recommend migrating dependencies to Chart.yaml.',
    );
  }
  draft.metadata = new Map([...before, ...read(draft, file, decodeMetadata)]);
  if (draft.metadata.get('apiVersion') === 'v1') draft.files.push(file);
}

function readRequirementsLock(draft: Draft, file: ChartFile): void {
  readLock(draft, file);
  draft.metadata ??= new Map();
  if (draft.metadata.get('apiVersion') === 'v1') {
    draft.files.push(file);
    return;
  }
  draft.warnings.push(
    'Warning: Dependency locking is handled in Chart.lock since apiVersion "v2". We recommend migrating to Chart.lock.',
  );
}

function read<T>({ cache }: Draft, file: ChartFile, decode: (json: JsonValue) => T): T {
  try {
    return decode(readYamlFile(file.data, cache));
  } catch (error) {
    throw wrapHelmError(error, `cannot load ${file.name}`);
  }
}

function hasText(fields: DecodedStruct, name: string): boolean {
  const value = fields.get(name);
  return typeof value === 'string' && value !== '';
}

/** Puts a file that has no meaning of its own where it belongs. */
function sort(draft: Draft, file: ChartFile): void {
  if (file.name.startsWith('templates/')) {
    draft.templates.push(file);
  } else if (file.name.startsWith('charts/') && !file.name.endsWith('.prov')) {
    const name = file.name.slice('charts/'.length);
    const [first = ''] = name.split('/', 1);
    const group = draft.subcharts.get(first) ?? [];
    group.push({ name, data: file.data });
    draft.subcharts.set(first, group);
  } else {
    draft.files.push(file);
  }
}

/** Helm goes through them in no particular order; here they are sorted by the names of their folders and archives. */
function loadSubcharts({ subcharts, cache }: Draft, parent: string, nesting: number): Chart[] {
  if (nesting > MAX_NESTING) throw new HelmError(`charts in ${parent} are more than ${MAX_NESTING} deep`);
  return [...subcharts]
    .filter(([name]) => !name.startsWith('_') && !name.startsWith('.'))
    .map(([name, files]) => loadSubchart(name, files, { parent, nesting, cache }));
}

function loadSubchart(
  name: string,
  files: readonly ChartFile[],
  { parent, nesting, cache }: { parent: string; nesting: number; cache: FileCache | undefined },
): Chart {
  const isArchive = name.endsWith('.tgz');
  const first = files[0]?.name ?? '';
  if (isArchive && first !== name) {
    throw new HelmError(`error unpacking subchart tar in ${parent}: expected ${name}, got ${first}`);
  }
  try {
    return load(isArchive ? unpack(files, cache) : inside(files), nesting, cache);
  } catch (error) {
    throw wrapHelmError(error, `error unpacking subchart ${name} in ${parent}`);
  }
}

function unpack([archive]: readonly ChartFile[], cache: FileCache | undefined): readonly ChartFile[] {
  return archive === undefined ? [] : readChartArchive(archive.data, cache);
}

/** The files of a subchart's folder, named from there. A file beside the folders is none. */
function inside(files: readonly ChartFile[]): ChartFile[] {
  return files
    .filter(({ name }) => name.includes('/'))
    .map(({ name, data }) => ({ name: name.slice(name.indexOf('/') + 1), data }));
}
