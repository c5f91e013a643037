import type { JsonObject } from '../../../object/kube-object.ts';
import type { ResourceAccumulator } from '../accumulator.ts';
import { wrapError } from '../kustomize-error.ts';
import { hashTransformer } from '../order/hash-transformer.ts';
import { sortOrderTransformer } from '../order/sort-order-transformer.ts';
import type { PluginContext } from '../plugin.ts';
import type { ResMap } from '../resource/res-map.ts';
import { TRANSFORMER_PLUGINS } from './builtin-plugins.ts';
import type { Target } from './target.ts';

/** What the flags of a build say about its result. */
export interface FinishOptions {
  /** Default `unspecified`, which is like `legacy`; `sortOptions` in the kustomization file goes first. */
  readonly reorder?: 'legacy' | 'none' | 'unspecified';
  /** Adds the label `app.kubernetes.io/managed-by`. */
  readonly addManagedByLabel?: boolean;
}

/** The release of the real tool whose output this is. */
const KUSTOMIZE_VERSION = 'v5.8.2';

/**
 * What is done once, at the end of a build: hashes in names, references, vars, order, and the removal of everything that
 * the build noted in annotations.
 * @throws {KustomizeError} if a reference is ambiguous, a var has no value or the sort options are not valid
 */
export function finishResources(accumulator: ResourceAccumulator, target: Target, options: FinishOptions): ResMap {
  const { kustomization, loader, context } = target;
  const { factory, warn } = context;
  const plugins: PluginContext = { loader, factory };
  accumulator.transform(hashTransformer({}, plugins));
  accumulator.fixBackReferences();
  for (const warning of accumulator.resolveVars()) warn(warning);
  accumulator.transform((resources) => dropLocalConfigs(resources, plugins));
  const resMap = accumulator.resMap();
  if (kustomization.sortOptions !== undefined && (options.reorder ?? 'unspecified') !== 'unspecified')
    warn(SORTED_TWICE);
  sort(resMap, kustomization, options, plugins);
  const { buildMetadata = [] } = kustomization;
  if (options.addManagedByLabel === true || buildMetadata.includes('managedByLabel')) addManagedBy(resMap, plugins);
  resMap.removeBuildAnnotations();
  if (!buildMetadata.includes('originAnnotations')) resMap.removeOriginAnnotations();
  if (!buildMetadata.includes('transformerAnnotations')) resMap.removeTransformerAnnotations();
  return resMap;
}

const SORTED_TWICE =
  "Warning: Sorting order is set both in 'kustomization.yaml' ('sortOptions') and in a CLI flag ('--reorder'). " +
  'Using the kustomization file over the CLI flag.';

/** Drops objects that only configure tools, and empty ones. */
function dropLocalConfigs(resMap: ResMap, { factory }: PluginContext): void {
  const nodes = resMap.resources().flatMap(({ node }) => (node === undefined ? [] : [node]));
  const kept = new Set(factory.dropLocalNodes(nodes).map(({ node }) => node));
  for (const resource of resMap.resources()) if (!kept.has(resource.node)) resMap.remove(resource.curId());
}

function sort(
  resMap: ResMap,
  kustomization: Target['kustomization'],
  options: FinishOptions,
  plugins: PluginContext,
): void {
  const { sortOptions } = kustomization;
  if (sortOptions === undefined && options.reorder === 'none') return;
  const config: JsonObject = { sortOptions: sortOptions ?? { order: 'legacy' } };
  sortOrderTransformer(config, plugins)(resMap);
}

function addManagedBy(resMap: ResMap, plugins: PluginContext): void {
  const labels = { 'app.kubernetes.io/managed-by': `kustomize-${KUSTOMIZE_VERSION}` };
  const config: JsonObject = { labels, fieldSpecs: [{ path: 'metadata/labels', create: true }] };
  try {
    TRANSFORMER_PLUGINS.get('LabelTransformer')?.(config, plugins)(resMap);
  } catch (error) {
    throw wrapError(error, 'cannot add the label app.kubernetes.io/managed-by');
  }
}
