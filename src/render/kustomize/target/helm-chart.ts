import type { JsonObject } from '../../../object/kube-object.ts';
import { KustomizeError } from '../kustomize-error.ts';
import type { Generator } from '../plugin.ts';
import { ResMap } from '../resource/res-map.ts';
import type { Target } from './target.ts';

/** Marks what a chart made: the namespace transformer leaves it alone. */
const HELM_ANNOTATION = 'internal.config.kubernetes.io/helm-generated';

/**
 * The builtin generator HelmChartInflationGenerator: the objects of one chart.
 * @throws {KustomizeError} if charts are not to be inflated, or the chart has no name or an illegal one
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.2/api/internal/builtins/HelmChartInflationGenerator.go
 */
export function configureChart(target: Target, chart: JsonObject, globals: JsonObject): Generator {
  const { context, loader } = target;
  const { helm, factory } = context;
  if (helm === undefined) throw new KustomizeError('must specify --enable-helm');
  requireLegal(chart);
  return () => {
    const resources = factory.fromText(helm({ chart, globals, loader }), '');
    for (const resource of resources) resource.setAnnotation(HELM_ANNOTATION, 'true');
    return ResMap.of(resources);
  };
}

function requireLegal({ name = '', releaseName = '', valuesMerge = '' }: JsonObject): void {
  if (name === '') throw new KustomizeError('chart name cannot be empty');
  refuseFlag('releaseName', releaseName);
  refuseFlag('chart name', name);
  if (valuesMerge === '' || MERGE_OPTIONS.some((option) => option === valuesMerge)) return;
  throw new KustomizeError(`valuesMerge must be one of [${MERGE_OPTIONS.join(' ')}]`);
}

const MERGE_OPTIONS = ['merge', 'override', 'replace'];

function refuseFlag(what: string, value: unknown): void {
  if (typeof value !== 'string' || !value.startsWith('-')) return;
  throw new KustomizeError(`${what} must not start with '-', got ${JSON.stringify(value)}`);
}
