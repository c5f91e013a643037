import type { GoMap } from '../gotemplate/value.ts';
import { type Chart, type CrdFile, crdFiles } from './chart.ts';
import { ChartRenderError, HelmError } from './helm-error.ts';
import type { LookupQuery } from './lookup.ts';
import { type ChartRandomCall, type RenderTemplatesOptions, renderTemplates } from './render-templates.ts';
import { type PrepareOptions, prepareRender } from './render-values.ts';
import { type ChartHook, type ChartManifest, sortManifests } from './sort-manifests.ts';

/** What a render depends on beside the chart and its values. */
export interface RenderChartOptions extends PrepareOptions, RenderTemplatesOptions {}

/** A rendered chart. */
export interface RenderedChart {
  /** The files of `crds/`, which are no templates. */
  readonly crds: readonly CrdFile[];
  /** In the order of installation. */
  readonly manifests: readonly ChartManifest[];
  readonly hooks: readonly ChartHook[];
  /** What NOTES.txt of the chart itself printed; empty without one. */
  readonly notes: string;
  /** Calls of functions that may give something else the next time, each once. */
  readonly randomCalls: readonly ChartRandomCall[];
  /** What the templates asked of the cluster, each once. */
  readonly lookups: readonly LookupQuery[];
}

/**
 * What `helm template` makes of a chart.
 * @param values of the user, merged; not changed
 * @throws {HelmError} with Helm's text; a {@link ChartRenderError} where Helm would have made the release already
 * @throws {TemplateLimitError} when the render goes beyond its bounds
 * @see helm.sh/helm/v4 pkg/action/action.go renderResources
 */
export function renderChart(chart: Chart, values: GoMap, options: RenderChartOptions): RenderedChart {
  const prepared = prepareRender(chart, values, options);
  const rendered = afterRelease(() => renderTemplates(prepared.chart, prepared.top, options));
  const files = new Map([...rendered.files].filter(([name]) => !name.endsWith(NOTES)));
  const notes = rendered.files.get(`${prepared.chart.metadata.name}/templates/${NOTES}`) ?? '';
  const { randomCalls, lookups } = rendered;
  const sorted = afterRelease(() => sortManifests(files, options.warn), files);
  return { crds: crdFiles(prepared.chart), ...sorted, notes, randomCalls, lookups };
}

/** What `step` returns. @throws {ChartRenderError} instead of a HelmError, with the files there were */
function afterRelease<T>(step: () => T, files?: ReadonlyMap<string, string>): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    throw new ChartRenderError(error.message, { cause: error, ...(files === undefined ? {} : { files }) });
  }
}

const NOTES = 'NOTES.txt';

/** How {@link printChart} prints. */
export interface PrintChartOptions {
  readonly includeCrds?: boolean;
  /** Leaves hooks out. */
  readonly noHooks?: boolean;
  /** Leaves hooks of the event `test` out. */
  readonly skipTests?: boolean;
}

/** The text that `helm template` prints for a chart. */
export function printChart({ crds, manifests, hooks }: RenderedChart, options: PrintChartOptions = {}): string {
  const definitions =
    options.includeCrds === true ? crds.map(({ path, file }) => section(path, textOf(file.data))) : [];
  const printed = [...definitions, ...manifests.map(({ source, content }) => section(source, content))].join('');
  const isShown = ({ events }: ChartHook): boolean => options.skipTests !== true || !events.includes('test');
  const shown = options.noHooks === true ? [] : hooks.filter(isShown);
  return `${printed.trim()}\n${shown.map(({ source, content }) => section(source, content)).join('')}`;
}

function section(source: string, content: string): string {
  return `---\n# Source: ${source}\n${content}\n`;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
