import { HoldfastError } from '../../lib/errors.ts';
import type { SourceTree } from '../../source/tree.ts';
import { RenderBudget } from '../gotemplate/budget.ts';
import { findUnstable, type UnstableObject } from './find-unstable.ts';
import { type HelmTemplateOptions, helmTemplate } from './helm-template.ts';
import { answerLookups, type LookupAnswers, type LookupNeed, withoutSecrets } from './lookup.ts';
import type { RenderedChart } from './render-chart.ts';

/** As for {@link helmTemplate}, and what is known of the cluster. */
export interface ClusterOptions extends Omit<HelmTemplateOptions, 'lookup' | 'clock'> {
  /** What was read for the needs of earlier calls; absent: `lookup` is switched off and finds nothing. */
  readonly lookups?: LookupAnswers;
}

/** A rendered chart, and which of its objects are others in each render. */
export interface ClusterChart {
  readonly chart: RenderedChart;
  readonly unstable: readonly UnstableObject[];
}

/**
 * Renders a chart for a cluster, or says what of the cluster must be read first: answer that and call again. A chart
 * that calls functions of chance is rendered once or twice more, to see what of it would never be in sync.
 * @throws {HoldfastError} as {@link helmTemplate}; nothing of a Secret that was looked up is in the message
 */
export function templateForCluster(
  tree: SourceTree,
  path: string,
  options: ClusterOptions,
): ClusterChart | { readonly needs: readonly LookupNeed[] } {
  const { lookups, budget = new RenderBudget(), ...given } = options;
  const known = answerLookups(lookups ?? new Map());
  const world = lookups === undefined ? {} : { lookup: known.lookup };
  let chart: RenderedChart;
  try {
    chart = helmTemplate(tree, path, { ...given, ...world, budget });
  } catch (error) {
    // Without the answers nobody can tell.
    if (lookups !== undefined && known.needs().length > 0) return { needs: known.needs() };
    throw lookups === undefined ? error : hideSecrets(HoldfastError.from(error), lookups);
  }
  if (lookups !== undefined && known.needs().length > 0) return { needs: known.needs() };
  const unstable = findUnstable(chart, {
    namespace: given.namespace,
    world,
    render: (other) => helmTemplate(tree, path, { ...given, ...other, warn: () => undefined, budget: budget.renew() }),
  });
  return { chart, unstable };
}

/** The cause is left out: it has the same text, and it would be logged. */
function hideSecrets(error: HoldfastError, lookups: LookupAnswers): HoldfastError {
  const message = withoutSecrets(error.message, lookups);
  return message === error.message ? error : new HoldfastError(error.code, message, { retry: error.retry });
}
