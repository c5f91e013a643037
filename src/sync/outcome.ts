import type { ResourceResult, ResultCode } from '../api/types.ts';
import type { HoldfastError } from '../lib/errors.ts';
import { type KubeObject, type ObjectKey, parseObjectKey } from '../object/kube-object.ts';

/** What became of one task. A refused object is data, not an exception. */
export interface TaskOutcome {
  readonly key: ObjectKey;
  readonly version: string;
  readonly code: ResultCode;
  readonly message: string;
  /** Hash of the manifest that was applied. */
  readonly desiredHash?: string;
  /** The object as the API server answered; absent after a prune or a failure. */
  readonly object?: KubeObject;
  /** What went wrong, for `SyncFailed`. */
  readonly error?: HoldfastError;
  /** Warnings of the API server, as it phrased them. */
  readonly warnings?: readonly string[];
}

/** The row of `status.operationState.syncResult.resources` for an outcome. */
export function resultRow(outcome: TaskOutcome): ResourceResult {
  const { group, kind, namespace, name } = parseObjectKey(outcome.key);
  return {
    group,
    version: outcome.version,
    kind,
    namespace,
    name,
    status: outcome.code,
    message: outcome.message,
    hookPhase: outcome.code === 'SyncFailed' ? 'Failed' : outcome.code === 'PruneSkipped' ? 'Succeeded' : 'Running',
    syncPhase: 'Sync',
  };
}
