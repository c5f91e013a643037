import type { HealthStatus } from '../health/health.ts';
import type { KubeObject, ObjectMeta } from '../object/kube-object.ts';
import type { ApplicationSource, SourceHydrator, SourceType } from './source-types.ts';
import type { SyncOptions } from './sync-options.ts';

export type {
  ApplicationSource,
  DirectorySource,
  EnvironmentEntry,
  HelmFileParameter,
  HelmParameter,
  HelmSource,
  JsonnetOptions,
  JsonnetVariable,
  KustomizePatch,
  KustomizeReplica,
  KustomizeSource,
  PluginParameter,
  PluginSource,
  SourceHydrator,
  SourceType,
} from './source-types.ts';

/** API group of Argo CD's kinds, which Holdfast serves. */
export const API_GROUP = 'argoproj.io';
/** `apiVersion` of Application, AppProject and ApplicationSet. */
export const API_VERSION = 'argoproj.io/v1alpha1';

/**
 * An Application as the API server holds it. Produced by `parseApplication` only; JSON names and optionality follow
 * Argo CD's Go types, so that a client that round-trips those loses nothing.
 * @see https://github.com/argoproj/argo-cd/blob/37ee0097cf851bc2dd7665fc081bbce61a7e836e/pkg/apis/application/v1alpha1/types.go
 */
export interface Application {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: 'Application';
  readonly metadata: Readonly<ObjectMeta>;
  readonly spec: ApplicationSpec;
  /** What follows from `spec`; not part of the object in the cluster. */
  readonly settings: ApplicationSettings;
  readonly status: ApplicationStatus;
  /** What a client wants done now; taken over into `status.operationState` when it starts. */
  readonly operation?: Operation;
}

/** Automated sync, with every choice made. */
export interface Automation {
  readonly prune: boolean;
  readonly selfHeal: boolean;
  readonly allowEmpty: boolean;
}

/** What follows from a spec. Frozen. */
export interface ApplicationSettings {
  /** The sources in force, at least one: the hydrator's, else `sources`, else `source`. */
  readonly sources: readonly ApplicationSource[];
  /** Whether status speaks of `sources` and `revisions` instead of `source` and `revision`. */
  readonly multiSource: boolean;
  /** `undefined`: sync only when asked. */
  readonly automation: Automation | undefined;
  readonly syncOptions: SyncOptions;
  /** Those of `spec.ignoreDifferences` that can be used. */
  readonly ignoreRules: readonly IgnoreRule[];
  /** How many entries `status.history` keeps. */
  readonly historyLimit: number;
}

/** Differences that do not count, of the objects that it applies to. */
export interface IgnoreRule {
  readonly appliesTo: (object: KubeObject) => boolean;
  /** JSON pointers, split and unescaped. */
  readonly pointers: readonly (readonly string[])[];
  /** Field managers whose fields do not count. */
  readonly managers: readonly string[];
}

/** What the user wants. */
export interface ApplicationSpec {
  readonly source?: ApplicationSource;
  /** Wins over `source` when not empty. */
  readonly sources?: readonly ApplicationSource[];
  /** Wins over both. */
  readonly sourceHydrator?: SourceHydrator;
  readonly destination: Destination;
  /** Never empty after parsing: `''` became `default`. */
  readonly project: string;
  readonly syncPolicy?: SyncPolicy;
  readonly ignoreDifferences?: readonly IgnoreDifference[];
  readonly info?: readonly Info[];
  /** How many deployments `status.history` keeps; 10 when absent. */
  readonly revisionHistoryLimit?: number;
}

