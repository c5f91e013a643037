import { cascadeOf } from '../api/annotations.ts';
import type { Application } from '../api/types.ts';
import { describeKey, type KubeObject, keyOf, type ObjectKey, parseObjectKey } from '../object/kube-object.ts';
import { compareApplyOrder } from '../object/sort-order.ts';
import { writeStatus } from '../status/write.ts';
import type { TaskOutcome } from '../sync/outcome.ts';
import { pruneObject } from '../sync/prune.ts';
import { observeLive } from './observe-live.ts';
import type { Services } from './services.ts';
import type { TrackedApplication } from './tracked-application.ts';

/** How often what is left is looked at again when no event says that it went. */
const RECHECK_MS = 5_000;

/**
 * Deletes what the application made, if its finalizer says so, and lets the Application go once nothing is left. The
 * inventory is walked, not a selector; every delete proves ownership on a live read.
 */
export async function deleteApplication(
  app: TrackedApplication,
  application: Application,
  services: Services,
): Promise<void> {
  const cascade = cascadeOf(app.object.metadata.finalizers);
  if (cascade === undefined) return;
  services.claim(app, app.desired.keys(), []);
  app.desired = new Map();
  await observeLive(app, true, services);
  const outcomes = await Promise.all(
    inDeletionOrder(app, services).map((key) => deleteOne(app, application, key, { cascade, services })),
  );
  const failed = outcomes.filter((outcome) => outcome.code === 'SyncFailed');
  app.syncConditions = failed.map((outcome) => ({ type: 'DeletionError', message: outcome.message }));
  const left = await stillThere(outcomes, app, services);
  if (left.length > 0 || failed.length > 0) {
    if (failed.length > 0) services.reportSoon(app);
    services.log.info({ application: app.id, left: left.map(describeKey) }, 'waiting for objects to go');
    services.enqueue(app, RECHECK_MS);
    return;
  }
  await removeFinalizers(app, services);
}

function inDeletionOrder(app: TrackedApplication, services: Services): ObjectKey[] {
  const live = new Map([...services.live.ownedBy(app.instanceName)].map((object) => [keyOf(object), object]));
  const stub = (key: ObjectKey): KubeObject => live.get(key) ?? stubOf(key);
  return [...app.inventory].sort((a, b) => compareApplyOrder(stub(b), stub(a)));
}

function stubOf(key: ObjectKey): KubeObject {
  const { group, kind, namespace, name } = parseObjectKey(key);
  return { apiVersion: group === '' ? 'v1' : `${group}/v1`, kind, metadata: { namespace, name } };
}

function deleteOne(
  app: TrackedApplication,
  application: Application,
  key: ObjectKey,
  context: { cascade: 'foreground' | 'background'; services: Services },
): Promise<TaskOutcome> {
  const { services, cascade } = context;
  const { group, kind: kindName } = parseObjectKey(key);
  const kind = services.discovery.preferred(group, kindName);
  if (kind === undefined) return Promise.resolve({ key, version: '', code: 'Pruned', message: 'its kind is gone' });
  return pruneObject(key, {
    client: services.client,
    kind,
    instanceName: app.instanceName,
    installationId: services.installationId,
    inventory: app.inventory,
    propagationPolicy: cascade,
    syncOptions: application.settings.syncOptions,
    reason: 'cascade',
    controlNamespace: services.controlNamespace,
  });
}

/** Objects whose deletion was accepted but that a read still finds: finalizers and dependents take their time. */
async function stillThere(
  outcomes: readonly TaskOutcome[],
  app: TrackedApplication,
  services: Services,
): Promise<ObjectKey[]> {
  const deleted = outcomes.filter((outcome) => outcome.code === 'Pruned').map((outcome) => outcome.key);
  const mine = new Set([...services.live.ownedBy(app.instanceName)].map(keyOf));
  return deleted.filter((key) => mine.has(key));
}

async function removeFinalizers(app: TrackedApplication, services: Services): Promise<void> {
  const finalizers = (app.object.metadata.finalizers ?? []).filter((name) => cascadeOf([name]) === undefined);
  app.object = await writeStatus({
    client: services.client,
    current: app.object,
    status: app.application?.status ?? {},
    finalizers,
  });
}
