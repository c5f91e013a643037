import { cascadeOf } from '../api/annotations.ts';
import { DEFAULT_SYNC_OPTIONS } from '../api/sync-options.ts';
import { HoldfastError } from '../lib/errors.ts';
import { describeKey, type KubeObject, keyOf, type ObjectKey, parseObjectKey } from '../object/kube-object.ts';
import { compareApplyOrder } from '../object/sort-order.ts';
import { writeStatus } from '../status/write.ts';
import type { TaskOutcome } from '../sync/outcome.ts';
import { pruneObject } from '../sync/prune.ts';
import { observeLive, readObject } from './observe-live.ts';
import type { Services } from './services.ts';
import type { TrackedApplication } from './tracked-application.ts';

/** How often what is left is looked at again when no event says that it went. */
const RECHECK_MS = 5_000;

/**
 * Deletes what the application made, if its finalizer says so, and lets the Application go once nothing is left. The
 * inventory is walked, not a selector; every delete proves ownership on a live read. An Application that cannot be
 * understood, or whose project is gone, can be deleted all the same.
 */
export async function deleteApplication(app: TrackedApplication, services: Services): Promise<void> {
  const cascade = cascadeOf(app.object.metadata.finalizers);
  if (cascade === undefined) return;
  services.claims.change(app.id, app.desired.keys(), []);
  app.desired = new Map();
  await observeLive(app, true, services);
  const outcomes = await Promise.all(
    inDeletionOrder(app, services).map((key) => deleteOne(app, key, { cascade, services })),
  );
  const failed = outcomes.filter((outcome) => outcome.code === 'SyncFailed');
  app.syncConditions = failed.map((outcome) => ({ type: 'DeletionError', message: outcome.message }));
  const left = await leftOver(outcomes, app, services);
  // What a live read has proved gone, or not ours to delete, need not be asked for again.
  app.inventory = new Set(left);
  if (left.length === 0) {
    await removeFinalizers(app, services);
    return;
  }
  if (failed.length > 0) services.reportSoon(app);
  services.log.info({ application: app.id, left: left.length }, 'waiting for objects to go');
  services.enqueue(app, RECHECK_MS);
}

/**
 * Highest in the order of applying first: what uses others goes before what it uses. Without what another application
 * states, which takes it over.
 */
function inDeletionOrder(app: TrackedApplication, services: Services): ObjectKey[] {
  const live = new Map([...services.live.ownedBy(app.instanceName)].map((object) => [keyOf(object), object]));
  const stub = (key: ObjectKey): KubeObject => live.get(key) ?? stubOf(key);
  return [...app.inventory]
    .filter((key) => services.claims.count(key) === 0)
    .sort((a, b) => compareApplyOrder(stub(b), stub(a)));
}

function stubOf(key: ObjectKey): KubeObject {
  const { group, kind, namespace, name } = parseObjectKey(key);
  return { apiVersion: group === '' ? 'v1' : `${group}/v1`, kind, metadata: { namespace, name } };
}

function deleteOne(
  app: TrackedApplication,
  key: ObjectKey,
  context: { cascade: 'foreground' | 'background'; services: Services },
): Promise<TaskOutcome> {
  const { services, cascade } = context;
  const { group, kind: kindName, namespace, name } = parseObjectKey(key);
  const kind = services.discovery.preferred(group, kindName);
  if (kind === undefined) return Promise.resolve(withoutKind(key, services));
  if (services.live.get(kind, namespace, name)?.metadata.deletionTimestamp !== undefined) {
    return Promise.resolve({ key, version: kind.version, code: 'Pruned', message: 'its deletion is under way' });
  }
  return pruneObject(key, {
    client: services.client,
    kind,
    instanceName: app.instanceName,
    installationId: services.installationId,
    inventory: app.inventory,
    propagationPolicy: cascade,
    syncOptions: app.application?.settings.syncOptions ?? DEFAULT_SYNC_OPTIONS,
    reason: 'cascade',
    controlNamespace: services.controlNamespace,
  });
}

/** A kind that discovery does not tell has gone with its objects, unless nobody could tell. */
function withoutKind(key: ObjectKey, services: Services): TaskOutcome {
  const { group } = parseObjectKey(key);
  if (!services.discovery.isUncertain(group)) return { key, version: '', code: 'Pruned', message: 'its kind is gone' };
  const message = `Cannot delete ${describeKey(key)}: the API server behind group "${group}" does not answer discovery. Repair its APIService, or remove it`;
  return { key, version: '', code: 'SyncFailed', message, error: new HoldfastError('CLUSTER_UNREACHABLE', message) };
}

/** Objects that are still there: finalizers and dependents take their time, and a refused delete is tried again. */
async function leftOver(
  outcomes: readonly TaskOutcome[],
  app: TrackedApplication,
  services: Services,
): Promise<ObjectKey[]> {
  const mine = new Set([...services.live.ownedBy(app.instanceName)].map(keyOf));
  const left = await Promise.all(
    outcomes.map(async ({ key, code }) => {
      if (code === 'SyncFailed' || (code === 'Pruned' && mine.has(key))) return true;
      // What no watch shows may be there all the same.
      return code === 'Pruned' && !services.kindListed(key) && (await isThere(key, services));
    }),
  );
  return outcomes.map(({ key }) => key).filter((_, index) => left[index]);
}

async function isThere(key: ObjectKey, services: Services): Promise<boolean> {
  const { group, kind } = parseObjectKey(key);
  const info = services.discovery.preferred(group, kind);
  return info !== undefined && (await readObject(info, key, services)) !== undefined;
}

async function removeFinalizers(app: TrackedApplication, services: Services): Promise<void> {
  const finalizers = (app.object.metadata.finalizers ?? []).filter((name) => cascadeOf([name]) === undefined);
  app.object = await writeStatus({
    client: services.client,
    current: app.object,
    status: app.object['status'] ?? {},
    finalizers,
  });
}
