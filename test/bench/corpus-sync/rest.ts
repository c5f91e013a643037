import { countWrites, newWrites } from '../../support/api-writes.ts';
import { pause } from '../../support/eventually.ts';
import type { CorpusRig } from './corpus-rig.ts';

/** What happened between a cause and the calm after it. */
export interface Rest {
  /** Applies that the API server took, dry-runs apart; nobody but the operator applies. */
  readonly applies: number;
  /** Every request of the operator that may write, dry-runs apart: applies, deletes, statuses, Events. */
  readonly writes: number;
  readonly dryRuns: number;
}

/** What the cause does to the counters. */
export type Restarted = 'operator' | 'API server' | undefined;

const CALM_MS = 5_000;
/** What is written again and again is to be counted, not waited for. */
const MAX_ROUNDS = 12;

/** Lets something happen, waits until nothing is written any more and `restMs` beyond, and counts. */
export async function restAfter(
  rig: CorpusRig,
  cause: () => Promise<void>,
  { restMs, restarted }: { readonly restMs: number; readonly restarted?: Restarted },
): Promise<Rest> {
  const before = { applies: await countWrites(rig.cluster), ...(await operatorCounts(rig)) };
  await cause();
  await untilCalm(rig);
  await pause(restMs);
  const after = await operatorCounts(rig);
  const applies = newWrites(
    restarted === 'API server' ? new Map() : before.applies,
    await countWrites(rig.cluster),
    /^APPLY /,
  );
  const since = restarted === 'operator' ? { writes: 0, dryRuns: 0 } : before;
  return {
    applies: applies.reduce((sum, line) => sum + Number(/\d+$/.exec(line)?.[0] ?? 0), 0),
    writes: after.writes - since.writes,
    dryRuns: after.dryRuns - since.dryRuns,
  };
}

/** Waits until the operator has sent nothing that may write for a while. */
export async function untilCalm(rig: CorpusRig): Promise<void> {
  for (let rounds = 0; rounds < MAX_ROUNDS; rounds += 1) {
    const before = await operatorCounts(rig);
    await pause(CALM_MS);
    const after = await operatorCounts(rig);
    if (after.writes === before.writes && after.dryRuns === before.dryRuns) return;
  }
}

/** The operator's own counts since it started. */
async function operatorCounts(rig: CorpusRig): Promise<{ writes: number; dryRuns: number }> {
  const text = await rig.operator.metrics();
  const sum = (pattern: RegExp): number =>
    [...text.matchAll(pattern)].reduce((all, [, value]) => all + Number(value), 0);
  const dryRuns = sum(/^holdfast_dry_runs_total (\d+)$/gm);
  const writing = sum(/^argocd_app_k8s_request_total\{verb="(?:POST|PUT|PATCH|DELETE)".*\} (\d+)$/gm);
  return { writes: writing - dryRuns, dryRuns };
}
