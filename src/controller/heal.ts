import { HOLDFAST } from '../api/annotations.ts';
import type { Application } from '../api/types.ts';
import { attributeChange, type ChangeAuthor } from '../diff/attribute-change.ts';
import { toKubeTime } from '../lib/clock.ts';
import { describeKey, type ObjectKey, parseObjectKey } from '../object/kube-object.ts';
import type { ResourceState } from '../status/resource-state.ts';
import { liveOf } from './compare-resources.ts';
import { runOperation } from './run-operation.ts';
import type { Services } from './services.ts';
import type { TrackedApplication } from './tracked-application.ts';

/** Repairs of one object within a minute after which somebody must be undoing them. */
const FIGHT_LIMIT = 5;
const FIGHT_WINDOW_MS = 60_000;

/** One drift, as it was before its repair. */
interface Drift {
  readonly key: ObjectKey;
  readonly author: ChangeAuthor | undefined;
  readonly what: string;
}

/**
 * Puts the named objects back to what Git says and reports each repair with what had changed and, where the managed
 * fields tell, who changed it.
 */
export async function healObjects(
  app: TrackedApplication,
  application: Application,
  keys: readonly ObjectKey[],
  services: Services,
): Promise<void> {
  const startedMs = services.clock.monotonicMs();
  // To try again what was refused is no repair: nobody changed anything, and nobody fights.
  const changed = keys.filter((key) => app.desired.has(key) && !app.failures.has(key));
  const drifts = changed.map((key) => describeDrift(app, key, services));
  const attempts = (app.operationState?.operation.sync?.autoHealAttemptsCount ?? 0) + 1;
  await runOperation(
    app,
    application,
    {
      operation: {
        sync: {
          revision: app.render?.revision ?? '',
          prune: application.settings.automation?.prune ?? false,
          resources: keys.map(resourceOf),
          autoHealAttemptsCount: attempts,
        },
        initiatedBy: { automated: true },
      },
      startedAt: toKubeTime(services.clock.now()),
      keys,
      announce: false,
    },
    services,
  );
  services.metrics.repairSeconds.observe((services.clock.monotonicMs() - startedMs) / 1_000);
  for (const drift of drifts) reportRepair(app, drift, services);
}

/** The objects of `keys` whose repair somebody keeps undoing; they are left alone until the minute is over. */
export function foughtOver(app: TrackedApplication, services: Services): ReadonlySet<ObjectKey> {
  const since = services.clock.monotonicMs() - FIGHT_WINDOW_MS;
  const fought = new Set<ObjectKey>();
  for (const [key, times] of app.repairs) {
    const recent = times.filter((time) => time > since);
    if (recent.length === 0) app.repairs.delete(key);
    else app.repairs.set(key, recent);
    if (recent.length >= FIGHT_LIMIT) fought.add(key);
  }
  return fought;
}

/** The condition for objects that are fought over, naming the other side. */
export function fightMessage(app: TrackedApplication, key: ObjectKey, services: Services): string {
  const author = describeDrift(app, key, services).author;
  const who = author === undefined ? 'somebody whom managed fields do not name' : `field manager "${author.manager}"`;
  return `${describeKey(key)} was repaired ${FIGHT_LIMIT} times within a minute and changed again by ${who}; repairs pause for a minute. Stop that writer, or leave the field out of Git`;
}

function resourceOf(key: ObjectKey): { group?: string; kind: string; namespace?: string; name: string } {
  const { group, kind, namespace, name } = parseObjectKey(key);
  return { ...(group === '' ? {} : { group }), kind, ...(namespace === '' ? {} : { namespace }), name };
}

function describeDrift(app: TrackedApplication, key: ObjectKey, services: Services): Drift {
  const desired = app.desired.get(key);
  const state = app.resources.get(key);
  const live = desired === undefined ? undefined : liveOf(app, desired, services);
  const author = live === undefined ? undefined : attributeChange(live, state?.paths ?? [], HOLDFAST.fieldManager);
  return { key, author, what: whatChanged(state) };
}

function whatChanged(state: ResourceState | undefined): string {
  if (state === undefined || !state.live) return 'it was deleted';
  const fields = state.paths.filter((path) => path !== 'metadata.managedFields');
  return fields.length === 0 ? 'the ownership of a field was changed' : `changed: ${fields.slice(0, 5).join(', ')}`;
}

function reportRepair(app: TrackedApplication, drift: Drift, services: Services): void {
  const repaired = app.resources.get(drift.key)?.sync === 'Synced';
  const { kind } = parseObjectKey(drift.key);
  services.metrics.repairs.inc({ kind, result: repaired ? 'repaired' : 'failed' });
  const now = services.clock.monotonicMs();
  // Only what was put back can be undone again.
  if (repaired) app.repairs.set(drift.key, [...(app.repairs.get(drift.key) ?? []), now]);
  const by = drift.author === undefined ? 'unknown' : drift.author.manager;
  services.log.info(
    { application: app.id, object: describeKey(drift.key), change: drift.what, by, repaired },
    'repaired drift',
  );
  if (!repaired) return;
  services.recordEvent(app, {
    type: 'Normal',
    reason: 'ResourceRepaired',
    message: `Repaired ${describeKey(drift.key)}: ${drift.what}; changed by ${by}`,
  });
}
