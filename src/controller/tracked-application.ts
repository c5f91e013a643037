import type { Application, ApplicationCondition, OperationState, RevisionHistory, SourceType } from '../api/types.ts';
import type { Settled } from '../diff/compare-settled.ts';
import type { Desired } from '../diff/prepare-desired.ts';
import type { HoldfastError } from '../lib/errors.ts';
import type { KubeObject, ObjectKey } from '../object/kube-object.ts';
import type { CapabilityQuestion } from '../render/helm/capabilities.ts';
import type { RenderResult } from '../render/rendered.ts';
import type { AccessRecord } from '../source/access-record.ts';
import type { ResourceState } from '../status/resource-state.ts';
import type { LookupMemory } from './read-lookups.ts';

/** The last good render; it stays in force while a fetch or a later render fails. */
export interface RenderInForce {
  /** Commit that was rendered. */
  readonly revision: string;
  /** Everything but the tree that went into the render, as text. */
  readonly inputs: string;
  readonly record: AccessRecord;
  readonly result: RenderResult;
  readonly bases: readonly RemoteBase[];
  readonly cluster: ClusterAnswers;
  /** What charts looked up in the cluster. */
  readonly lookups: readonly LookupMemory[];
  /** It holds something that stands for this commit only, and is not to be taken for another one's. */
  readonly ofRevision: boolean;
}

/** What a chart asked of the cluster while it was rendered, and was told. */
export type ClusterAnswers = ReadonlyMap<CapabilityQuestion, string>;

/** A base in another repository that a render has taken in. */
export interface RemoteBase {
  /** Under which the repository is polled for it. */
  readonly use: string;
  readonly url: string;
  /** The repository whose files name it. */
  readonly onBehalfOf: string;
  readonly ref: string;
  /** The commit that was rendered; undefined when there was none of that name. */
  readonly oid: string | undefined;
}

/** A render that failed for what its sources say. */
export interface FailedRender {
  readonly inputs: string;
  readonly revision: string;
  readonly error: HoldfastError;
  /** A new commit of one of them may be what makes it good. */
  readonly bases: readonly RemoteBase[];
  /** A kind that the cluster has now may be, too. */
  readonly cluster: ClusterAnswers;
  /** What charts looked up in the cluster. */
  readonly lookups: readonly LookupMemory[];
}

/** A manifest that cannot be applied as things are. */
export interface Unresolved {
  readonly key: ObjectKey;
  readonly version: string;
  readonly reason: string;
  /** True when nobody can tell whether the kind exists (its API server is down). */
  readonly unknown: boolean;
}

/** The last refusal of one object. */
export interface ApplyFailure {
  readonly desiredHash: string;
  readonly message: string;
  /** How it is reported; not at all for an object that is left alone on purpose (its prune was refused). */
  readonly condition: 'SyncError' | 'SharedResourceWarning' | undefined;
  readonly attempts: number;
  /** Monotonic time before which it is not tried again. */
  readonly retryAtMs: number;
}

/** What an application needs in its next turn. `refresh: hard` also drops the cached render. */
export interface Needs {
  refresh: 'normal' | 'hard' | undefined;
  /** Resolve the revision again, on the word of a poll or a timer. */
  resolve: boolean;
  /** Compare everything; else only `keys`. */
  compare: boolean;
  readonly keys: Set<ObjectKey>;
}

/** All that the controller knows of one Application. Changed only in that application's turn, apart from `needs`. */
export class TrackedApplication {
  /** `namespace/name`. */
  readonly id: string;
  /** As last seen. */
  object: KubeObject;
  /** `undefined` when the object cannot be understood; `problems` says why. */
  application: Application | undefined;
  problems: readonly string[] = [];
  warnings: readonly string[] = [];
  /** Name in tracking ids. */
  instanceName = '';
  /** Hash of what a turn depends on; a change of anything else starts none. */
  trigger = '';

  readonly needs: Needs = { refresh: undefined, resolve: true, compare: true, keys: new Set() };

  /** True from the moment `needs.resolve` is acted on until what came of it has been claimed. */
  takingIn = false;

  /** Commit that the source's revision stood for when it was last resolved. */
  resolved: string | undefined;
  sourceError: HoldfastError | undefined;
  /** Wall-clock time since which the source cannot be read. */
  sourceErrorSinceMs: number | undefined;
  render: RenderInForce | undefined;
  /** The last render, if it failed: it is not tried again for the same. */
  failedRender: FailedRender | undefined;
  /** Monotonic time at which was last asked whether what that render looked up is another now. */
  lookedAtMs = 0;

  desired: ReadonlyMap<ObjectKey, Desired> = new Map();
  unresolved: readonly Unresolved[] = [];
  /** What Git states and is neither compared nor pruned. */
  leftOut: ReadonlySet<ObjectKey> = new Set();
  desiredConditions: readonly Omit<ApplicationCondition, 'lastTransitionTime'>[] = [];
  syncConditions: readonly Omit<ApplicationCondition, 'lastTransitionTime'>[] = [];
  /** What `desired` was computed from: render, destination and discovery. */
  desiredInputs: unknown;

  readonly resources: Map<ObjectKey, ResourceState> = new Map();
  readonly settled: Map<ObjectKey, Settled> = new Map();
  readonly failures: Map<ObjectKey, ApplyFailure> = new Map();
  /** Objects that the deployment of the revision in force still owes: their last apply failed. */
  readonly owed: Set<ObjectKey> = new Set();
  /** Live objects without our label, read by name for want of a watch. */
  readonly unlabelled: Map<ObjectKey, KubeObject> = new Map();
  /** Keys whose last comparison needs a dry-run to be certain. */
  readonly doubts: Set<ObjectKey> = new Set();
  /** Monotonic times of the latest repairs of each object. */
  readonly repairs: Map<ObjectKey, readonly number[]> = new Map();

  /** What may have been applied, as last persisted. */
  inventory: ReadonlySet<ObjectKey> = new Set();
  operationState: OperationState | undefined;
  history: readonly RevisionHistory[] = [];
  reconciledAt: string | undefined;
  /** True from the moment the refresh annotation has been acted on until it is removed. */
  refreshDone = false;
  /** True once `.operation` has been taken over into `operationState`. */
  operationTaken = false;
  /** The application's status has been read into this record once. */
  restored = false;

  constructor(id: string, object: KubeObject) {
    this.id = id;
    this.object = object;
  }

  /** Type of the source, once rendered. */
  get sourceType(): SourceType | undefined {
    return this.render?.result.sourceType;
  }

  /** Why live and desired cannot be compared now. */
  get comparisonError(): HoldfastError | undefined {
    return this.sourceError ?? this.failedRender?.error;
  }
}
