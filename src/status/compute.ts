import type {
  Application,
  ApplicationCondition,
  ApplicationStatus,
  ApplicationSummary,
  HealthState,
  OperationState,
  ResourceStatus,
  RevisionHistory,
  SourceType,
  SyncStatusCode,
} from '../api/types.ts';
import { HEALTH_ORDER, type Health } from '../health/health.ts';
import { parseObjectKey } from '../object/kube-object.ts';
import type { ResourceState } from './resource-state.ts';

/** Everything that an application's status is made of. */
export interface StatusInput {
  readonly application: Application;
  readonly controlNamespace: string;
  /** Commit that the desired objects come from; `undefined` before the first. */
  readonly revision: string | undefined;
  /** Set when live and desired cannot be compared: then the verdict is Unknown, whatever was known before. */
  readonly incomparable: boolean;
  /** Sorted as they should be shown. */
  readonly resources: readonly ResourceState[];
  readonly conditions: readonly Omit<ApplicationCondition, 'lastTransitionTime'>[];
  readonly operationState: OperationState | undefined;
  readonly history: readonly RevisionHistory[];
  readonly sourceType: SourceType | undefined;
  readonly summary: ApplicationSummary;
  /** Time of the last requested comparison (RFC 3339). */
  readonly reconciledAt: string | undefined;
  /** Now (RFC 3339). */
  readonly now: string;
}

/**
 * The whole `status` of an Application, as Argo CD writes it. Times of transitions are carried over from the previous
 * status where nothing changed. Pure.
 */
export function computeStatus(input: StatusInput): ApplicationStatus {
  const { application, revision } = input;
  const previous = application.status;
  return {
    sync: {
      status: syncStatus(input),
      comparedTo: {
        ...comparedSource(application),
        destination: application.spec.destination,
        ...(application.spec.ignoreDifferences === undefined
          ? {}
          : { ignoreDifferences: application.spec.ignoreDifferences }),
      },
      ...(revision === undefined ? {} : { revision }),
    },
    health: transition(applicationHealth(input), previous.health, input.now),
    ...(input.resources.length === 0 ? {} : { resources: input.resources.map(resourceStatus) }),
    ...(input.history.length === 0 ? {} : { history: input.history }),
    ...(input.conditions.length === 0 ? {} : { conditions: conditionsWithTimes(input) }),
    ...(input.operationState === undefined ? {} : { operationState: input.operationState }),
    ...(input.reconciledAt === undefined ? {} : { reconciledAt: input.reconciledAt }),
    ...(input.sourceType === undefined ? {} : { sourceType: input.sourceType }),
    summary: input.summary,
    controllerNamespace: input.controlNamespace,
  };
}

function comparedSource(application: Application): { source?: Application['spec']['source'] & object } {
  const [source] = application.settings.sources;
  return source === undefined ? {} : { source };
}

function syncStatus(input: StatusInput): SyncStatusCode {
  if (input.incomparable || input.revision === undefined) return 'Unknown';
  const states = new Set(input.resources.map((resource) => resource.sync));
  if (states.has('Unknown')) return 'Unknown';
  return states.has('OutOfSync') ? 'OutOfSync' : 'Synced';
}

/**
 * The worst health of the live objects; a missing one shows in the sync status already. Missing when nothing is live.
 * @see https://github.com/argoproj/argo-cd/blob/37ee0097cf851bc2dd7665fc081bbce61a7e836e/controller/health.go
 */
function applicationHealth(input: StatusInput): Health {
  if (input.revision === undefined) return { status: 'Unknown' };
  const { resources } = input;
  if (resources.length > 0 && resources.every((resource) => !resource.live)) return { status: 'Missing' };
  let worst: Health = { status: 'Healthy' };
  for (const resource of resources) {
    const { health } = resource;
    if (health === undefined || !countsForHealth(resource, input.application)) continue;
    if (HEALTH_ORDER.indexOf(health.status) > HEALTH_ORDER.indexOf(worst.status)) worst = { status: health.status };
  }
  return worst;
}

/**
 * An application that manages itself is not kept down by its own past. A child that nobody has looked at yet tells
 * nothing of its parent.
 */
function countsForHealth({ key, health, ignoreHealth, live }: ResourceState, application: Application): boolean {
  if (ignoreHealth || !live) return false;
  const { group, kind, namespace, name } = parseObjectKey(key);
  if (group !== 'argoproj.io' || kind !== 'Application') return true;
  const { metadata } = application;
  if (name === metadata.name && namespace === metadata.namespace) return false;
  return health?.status !== 'Missing' && health?.status !== 'Unknown';
}

function transition(health: Health, previous: HealthState | undefined, now: string): HealthState {
  const since = previous?.status === health.status ? previous.lastTransitionTime : undefined;
  return { ...health, lastTransitionTime: since ?? now };
}

function resourceStatus(resource: ResourceState): ResourceStatus {
  const { group, kind, namespace, name } = parseObjectKey(resource.key);
  return {
    ...(group === '' ? {} : { group }),
    version: resource.version,
    kind,
    ...(namespace === '' ? {} : { namespace }),
    name,
    status: resource.sync,
    ...(resource.health === undefined ? {} : { health: resource.health }),
    ...(resource.requiresPruning ? { requiresPruning: true } : {}),
  };
}

function conditionsWithTimes(input: StatusInput): ApplicationCondition[] {
  const previous = input.application.status.conditions ?? [];
  return input.conditions.map((condition) => {
    const same = previous.find(({ type, message }) => type === condition.type && message === condition.message);
    return { ...condition, lastTransitionTime: same?.lastTransitionTime ?? input.now };
  });
}
