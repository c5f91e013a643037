import type { JsonObject } from '../../../object/kube-object.ts';
import type { GeneratorArgs, GeneratorOptions } from '../kustomization/kustomization.ts';
import type { Generator } from '../plugin.ts';
import { GENERATOR_PLUGINS } from './builtin-plugins.ts';
import { explainConfiguration } from './explain-configuration.ts';
import type { WithOrigin } from './external-plugins.ts';
import { configureChart } from './helm-chart.ts';
import { builtinOrigin } from './origin-path.ts';
import type { Target } from './target.ts';

/**
 * The generators that fields of the kustomization file ask for: ConfigMaps, Secrets, charts.
 * @throws {KustomizeError} if a configuration is not valid
 */
export function builtinGenerators(target: Target): WithOrigin<Generator>[] {
  const { configMapGenerator = [], secretGenerator = [], helmCharts = [] } = target.kustomization;
  return [
    ...configMapGenerator.map((args) => make(target, 'ConfigMapGenerator', args)),
    ...secretGenerator.map((args) => make(target, 'SecretGenerator', args)),
    ...helmCharts.map((chart) => makeChart(target, chart as JsonObject)),
  ];
}

function make(target: Target, kind: string, args: GeneratorArgs): WithOrigin<Generator> {
  const { kustomization, loader, context } = target;
  const options = mergeOptions(args.options, kustomization.generatorOptions);
  const plugin = GENERATOR_PLUGINS.get(kind);
  if (plugin === undefined) throw new Error(`there is no ${kind}`);
  const config = { ...args, ...(options === undefined ? {} : { options }) } as JsonObject;
  return { run: plugin(config, { loader, factory: context.factory }), origin: builtinOrigin(target, kind) };
}

/** The options of one generator, with those for all of them where it does not say otherwise. */
function mergeOptions(own?: GeneratorOptions, shared?: GeneratorOptions): GeneratorOptions | undefined {
  if (shared === undefined) return own;
  const { labels, annotations, disableNameSuffixHash, immutable } = own ?? {};
  return {
    labels: { ...shared.labels, ...labels },
    annotations: { ...shared.annotations, ...annotations },
    disableNameSuffixHash: shared.disableNameSuffixHash === true || disableNameSuffixHash === true,
    immutable: shared.immutable === true || immutable === true,
  };
}

function makeChart(target: Target, chart: JsonObject): WithOrigin<Generator> {
  const { kustomization, helmNamespace } = target;
  const kind = 'HelmChartInflationGenerator';
  const namespace = chart['namespace'] ?? kustomization.namespace ?? helmNamespace;
  const config = { ...chart, ...(namespace === undefined ? {} : { namespace }) };
  const globals = kustomization.helmGlobals ?? {};
  try {
    return { run: configureChart(target, config, globals), origin: builtinOrigin(target, kind) };
  } catch (error) {
    throw explainConfiguration(error, kind, { ...globals, ...config });
  }
}
