import { HOLDFAST } from '../api/annotations.ts';
import { type PropagationPolicy, resourceSyncOptions, type SyncOptions } from '../api/sync-options.ts';
import { isTrackedBy } from '../api/tracking.ts';
import type { ClusterClient } from '../cluster/client.ts';
import type { KindInfo } from '../cluster/discovery.ts';
import { objectPath } from '../cluster/paths.ts';
import { HoldfastError } from '../lib/errors.ts';
import { describeKey, gvkOf, type KubeObject, type ObjectKey, parseObjectKey } from '../object/kube-object.ts';
import type { TaskOutcome } from './outcome.ts';

/** What proves that an object may be deleted, and how to delete it. */
export interface PruneOptions {
  readonly client: ClusterClient;
  readonly kind: KindInfo;
  /** The application's name in tracking ids. */
  readonly instanceName: string;
  readonly installationId: string;
  /** Everything that the application may have made, as last persisted. */
  readonly inventory: ReadonlySet<ObjectKey>;
  readonly propagationPolicy: PropagationPolicy;
  /** The application's; annotations of the object beat them. */
  readonly syncOptions: SyncOptions;
  /** `prune`: it left Git; `cascade`: its Application is being deleted. */
  readonly reason: 'prune' | 'cascade';
  readonly controlNamespace: string;
}

const POLICY: Readonly<Record<PropagationPolicy, string>> = {
  foreground: 'Foreground',
  background: 'Background',
  orphan: 'Orphan',
};

const TRIES = 3;

/** Namespaces whose deletion takes the cluster, or Holdfast itself, with it. */
const PROTECTED_NAMESPACES = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

/**
 * Deletes one object if, on a live read just now, both the inventory and its own tracking id say that it is the
 * application's. The delete names uid and resourceVersion, so that nothing else is hit. Never throws for what the API
 * server says.
 */
export async function pruneObject(key: ObjectKey, options: PruneOptions): Promise<TaskOutcome> {
  const version = options.kind.version;
  const outcome = (code: TaskOutcome['code'], message: string): TaskOutcome => ({ key, version, code, message });
  try {
    const refusal = await deleteUnlessRefused(key, options);
    return refusal === undefined ? outcome('Pruned', 'pruned') : outcome('PruneSkipped', refusal);
  } catch (thrown) {
    const error = HoldfastError.from(thrown);
    const message = `Cannot prune ${describeKey(key)}: ${error.message}`;
    return { ...outcome('SyncFailed', message), error: new HoldfastError(error.code, message, { cause: error }) };
  }
}

/**
 * Reads, decides and deletes. A delete whose outcome nobody knows, or that came too late for the version that was read,
 * is decided anew on another read: it may be done, and what stands there now may be another object.
 */
async function deleteUnlessRefused(key: ObjectKey, options: PruneOptions): Promise<string | undefined> {
  for (let tries = 1; ; tries += 1) {
    const live = await readLive(key, options);
    if (live === undefined) return undefined;
    const refusal = refuseReason(key, live, options);
    if (refusal !== undefined || live.metadata.deletionTimestamp !== undefined) return refusal;
    try {
      await deleteExactly(live, options);
      return undefined;
    } catch (error) {
      if (tries >= TRIES || !(error instanceof HoldfastError) || !worthRepeating(error)) throw error;
    }
  }
}

function worthRepeating(error: HoldfastError): boolean {
  return error.code === 'CLUSTER_UNKNOWN_OUTCOME' || error.code === 'CLUSTER_CONFLICT';
}

async function readLive(key: ObjectKey, options: PruneOptions): Promise<KubeObject | undefined> {
  const { namespace, name } = parseObjectKey(key);
  try {
    const path = objectPath(options.kind, namespace, name);
    return (await options.client.request({ method: 'GET', path })).body as KubeObject;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'CLUSTER_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Why `live` must stay; `undefined` when it may go. Pure. */
export function refuseReason(
  key: ObjectKey,
  live: KubeObject,
  options: Omit<PruneOptions, 'client' | 'kind' | 'propagationPolicy'>,
): string | undefined {
  if (!options.inventory.has(key)) return "ignored (not in the application's inventory, so it was never applied by it)";
  if (!isTrackedBy(options.instanceName, live))
    return 'ignored (its tracking id does not name this application and object)';
  // A label that somebody removed proves nothing; another installation's does.
  const installation = live.metadata.labels?.[HOLDFAST.instanceLabel] ?? options.installationId;
  if (installation !== options.installationId) return "ignored (it is labelled as another installation's)";
  const { group, kind } = gvkOf(live);
  if (kind === 'Namespace' && group === '') {
    return refuseNamespace(live.metadata.name, options) ?? refusePolicy(live, options);
  }
  if (kind === 'CustomResourceDefinition') {
    return 'ignored (deleting a CustomResourceDefinition deletes every object of its kind; delete it by hand if that is meant)';
  }
  return refusePolicy(live, options);
}

function refusePolicy(live: KubeObject, options: Pick<PruneOptions, 'reason' | 'syncOptions'>): string | undefined {
  const { options: policies } = resourceSyncOptions(options.syncOptions, live.metadata.annotations);
  const policy = options.reason === 'prune' ? policies.prune : policies.delete;
  if (policy === 'auto') return undefined;
  return policy === 'never'
    ? 'ignored (no prune)'
    : 'ignored (requires confirmation, which comes with a later release)';
}

function refuseNamespace(name: string, options: Pick<PruneOptions, 'reason' | 'controlNamespace'>): string | undefined {
  if (PROTECTED_NAMESPACES.has(name) || name === options.controlNamespace) {
    return `ignored (namespace "${name}" is protected)`;
  }
  if (options.reason === 'cascade') return undefined;
  return 'ignored (pruning a Namespace deletes everything in it; delete it by hand if that is meant)';
}

async function deleteExactly(live: KubeObject, options: PruneOptions): Promise<void> {
  const { uid, resourceVersion, namespace = '', name } = live.metadata;
  try {
    await options.client.request({
      method: 'DELETE',
      path: objectPath(options.kind, namespace, name),
      body: JSON.stringify({
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: POLICY[options.propagationPolicy],
        preconditions: { uid, resourceVersion },
      }),
    });
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'CLUSTER_NOT_FOUND') return;
    throw error;
  }
}
