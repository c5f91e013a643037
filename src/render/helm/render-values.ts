import { type GoMap, type GoValue, goInt } from '../gotemplate/value.ts';
import type { Capabilities } from './capabilities.ts';
import { CapabilitiesObject } from './capabilities-object.ts';
import { type Chart, metadataAsMap } from './chart.ts';
import { coalesceValues } from './coalesce.ts';
import { isCompatibleRange } from './compatible-range.ts';
import { checkDependencies, processDependencies } from './dependencies.ts';
import { ChartRenderError, HelmError, wrapHelmError } from './helm-error.ts';
import { type Warn, warning } from './log-entry.ts';
import { validateChartValues } from './schema/validate-chart-values.ts';

/** The release that is rendered. */
export interface ReleaseOptions {
  readonly name: string;
  readonly namespace: string;
  /** From 1. */
  readonly revision: number;
  readonly isUpgrade: boolean;
}

/** What {@link prepareRender} needs beside chart and values. */
export interface PrepareOptions {
  readonly release: ReleaseOptions;
  readonly capabilities: Capabilities;
  readonly skipSchemaValidation?: boolean;
  /** Takes what Helm would log. */
  readonly warn?: Warn;
}

/** A chart ready to be rendered. */
export interface PreparedChart {
  /** With its enabled subcharts only, under their aliases. */
  readonly chart: Chart;
  /** What templates see at the top: `Chart`, `Capabilities`, `Release`, `Values`. `Chart` is the root's. */
  readonly top: GoMap;
}

/**
 * Does all that `helm template` does between loading and rendering: checks the chart's type, its dependencies,
 * schemas and Kubernetes version, and computes its values.
 * @param values of the user, merged; not changed
 * @throws {HelmError} with Helm's text
 * @see helm.sh/helm/v4 pkg/cmd/install.go runInstall and pkg/action/install.go RunWithContext
 */
export function prepareRender(chart: Chart, values: GoMap, options: PrepareOptions): PreparedChart {
  const { release, capabilities, warn } = options;
  const { type, apiVersion, deprecated } = chart.metadata;
  if (type === 'library') throw new HelmError('library charts are not installable');
  if (deprecated) warn?.(...warning('this chart is deprecated'));
  for (const message of chart.warnings) warn?.(message);
  checkDependencies(chart);
  if (apiVersion === 'v3') throw new HelmError('invalid chart apiVersion');
  check(release.name, warn);
  const enabled = enable(chart, values, warn);
  const top = toRenderValues(enabled, values, options);
  checkKubeVersion(enabled, capabilities);
  return { chart: enabled, top };
}

/**
 * Refuses a name that no release can have.
 * @throws {HelmError} `release name "…": invalid release name, must match regex …`
 * @see helm.sh/helm/v4 pkg/chart/v2/util/validate_name.go
 */
export function checkReleaseName(name: string): void {
  if (name === '') throw new HelmError('release name "": no name provided');
  if (Buffer.byteLength(name) <= 53 && NAME.test(name)) return;
  throw new HelmError(
    `release name ${JSON.stringify(name)}: invalid release name, must match regex ${NAME.source} and the length must not be longer than 53`,
  );
}

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function check(name: string, warn: Warn | undefined): void {
  try {
    checkReleaseName(name);
  } catch (error) {
    throw logged(error, 'release name check failed', warn);
  }
}

function enable(chart: Chart, values: GoMap, warn: Warn | undefined): Chart {
  try {
    return processDependencies(chart, values, warn);
  } catch (error) {
    throw logged(error, 'chart dependencies processing failed', warn);
  }
}

/** The error with `what: ` before its message; Helm logs it besides. */
function logged(error: unknown, what: string, warn: Warn | undefined): HelmError {
  const wrapped = wrapHelmError(error, what);
  const reason = error instanceof Error ? error.message : String(error);
  warn?.(wrapped.message, { level: 'ERROR', message: what, attributes: { error: reason } });
  return wrapped;
}

/**
 * What templates see at the top.
 * @param chart as `processDependencies` leaves it
 * @throws {HelmError} `values don't meet the specifications of the schema(s) in the following chart(s): …`
 * @see helm.sh/helm/v4 pkg/chart/common/util/values.go ToRenderValuesWithSchemaValidation
 */
export function toRenderValues(chart: Chart, values: GoMap, options: PrepareOptions): GoMap {
  const { release, capabilities, skipSchemaValidation = false, warn } = options;
  const coalesced = coalesceValues(chart, values, 'coalesce', warn);
  const problems = skipSchemaValidation ? '' : validateChartValues(chart, coalesced);
  if (problems !== '') {
    throw new HelmError(
      `values don't meet the specifications of the schema(s) in the following chart(s):\n${problems}`,
    );
  }
  return new Map<string, GoValue>([
    ['Chart', metadataAsMap(chart.metadata)],
    ['Capabilities', new CapabilitiesObject(capabilities)],
    ['Release', releaseAsMap(release)],
    ['Values', coalesced],
  ]);
}

function releaseAsMap({ name, namespace, revision, isUpgrade }: ReleaseOptions): GoMap {
  return new Map<string, GoValue>([
    ['Name', name],
    ['Namespace', namespace],
    ['IsUpgrade', isUpgrade],
    ['IsInstall', !isUpgrade],
    ['Revision', goInt(revision)],
    ['Service', 'Helm'],
  ]);
}

/**
 * Refuses a chart that is not for the Kubernetes that it is rendered for.
 * @throws {ChartRenderError} `chart requires kubeVersion: … which is incompatible with Kubernetes …`
 * @see helm.sh/helm/v4 pkg/action/action.go renderResources
 */
export function checkKubeVersion(chart: Chart, { kubeVersion, observe }: Capabilities): void {
  const constraint = chart.metadata.kubeVersion;
  if (constraint === '') return;
  observe?.('kubeVersion');
  if (isCompatibleRange(constraint, kubeVersion.normalized)) return;
  throw new ChartRenderError(
    `chart requires kubeVersion: ${constraint} which is incompatible with Kubernetes ${kubeVersion.version}`,
  );
}
