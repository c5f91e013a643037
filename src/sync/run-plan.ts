import { createPriorityLimiter } from '../lib/limiter.ts';
import { describeKey } from '../object/kube-object.ts';
import type { TaskOutcome } from './outcome.ts';
import type { SyncPlan, SyncTask } from './plan/plan-sync.ts';

/** How a plan is carried out. */
export interface PlanRunner {
  readonly apply: (task: Extract<SyncTask, { action: 'apply' }>) => Promise<TaskOutcome>;
  readonly prune: (task: Extract<SyncTask, { action: 'prune' }>) => Promise<TaskOutcome>;
  /** Asked between groups: true ends the run, and what is left is reported as not done. */
  readonly terminated: () => boolean;
}

/** What a plan came to, in the plan's order. */
export interface PlanResult {
  readonly outcomes: readonly TaskOutcome[];
  readonly terminated: boolean;
}

/** Tasks of one application at once: half of what the API server is asked at once, so that slow answers leave room. */
const PARALLEL = 8;

/**
 * Carries out a plan. One bad object does not stop the others; but once an apply has failed nothing is pruned,
 * because what was to go may still be needed.
 */
export async function runPlan(plan: SyncPlan, runner: PlanRunner): Promise<PlanResult> {
  const outcomes: TaskOutcome[] = [];
  const limiter = createPriorityLimiter(PARALLEL);
  for (const group of plan.groups) {
    if (runner.terminated()) return { outcomes, terminated: true };
    const failed = outcomes.filter((outcome) => outcome.code === 'SyncFailed');
    outcomes.push(
      ...(await Promise.all(group.map((task) => limiter.run('normal', () => runTask(task, runner, failed))))),
    );
  }
  return { outcomes, terminated: false };
}

function runTask(task: SyncTask, runner: PlanRunner, failed: readonly TaskOutcome[]): Promise<TaskOutcome> {
  if (task.action === 'apply') return runner.apply(task);
  const [first] = failed;
  if (first === undefined) return runner.prune(task);
  const message = `ignored (nothing is pruned in a sync in which ${describeKey(first.key)} failed)`;
  const version = task.live.apiVersion.split('/').at(-1) ?? '';
  return Promise.resolve({ key: task.key, version, code: 'PruneSkipped', message });
}
