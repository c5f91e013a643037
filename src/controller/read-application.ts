import { createHash } from 'node:crypto';
import { HOLDFAST, requestedRefresh } from '../api/annotations.ts';
import { parseApplication } from '../api/parse-application.ts';
import { instanceName } from '../api/tracking.ts';
import type { ApplicationStatus } from '../api/types.ts';
import { deepEqual } from '../diff/deep-equal.ts';
import { type JsonValue, type KubeObject, type ObjectKey, objectKey } from '../object/kube-object.ts';
import { decodeInventory } from '../status/inventory.ts';
import { printJson } from '../yaml/json.ts';
import type { TrackedApplication } from './tracked-application.ts';

/**
 * Takes in an Application as it stands now; true when a turn is due. What Holdfast itself writes is no reason for one.
 * The first time, what an earlier process left in the object is taken over: nothing of it is done twice.
 */
export function readApplication(app: TrackedApplication, object: KubeObject, controlNamespace: string): boolean {
  app.object = object;
  const refresh = requestedRefresh(object.metadata.annotations);
  if (refresh === undefined) app.refreshDone = false;
  if (object['operation'] === undefined || !deepEqual(object['operation'], app.application?.operation)) {
    app.operationTaken = false;
  }
  const trigger = triggerOf(object);
  const changed = trigger !== app.trigger;
  if (changed) parseInto(app, trigger);
  if (!app.restored) restore(app, controlNamespace);
  return changed || (refresh !== undefined && !app.refreshDone);
}

/** Hash of everything in an Application that a turn depends on: not its status, and not what Holdfast itself writes. */
function triggerOf(object: KubeObject): string {
  const { annotations = {}, labels = {}, finalizers = [], deletionTimestamp = null } = object.metadata;
  const status = object['status'] as { operationState?: { phase?: string } } | undefined;
  const relevant = Object.entries(annotations).filter(
    ([name]) => name !== HOLDFAST.inventoryAnnotation && !name.startsWith('argocd.argoproj.io/refresh'),
  );
  // Integers beyond 2^53 are bigint, which JSON.stringify refuses.
  const text = printJson([
    (object['spec'] ?? null) as JsonValue,
    (object['operation'] ?? null) as JsonValue,
    relevant,
    labels,
    finalizers,
    deletionTimestamp,
    status?.operationState?.phase === 'Terminating',
  ]);
  return createHash('sha256').update(text).digest('base64');
}

function parseInto(app: TrackedApplication, trigger: string): void {
  const ignoredBefore = app.application?.spec.ignoreDifferences;
  const parsed = parseApplication(app.object);
  app.trigger = trigger;
  app.application = 'application' in parsed ? parsed.application : undefined;
  app.problems = 'problems' in parsed ? parsed.problems : [];
  app.warnings = 'warnings' in parsed ? parsed.warnings : [];
  app.needs.resolve = true;
  app.needs.compare = true;
  // Objects may have been taken for settled with differences that count now.
  if (!deepEqual(ignoredBefore, app.application?.spec.ignoreDifferences)) app.settled.clear();
}

function restore(app: TrackedApplication, controlNamespace: string): void {
  const { metadata } = app.object;
  const status: ApplicationStatus = app.application?.status ?? {};
  app.restored = true;
  app.instanceName = instanceName(metadata, controlNamespace);
  app.operationState = status.operationState;
  app.history = status.history ?? [];
  app.reconciledAt = status.reconciledAt;
  app.inventory = decodeInventory(metadata.annotations?.[HOLDFAST.inventoryAnnotation]) ?? inventoryOfStatus(status);
  for (const key of failedKeys(status)) app.owed.add(key);
}

function failedKeys(status: ApplicationStatus): ObjectKey[] {
  const rows = status.operationState?.syncResult?.resources ?? [];
  return rows.filter((row) => row.status === 'SyncFailed').map(objectKey);
}

/**
 * What Argo CD or a lost annotation leaves to start from. Only a start: a prune also demands the object's own
 * tracking id.
 */
function inventoryOfStatus(status: ApplicationStatus): ReadonlySet<ObjectKey> {
  return new Set(
    (status.resources ?? []).map(({ group = '', kind = '', namespace = '', name = '' }) =>
      objectKey({ group, kind, namespace, name }),
    ),
  );
}
