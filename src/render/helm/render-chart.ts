import type { RenderBudget } from '../gotemplate/budget.ts';
import type { GoMap } from '../gotemplate/value.ts';
import { type Chart, type CrdFile, crdFiles } from './chart.ts';
import { renderTemplates } from './render-templates.ts';
import { type PrepareOptions, prepareRender } from './render-values.ts';
import { type ChartHook, type ChartManifest, sortManifests } from './sort-manifests.ts';
import type { Lookup } from './template-functions.ts';

/** What a render depends on beside the chart and its values. */
export interface RenderChartOptions extends PrepareOptions {
  readonly lookup?: Lookup;
  readonly budget?: RenderBudget;
}

/** A rendered chart. */
export interface RenderedChart {
  /** The files of `crds/`, which are no templates. */
  readonly crds: readonly CrdFile[];
  /** In the order of installation. */
  readonly manifests: readonly ChartManifest[];
  readonly hooks: readonly ChartHook[];
  /** What NOTES.txt of the chart itself printed; empty without one. */
  readonly notes: string;
}

/**
 * What `helm template` makes of a chart.
 * @param values of the user, merged; not changed
 * @throws {HelmError} with Helm's text
 * @throws {TemplateLimitError} when the render goes beyond its bounds
 * @see helm.sh/helm/v4 pkg/action/action.go renderResources
 */
export function renderChart(chart: Chart, values: GoMap, options: RenderChartOptions): RenderedChart {
  const prepared = prepareRender(chart, values, options);
  const { lookup, budget } = options;
  const rendered = renderTemplates(prepared.chart, prepared.top, {
    ...(lookup === undefined ? {} : { lookup }),
    ...(budget === undefined ? {} : { budget }),
  });
  const files = new Map([...rendered].filter(([name]) => !name.endsWith(NOTES)));
  const notes = rendered.get(`${prepared.chart.metadata.name}/templates/${NOTES}`) ?? '';
  return { crds: crdFiles(prepared.chart), ...sortManifests(files), notes };
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
