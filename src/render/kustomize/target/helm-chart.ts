import { posix } from 'node:path';
import { HoldfastError } from '../../../lib/errors.ts';
import type { JsonObject, JsonValue } from '../../../object/kube-object.ts';
import { KustomizeError, MalformedYamlError, wrapError } from '../kustomize-error.ts';
import type { Generator } from '../plugin.ts';
import { ResMap } from '../resource/res-map.ts';
import type { Resource } from '../resource/resource.ts';
import type { ResourceFactory } from '../resource/resource-factory.ts';
import type { HelmRequest, HelmSetup } from './build-context.ts';
import { chartValues, type ValuesMerge } from './chart-values.ts';
import type { Target } from './target.ts';

/** Marks what a chart made: the namespace transformer leaves it alone. */
const HELM_ANNOTATION = 'internal.config.kubernetes.io/helm-generated';

/**
 * The builtin generator HelmChartInflationGenerator: the objects of one chart that lies in the tree. Charts are not
 * pulled from repositories.
 * @throws {KustomizeError} if charts are not to be inflated, the chart has no name or an illegal one, or a values file
 *   cannot be read
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.2/api/internal/builtins/HelmChartInflationGenerator.go
 */
export function configureChart(target: Target, chart: JsonObject, globals: JsonObject): Generator {
  const { context } = target;
  const { helm, factory } = context;
  if (helm === undefined) throw new KustomizeError('must specify --enable-helm');
  const fields = new ChartFields(chart);
  requireLegal(fields);
  const more = fields.texts('additionalValuesFiles').map((file) => ({ name: file, text: loadMore(target, file) }));
  const home = homeOf(fields, globals);
  return () => {
    const found = locate(target, fields, home);
    const values = { name: `${fields.text('name')}-kustomize-values.yaml`, text: valuesText(target, fields, home) };
    const request = { ...found, ...settings(fields, helm), values: [values, ...more] };
    const resources = readOutput(factory, render(helm, request, fields.text('name')));
    for (const resource of resources) resource.setAnnotation(HELM_ANNOTATION, 'true');
    return ResMap.of(resources);
  };
}

/** Reads the fields of a chart's entry, which nobody has checked where the generator is an object of its own. */
class ChartFields {
  readonly #chart: JsonObject;

  constructor(chart: JsonObject) {
    this.#chart = chart;
  }

  text(name: string): string {
    const value = this.#chart[name] ?? '';
    if (typeof value !== 'string') throw notA(name, 'string');
    return value;
  }

  isOn(name: string): boolean {
    const value = this.#chart[name] ?? false;
    if (typeof value !== 'boolean') throw notA(name, 'bool');
    return value;
  }

  texts(name: string): string[] {
    const value = this.#chart[name] ?? [];
    if (!Array.isArray(value)) throw notA(name, '[]string');
    return value.map((item: JsonValue) => {
      if (typeof item !== 'string') throw notA(name, '[]string');
      return item;
    });
  }

  map(name: string): JsonObject {
    const value = this.#chart[name] ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) throw notA(name, 'map[string]interface {}');
    return value;
  }
}

function notA(name: string, type: string): KustomizeError {
  return new KustomizeError(`cannot use field '${name}' of the chart: it is no ${type}`);
}

const MERGE_OPTIONS: readonly string[] = ['merge', 'override', 'replace'];

function requireLegal(fields: ChartFields): void {
  if (fields.text('name') === '') throw new KustomizeError('chart name cannot be empty');
  refuseFlag('releaseName', fields.text('releaseName'));
  refuseFlag('chart name', fields.text('name'));
  const merge = fields.text('valuesMerge');
  if (merge === '' || MERGE_OPTIONS.includes(merge)) return;
  throw new KustomizeError(`valuesMerge must be one of [${MERGE_OPTIONS.join(' ')}]`);
}

function refuseFlag(what: string, value: string): void {
  if (!value.startsWith('-')) return;
  throw new KustomizeError(`${what} must not start with '-', got ${JSON.stringify(value)}`);
}

function loadMore({ loader }: Target, file: string): string {
  try {
    return loader.load(file).toString();
  } catch (error) {
    throw wrapError(error, 'could not load additionalValuesFile');
  }
}

/** The folder that has the chart's folder in it, as one would write it in the kustomization. */
function homeOf(fields: ChartFields, globals: JsonObject): string {
  const { chartHome = '' } = globals;
  if (typeof chartHome !== 'string') throw notA('chartHome', 'string');
  const home = chartHome === '' ? 'charts' : chartHome;
  const version = fields.text('version');
  // Where several versions of a chart were pulled, each has a folder of its own.
  return version !== '' && fields.text('repo') !== '' ? posix.join(home, `${fields.text('name')}-${version}`) : home;
}

function valuesText({ loader, context }: Target, fields: ChartFields, home: string): string {
  const stated = fields.text('valuesFile');
  const file = stated === '' ? posix.join(home, fields.text('name'), 'values.yaml') : stated;
  const { schema } = context.factory.holder;
  const merge = (fields.text('valuesMerge') || 'override') as ValuesMerge;
  return chartValues(() => loader.load(file), fields.map('valuesInline'), { merge, schema });
}

type Located = Pick<HelmRequest, 'tree' | 'path' | 'displayRoot'>;

function locate({ loader }: Target, fields: ChartFields, home: string): Located {
  const folder = posix.join(home, fields.text('name'));
  const found = loader.locateFolder(folder);
  if (found !== undefined)
    return { ...found, displayRoot: found.displayRoot === undefined ? '' : posix.join(found.displayRoot, '/') };
  const repo = fields.text('repo');
  const where = `no chart found at '${folder}'`;
  if (repo === '') throw new KustomizeError(`no repo specified for pull, ${where}`);
  throw new KustomizeError(`${where}, and charts are not pulled from repositories; put it there`);
}

function settings(fields: ChartFields, setup: HelmSetup): Omit<HelmRequest, keyof Located | 'values'> {
  const kubeVersion = fields.text('kubeVersion');
  const stated = fields.texts('apiVersions');
  const apiVersions = stated.length === 0 ? setup.apiVersions : stated;
  return {
    releaseName: fields.text('releaseName'),
    nameTemplate: fields.text('nameTemplate'),
    namespace: fields.text('namespace'),
    kubeVersion: kubeVersion === '' ? setup.kubeVersion : kubeVersion,
    // Helm's flag takes several with commas between them.
    apiVersions: apiVersions.flatMap((text) => text.split(',')),
    includeCrds: fields.isOn('includeCRDs'),
    skipHooks: fields.isOn('skipHooks'),
    skipTests: fields.isOn('skipTests'),
  };
}

function render({ render: template }: HelmSetup, request: HelmRequest, name: string): string {
  try {
    return template(request);
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'RENDER_HELM') throw error;
    throw new KustomizeError(`chart '${name}': ${error.message}`, { cause: error });
  }
}

function readOutput(factory: ResourceFactory, text: string): Resource[] {
  try {
    return factory.fromText(text, '');
  } catch (error) {
    const isYaml = !(error instanceof MalformedYamlError);
    throw wrapError(error, isYaml ? 'could not parse rnode slice into resource map' : 'error reading helm output');
  }
}
