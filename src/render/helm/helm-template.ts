import { HoldfastError } from '../../lib/errors.ts';
import type { SourceTree } from '../../source/tree.ts';
import type { FileCache } from '../file-cache.ts';
import type { RenderBudget } from '../gotemplate/budget.ts';
import type { TemplateCache } from '../gotemplate/template-cache.ts';
import { TemplateLimitError } from '../gotemplate/template-error.ts';
import { type Capabilities, defaultCapabilities } from './capabilities.ts';
import { HelmError } from './helm-error.ts';
import { loadChart } from './load-chart.ts';
import type { Warn } from './log-entry.ts';
import { mergeValueSources, type ValueSources } from './merge-value-sources.ts';
import { type RenderedChart, renderChart } from './render-chart.ts';
import type { World } from './template-functions.ts';

/** The flags of `helm template`, and what stands for the world outside the chart. */
export interface HelmTemplateOptions extends World {
  readonly releaseName: string;
  readonly namespace: string;
  readonly isUpgrade?: boolean;
  readonly values?: ValueSources;
  /** Of the cluster that is rendered for; absent: Helm's own defaults. */
  readonly capabilities?: Capabilities;
  readonly skipSchemaValidation?: boolean;
  /** Takes what Helm would log. */
  readonly warn?: Warn;
  /** What messages put before paths of the tree; default nothing. `/` where the tree is the whole disk. */
  readonly displayRoot?: string;
  /** Bounds of the render; absent: the default ones. */
  readonly budget?: RenderBudget;
  /** Remembers what other files were parsed into; absent: nothing is remembered. */
  readonly cache?: FileCache;
  /** Remembers parsed templates; absent: a cache that is shared by all. */
  readonly templates?: TemplateCache;
}

/**
 * What `helm template` makes of the chart at `path` of a tree, a folder or an archive. Pure: nothing but `tree` and
 * `options` is read.
 * @throws {HoldfastError} RENDER_HELM with the message of the real tool; RENDER_LIMIT when the render passes its bounds
 */
export function helmTemplate(tree: SourceTree, path: string, options: HelmTemplateOptions): RenderedChart {
  const { releaseName, namespace, isUpgrade = false, values = {}, capabilities = defaultCapabilities() } = options;
  const { skipSchemaValidation = false, displayRoot, cache } = options;
  try {
    // Values come first in Helm too: of two mistakes it tells of theirs.
    const merged = mergeValueSources(values, cache);
    return renderChart(loadChart(tree, path, { displayRoot, cache }), merged, {
      ...options,
      release: { name: releaseName, namespace, revision: 1, isUpgrade },
      capabilities,
      skipSchemaValidation,
    });
  } catch (error) {
    throw toHoldfastError(error, path);
  }
}

function toHoldfastError(error: unknown, path: string): HoldfastError {
  const folder = path === '' ? '.' : path;
  if (error instanceof HelmError) {
    const message = `Cannot render chart ${folder}: ${error.message}`;
    return new HoldfastError('RENDER_HELM', message, { retry: 'never', cause: error });
  }
  if (!(error instanceof TemplateLimitError)) return HoldfastError.from(error);
  const message = `Cannot render chart ${folder}: ${error.message}. Find the template that loops or prints without end`;
  return new HoldfastError('RENDER_LIMIT', message, { retry: 'never', cause: error });
}
