import type { ApplicationSource, Automation, OperationState } from '../../api/types.ts';
import { deepEqual } from '../../diff/deep-equal.ts';
import type { ObjectKey } from '../../object/kube-object.ts';
import type { ResourceState } from '../../status/resource-state.ts';

/** What the decision rests on. */
export interface AutoSyncInput {
  readonly automation: Automation | undefined;
  readonly resources: Iterable<ResourceState>;
  /** Commit that the desired objects come from. */
  readonly revision: string;
  /** What they were rendered from, with its options. */
  readonly source: ApplicationSource | undefined;
  readonly lastOperation: OperationState | undefined;
  /** Failed objects that may be tried again now, and those that must wait. */
  readonly retryable: ReadonlySet<ObjectKey>;
  readonly waiting: ReadonlySet<ObjectKey>;
  /** True while the source cannot be read or rendered: then nothing new is deployed, but drift is repaired. */
  readonly stale: boolean;
}

/** What automated sync wants done. */
export type AutoSyncDecision =
  | { readonly action: 'none' }
  /** A deployment of a revision. */
  | { readonly action: 'sync' }
  /** Put back what somebody changed, or try again what was refused: these objects only. */
  | { readonly action: 'heal'; readonly keys: readonly ObjectKey[] };

const NONE: AutoSyncDecision = { action: 'none' };

/**
 * Whether automated sync starts an operation. As in Argo CD a revision is deployed once with
 * each source; after that, differences are
 * drift, and only `selfHeal` puts them back. Unlike there, objects that failed are tried again with growing delays
 * without waiting for a new commit. Pure.
 * @see https://github.com/argoproj/argo-cd/blob/37ee0097cf851bc2dd7665fc081bbce61a7e836e/controller/appcontroller.go#L2141
 */
export function decideAutoSync(input: AutoSyncInput): AutoSyncDecision {
  const { automation } = input;
  if (automation === undefined) return NONE;
  const differing = [...input.resources].filter((resource) => resource.sync === 'OutOfSync');
  const actionable = differing.filter((resource) => !resource.requiresPruning || (automation.prune && !input.stale));
  if (actionable.length === 0) return NONE;
  if (!isDeployed(input) && !input.stale) return { action: 'sync' };
  const keys = actionable.map((resource) => resource.key).filter((key) => mayHeal(key, automation, input));
  return keys.length === 0 ? NONE : { action: 'heal', keys };
}

function isDeployed({ lastOperation, revision, source }: AutoSyncInput): boolean {
  const last = lastOperation?.syncResult;
  if (last?.revision !== revision) return false;
  return last.source === undefined || source === undefined || deepEqual(last.source, source);
}

function mayHeal(key: ObjectKey, automation: Automation, input: AutoSyncInput): boolean {
  if (input.waiting.has(key)) return false;
  return automation.selfHeal || input.retryable.has(key);
}
