import { HoldfastError } from '../../../src/lib/errors.ts';
import { RenderBudget } from '../../../src/render/gotemplate/budget.ts';
import { helmTemplate, printChart } from '../../../src/render/helm/index.ts';
import { memoryTree } from '../../../src/source/memory-tree.ts';
import type { SourceTree } from '../../../src/source/tree.ts';
import { guardTree, isUntouched } from '../guard-tree.ts';

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, Map.prototype, String.prototype];
const NAMES_BEFORE = namesOfPrototypes();

/** The files of a chart, which stands at the root. */
export type Files = ReadonlyMap<string, string | Uint8Array>;

/** What a render came to, and what is wrong with that. */
export interface Judgement {
  /** The text that `helm template` would print, or code and message of the error. */
  readonly outcome: string;
  /** `rendered` or the code of the error. */
  readonly code: string;
  readonly elapsedMs: number;
  /** Empty when all is well. */
  readonly complaints: readonly string[];
}

/** Steps that a render may take: enough for every chart of the corpora, and soon over. */
const MAX_WORK = 20_000_000;

/**
 * Renders twice and complains of what must never happen, whatever the chart: another error than a HoldfastError with a
 * code of its own, a look outside the tree, a changed prototype, a changed tree, another result the second time (unless
 * the chart leaves it to chance).
 */
export function judgeRender(files: Files): Judgement {
  const tree = memoryTree(files);
  const started = performance.now();
  const first = render(guardTree(tree));
  const elapsedMs = performance.now() - started;
  const second = first.isRandom ? first : render(guardTree(tree));
  const complaints = [
    ...(first.code === 'INTERNAL' ? [first.outcome] : []),
    ...(namesOfPrototypes() === NAMES_BEFORE ? [] : ['a prototype has changed']),
    ...(isUntouched(tree, files) ? [] : ['the tree has changed']),
    ...(second.outcome === first.outcome ? [] : ['the second result is another one']),
  ];
  return { outcome: first.outcome, code: first.code, elapsedMs, complaints };
}

interface Rendered {
  readonly outcome: string;
  readonly code: string;
  readonly isRandom: boolean;
}

function render(tree: SourceTree): Rendered {
  try {
    const budget = new RenderBudget({ maxWork: MAX_WORK });
    const chart = helmTemplate(tree, '', { releaseName: 'r', namespace: 'n', budget });
    const outcome = printChart(chart, { includeCrds: true }) + chart.notes;
    return { outcome, code: 'rendered', isRandom: chart.randomCalls.length > 0 };
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): Rendered {
  if (!(error instanceof HoldfastError)) return { outcome: String(error), code: 'INTERNAL', isRandom: false };
  const cause = error.code === 'INTERNAL' && error.cause instanceof Error ? `\n${error.cause.stack}` : '';
  // What fails may show what chance gave it.
  const isRandom = /rand|uuid|gen[A-Z]|bcrypt|htpasswd|shuffle|now/.test(error.message);
  return { outcome: `${error.code} ${error.message}${cause}`, code: error.code, isRandom };
}

function namesOfPrototypes(): string {
  return JSON.stringify(PROTOTYPES.map((prototype) => Object.getOwnPropertyNames(prototype)));
}
