import { HoldfastError } from '../../../src/lib/errors.ts';
import { RenderBudget } from '../../../src/render/gotemplate/budget.ts';
import { toBytes } from '../../../src/render/gotemplate/go-string.ts';
import { TemplateLimitError } from '../../../src/render/gotemplate/template-error.ts';
import { defaultCapabilities } from '../../../src/render/helm/capabilities.ts';
import { HelmError } from '../../../src/render/helm/helm-error.ts';
import { loadChart } from '../../../src/render/helm/load-chart.ts';
import { renderTemplates } from '../../../src/render/helm/render-templates.ts';
import { toRenderValues } from '../../../src/render/helm/render-values.ts';
import { memoryTree } from '../../../src/source/memory-tree.ts';
import type { ChartFiles } from './generate-chart.ts';

/** What rendering a chart came to. `crash` is what must never happen. */
export interface Outcome {
  readonly kind: 'output' | 'error' | 'limit' | 'crash';
  /** The text of the templates in the order of their names, or the message. */
  readonly bytes: Uint8Array;
}

/** What a render may do: enough for all that is made up, but no second of it. */
const MAX_WORK = 20_000_000;

/** Renders the templates of a chart, as Helm's engine does: no manifests are looked for in the results. */
export function renderGenerated(chartFiles: ChartFiles): Outcome {
  try {
    const chart = loadChart(memoryTree(chartFiles), '');
    const release = { name: 'r', namespace: 'n', revision: 1, isUpgrade: false };
    const top = toRenderValues(chart, new Map(), { release, capabilities: defaultCapabilities() });
    const { files: rendered } = renderTemplates(chart, top, { budget: new RenderBudget({ maxWork: MAX_WORK }) });
    const names = [...rendered.keys()].sort();
    return { kind: 'output', bytes: Buffer.concat(names.map((name) => toBytes(rendered.get(name) ?? ''))) };
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): Outcome {
  if (error instanceof HelmError) return { kind: 'error', bytes: toBytes(error.message) };
  const isLimit =
    error instanceof TemplateLimitError || (error instanceof HoldfastError && error.code === 'RENDER_LIMIT');
  if (isLimit) return { kind: 'limit', bytes: toBytes(error.message) };
  return { kind: 'crash', bytes: toBytes(error instanceof Error ? (error.stack ?? error.message) : String(error)) };
}
