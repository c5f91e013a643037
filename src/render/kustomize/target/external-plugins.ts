import type { JsonObject } from '../../../object/kube-object.ts';
import { KustomizeError, wrapError } from '../kustomize-error.ts';
import { decodeNode } from '../node/decode-node.ts';
import type { Generator, Transformer } from '../plugin.ts';
import { type Origin, originFromPlugin } from '../resource/origin.ts';
import { formatGvk, formatResId } from '../resource/res-id.ts';
import type { ResMap } from '../resource/res-map.ts';
import type { Resource } from '../resource/resource.ts';
import { GENERATOR_PLUGINS, TRANSFORMER_PLUGINS } from './builtin-plugins.ts';
import { configureChart } from './helm-chart.ts';
import type { Target } from './target.ts';

/** A generator or transformer, and what `buildMetadata` is to say of what it makes. */
export interface WithOrigin<T> {
  readonly run: T;
  readonly origin: Origin | undefined;
}

/**
 * The generators that objects configure. Only builtin ones are there: nothing else is ever executed.
 * @throws {KustomizeError} if an object names no builtin generator or its configuration is not valid
 */
export function loadGenerators(target: Target, configs: ResMap): WithOrigin<Generator>[] {
  try {
    return configs.resources().map((resource) => loadGenerator(target, resource));
  } catch (error) {
    throw wrapError(error, 'failed to load generator');
  }
}

function loadGenerator(target: Target, resource: Resource): WithOrigin<Generator> {
  requireBuiltin(resource);
  const { kind } = resource;
  const plugin = GENERATOR_PLUGINS.get(kind);
  const { loader, context } = target;
  const run = configure(resource, (config) =>
    kind === 'HelmChartInflationGenerator'
      ? configureChart(target, config, config)
      : plugin?.(config, { loader, factory: context.factory }),
  );
  if (run === undefined) throw new KustomizeError(`plugin ${formatResId(resource.orgId())} not a generator`);
  return { run, origin: originFromPlugin(resource) };
}

/**
 * The transformers that objects configure. Only builtin ones are there: nothing else is ever executed.
 * @throws {KustomizeError} if an object names no builtin transformer or its configuration is not valid
 */
export function loadTransformers({ loader, context }: Target, configs: ResMap): WithOrigin<Transformer>[] {
  return configs.resources().map((resource) => {
    requireBuiltin(resource);
    const plugin = TRANSFORMER_PLUGINS.get(resource.kind);
    const run = configure(resource, (config) => plugin?.(config, { loader, factory: context.factory }));
    if (run === undefined) throw new KustomizeError(`plugin ${formatResId(resource.orgId())} not a transformer`);
    return { run, origin: originFromPlugin(resource) };
  });
}

function requireBuiltin(resource: Resource): void {
  const gvk = resource.gvk();
  if (gvk.group !== '' || gvk.version !== 'builtin') {
    throw new KustomizeError(`external plugins disabled; unable to load external plugin '${resource.orgId().kind}'`);
  }
  const { kind } = gvk;
  const isKnown =
    GENERATOR_PLUGINS.has(kind) || TRANSFORMER_PLUGINS.has(kind) || kind === 'HelmChartInflationGenerator';
  if (!isKnown) throw new KustomizeError(`unable to load builtin ${formatGvk(gvk)}`);
}

function configure<T>(resource: Resource, make: (config: JsonObject) => T): T {
  try {
    return make(decodeNode(resource.root) as JsonObject);
  } catch (error) {
    throw wrapError(error, `plugin ${formatResId(resource.orgId())} fails configuration`);
  }
}
