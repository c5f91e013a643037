import type { ApplicationSource } from '../../api/types.ts';
import { HoldfastError } from '../../lib/errors.ts';
import type { SourceTree } from '../../source/tree.ts';
import { KUSTOMIZATION_FILES } from '../kustomize/index.ts';
import type { RenderedSourceType } from '../rendered.ts';

/**
 * Options that say nothing do not say the type of the source either: Argo CD takes such blocks out. Files of overrides
 * may state one that is empty.
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/util/argo/argo.go NormalizeSource
 */
export function withoutEmptyTools(source: ApplicationSource): ApplicationSource {
  const { kustomize, helm, directory, ...others } = source;
  return {
    ...others,
    ...(isBlank(kustomize, KUSTOMIZE_MANNERS) ? {} : { kustomize }),
    ...(isBlank(helm) ? {} : { helm }),
    ...(isBlank(directory) ? {} : { directory }),
  };
}

/** How other options of a kustomization are carried out. */
const KUSTOMIZE_MANNERS: readonly string[] = [
  'forceCommonLabels',
  'forceCommonAnnotations',
  'commonAnnotationsEnvsubst',
  'labelWithoutSelector',
  'labelIncludeTemplates',
];

function isBlank(block: object | undefined, ignored: readonly string[] = []): boolean {
  return Object.entries(block ?? {}).every(([name, value]: [string, unknown]) => {
    if (ignored.includes(name) || value === undefined || value === '' || value === false) return true;
    if (typeof value !== 'object' || value === null) return value === null;
    return name === 'jsonnet' ? isBlank(value) : Object.keys(value).length === 0;
  });
}

/**
 * A tool block in the source says its type; without one the files do. A type that is turned off is a plain folder.
 * @param path the folder, normalised
 * @throws {HoldfastError} APPLICATION_INVALID if there are blocks of several tools
 */
export function sourceTypeOf(
  tree: SourceTree,
  path: string,
  source: ApplicationSource,
  disabled: ReadonlySet<RenderedSourceType>,
): RenderedSourceType | 'Plugin' {
  const types = TOOLS.filter(([field]) => source[field] !== undefined).map(([, type]) => type);
  const [stated, ...others] = types;
  if (others.length > 0) {
    const message = `Cannot render the source: it has options of more than one tool (${types.join(', ')}). Keep those of one`;
    throw new HoldfastError('APPLICATION_INVALID', message, { retry: 'never' });
  }
  if (stated === undefined) return detectSourceType(tree, path, disabled);
  return stated !== 'Plugin' && disabled.has(stated) ? 'Directory' : stated;
}

const TOOLS = [
  ['kustomize', 'Kustomize'],
  ['helm', 'Helm'],
  ['directory', 'Directory'],
  ['plugin', 'Plugin'],
] as const;

/**
 * As Argo CD tells it: by the files at the path itself. It walks them in order and the last one that tells a type wins,
 * which any file whose name ends in `Chart.yaml` does.
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/util/app/discovery/discovery.go Discover
 */
function detectSourceType(
  tree: SourceTree,
  path: string,
  disabled: ReadonlySet<RenderedSourceType>,
): RenderedSourceType {
  const names = (tree.list(path) ?? []).filter((one) => !FOLDERS.has(one.kind)).map((one) => one.name);
  const types = names.sort().map(typeOfFile);
  return types.findLast((type) => type !== undefined && !disabled.has(type)) ?? 'Directory';
}

/** A submodule is a folder once it is checked out. */
const FOLDERS: ReadonlySet<string> = new Set(['directory', 'submodule']);

function typeOfFile(name: string): RenderedSourceType | undefined {
  if (KUSTOMIZATION_FILES.includes(name)) return 'Kustomize';
  return name.endsWith('Chart.yaml') ? 'Helm' : undefined;
}