/** Where objects go: a cluster by URL or by name, and the namespace of objects that name none. */
export interface Destination {
  readonly server?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** A name and a value for people to read. */
export interface Info {
  readonly name: string;
  readonly value: string;
}

/** Fields of live objects that are no one's business. */
export interface IgnoreDifference {
  readonly group?: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly jsonPointers?: readonly string[];
  readonly jqPathExpressions?: readonly string[];
  readonly managedFieldsManagers?: readonly string[];
}

/** When and how to sync. */
export interface SyncPolicy {
  readonly automated?: Automated;
  /** `Key=value` each; see `parseSyncOptions`. */
  readonly syncOptions?: readonly string[];
  readonly retry?: RetryStrategy;
  readonly managedNamespaceMetadata?: NamespaceMetadata;
}

/** Automated sync; on when present unless `enabled` is false. */
export interface Automated {
  readonly prune?: boolean;
  readonly selfHeal?: boolean;
  readonly allowEmpty?: boolean;
  readonly enabled?: boolean;
}

/** How a failed sync is tried again. `limit` below 0 means without end. */
export interface RetryStrategy {
  readonly limit?: number;
  readonly backoff?: {
    /** Go duration (`5s`). */
    readonly duration?: string;
    readonly factor?: number;
    /** Go duration (`3m`). */
    readonly maxDuration?: string;
  };
  readonly refresh?: boolean;
}

/** Labels and annotations of a namespace made by `CreateNamespace=true`. */
export interface NamespaceMetadata {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A request to do something once. */
export interface Operation {
  readonly sync?: SyncOperation;
  readonly initiatedBy?: OperationInitiator;
  readonly info?: readonly Info[];
  readonly retry?: RetryStrategy;
}

/** Who asked. */
export interface OperationInitiator {
  readonly username?: string;
  readonly automated?: boolean;
}

/** One sync, as asked for. */
export interface SyncOperation {
  readonly revision?: string;
  readonly revisions?: readonly string[];
  readonly prune?: boolean;
  readonly dryRun?: boolean;
  readonly syncStrategy?: {
    readonly apply?: { readonly force?: boolean };
    readonly hook?: { readonly force?: boolean };
  };
  /** Sync these only; all when absent or empty. */
  readonly resources?: readonly SyncOperationResource[];
  readonly source?: ApplicationSource;
  readonly sources?: readonly ApplicationSource[];
  /** Manifests that take the place of the source's. */
  readonly manifests?: readonly string[];
  readonly syncOptions?: readonly string[];
  readonly autoHealAttemptsCount?: number;
}

/** Names one resource of a partial sync. */
export interface SyncOperationResource {
  readonly group?: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** What the operator found and did. */
export interface ApplicationStatus {
  readonly sync?: SyncStatus;
  readonly health?: HealthState;
  readonly resources?: readonly ResourceStatus[];
  readonly history?: readonly RevisionHistory[];
  readonly conditions?: readonly ApplicationCondition[];
  readonly reconciledAt?: string;
  readonly operationState?: OperationState;
  readonly observedAt?: string;
  readonly sourceType?: SourceType;
  readonly sourceTypes?: readonly SourceType[];
  readonly summary?: ApplicationSummary;
  /** Absent: health stands inline with each resource, which Argo CD's clients then read. */
  readonly resourceHealthSource?: string;
  readonly controllerNamespace?: string;
}

/** Whether live equals desired. */
export type SyncStatusCode = 'Synced' | 'OutOfSync' | 'Unknown';

/** The last comparison. */
export interface SyncStatus {
  readonly status: SyncStatusCode;
  readonly comparedTo?: ComparedTo;
  readonly revision?: string;
  readonly revisions?: readonly string[];
}

/** Inputs of the last comparison. Go's clients write `source` also when `sources` holds the real ones. */
export interface ComparedTo {
  readonly source?: ApplicationSource;
  readonly sources?: readonly ApplicationSource[];
  readonly destination: Destination;
  readonly ignoreDifferences?: readonly IgnoreDifference[];
}

/** Health with the time of its last change (RFC 3339). */
export interface HealthState {
  readonly status?: HealthStatus;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** One managed object. `status` is absent where it has no meaning (hooks). */
export interface ResourceStatus {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly status?: SyncStatusCode;
  readonly health?: HealthState;
  readonly hook?: boolean;
  readonly requiresPruning?: boolean;
  readonly requiresDeletionConfirmation?: boolean;
  readonly syncWave?: number;
}

/** What can be told about the application at a glance. */
export interface ApplicationSummary {
  readonly externalURLs?: readonly string[];
  readonly images?: readonly string[];
  readonly isAppOfApps?: boolean;
}

/** Kinds of condition that Argo CD's clients know. */
export type ConditionType =
  | 'DeletionError'
  | 'InvalidSpecError'
  | 'ComparisonError'
  | 'SyncError'
  | 'UnknownError'
  | 'SharedResourceWarning'
  | 'RepeatedResourceWarning'
  | 'ExcludedResourceWarning'
  | 'OrphanedResourceWarning'
  /** Not one of Argo CD's: something in the spec has no effect. */
  | 'InvalidSpecWarning'
  /** Not one of Argo CD's: an object is another one in every render. */
  | 'RandomOutputWarning';

/** Something wrong that a person should know. */
export interface ApplicationCondition {
  readonly type: ConditionType;
  readonly message: string;
  readonly lastTransitionTime?: string;
}

/** A successful deployment. `id` counts up and is what `rollback` names. */
export interface RevisionHistory {
  readonly id: number;
  readonly revision?: string;
  readonly revisions?: readonly string[];
  readonly source?: ApplicationSource;
  readonly sources?: readonly ApplicationSource[];
  readonly deployStartedAt?: string;
  readonly deployedAt: string;
  readonly initiatedBy?: OperationInitiator;
}

/** Where an operation stands. `Failed`: a sync did not work; `Error`: the operation could not be carried out. */
export type OperationPhase = 'Running' | 'Terminating' | 'Succeeded' | 'Failed' | 'Error';

/** The running operation or the last one. */
export interface OperationState {
  readonly operation: Operation;
  readonly phase: OperationPhase;
  readonly message?: string;
  readonly syncResult?: SyncOperationResult;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly retryCount?: number;
}

/** What a sync did. */
export interface SyncOperationResult {
  readonly resources?: readonly ResourceResult[];
  /** `''` when `revisions` holds the real ones. */
  readonly revision: string;
  readonly revisions?: readonly string[];
  readonly source?: ApplicationSource;
  readonly sources?: readonly ApplicationSource[];
  readonly managedNamespaceMetadata?: NamespaceMetadata;
}

/** Outcome for one object. */
export type ResultCode = 'Synced' | 'SyncFailed' | 'Pruned' | 'PruneSkipped';

/** Kinds of hook; also set on plain objects by Argo CD as their phase. */
export type HookType = 'PreSync' | 'Sync' | 'PostSync' | 'SyncFail' | 'PreDelete' | 'PostDelete' | 'Skip';

/** Phases of a sync. */
export type SyncPhase = 'PreSync' | 'Sync' | 'PostSync' | 'SyncFail';

/** What a sync did to one object. All five names are required, `''` where there is nothing to say. */
export interface ResourceResult {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly status?: ResultCode;
  readonly message?: string;
  readonly hookType?: HookType;
  readonly hookPhase?: OperationPhase;
  readonly syncPhase?: SyncPhase;
  readonly images?: readonly string[];
}
