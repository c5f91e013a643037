import { ANNOTATIONS, HOLDFAST } from '../api/annotations.ts';
import { isTrackedBy, trackingIdNames, trackingIdOf } from '../api/tracking.ts';
import type { IgnoreRule } from '../api/types.ts';
import { compareManifest } from '../diff/compare-manifest.ts';
import { comparePredicted } from '../diff/compare-predicted.ts';
import { compareSettled, settle } from '../diff/compare-settled.ts';
import { withoutIgnored } from '../diff/ignored-fields.ts';
import type { Desired } from '../diff/prepare-desired.ts';
import type { Health } from '../health/health.ts';
import { gvkOf, type KubeObject, keyOf, type ObjectKey } from '../object/kube-object.ts';
import type { ResourceState } from '../status/resource-state.ts';
import { dryRunApply } from '../sync/apply.ts';
import type { Services } from './services.ts';
import type { TrackedApplication, Unresolved } from './tracked-application.ts';

const MANAGER = HOLDFAST.fieldManager;

/** States found by a comparison that is not over yet; `undefined` for what is no more. */
type Findings = Map<ObjectKey, ResourceState | undefined>;

/**
 * Compares every object of the application with what is live. What managed fields cannot settle is asked of the API
 * server by dry-run, unless it will be applied anyway. The findings are taken over together: nobody sees half of them.
 */
export async function compareResources(app: TrackedApplication, services: Services, willApply: boolean): Promise<void> {
  app.doubts.clear();
  const findings: Findings = new Map([...app.resources.keys()].map((key) => [key, undefined]));
  for (const desired of app.desired.values()) findings.set(desired.key, compareDesired(app, desired, services));
  for (const unresolved of app.unresolved) findings.set(unresolved.key, unresolvedState(unresolved));
  for (const extra of extraObjects(app, services)) findings.set(keyOf(extra), extraState(extra, services));
  await settleDoubts(app, findings, services, willApply);
  takeOver(app, findings);
}

/** Compares some objects again after an event; a few table look-ups and one walk over the fields of each. */
export async function compareKeys(
  app: TrackedApplication,
  keys: Iterable<ObjectKey>,
  services: Services,
  willApply: boolean,
): Promise<void> {
  const findings: Findings = new Map();
  for (const key of keys) {
    const desired = app.desired.get(key);
    if (desired !== undefined) findings.set(key, compareDesired(app, desired, services));
    else if (!app.unresolved.some((unresolved) => unresolved.key === key)) {
      const extra = findExtra(app, key, services);
      findings.set(key, extra === undefined ? undefined : extraState(extra, services));
    }
  }
  await settleDoubts(app, findings, services, willApply);
  takeOver(app, findings);
}

/** Takes in the API server's answers to our own applies: the latest word on these objects, so no request is needed. */
export function compareAnswered(app: TrackedApplication, keys: Iterable<ObjectKey>, services: Services): void {
  const findings: Findings = new Map();
  for (const key of keys) {
    const desired = app.desired.get(key);
    if (desired !== undefined) findings.set(key, compareDesired(app, desired, services));
  }
  takeOver(app, findings);
}

function takeOver(app: TrackedApplication, findings: Findings): void {
  for (const [key, state] of findings) {
    if (state === undefined) app.resources.delete(key);
    else app.resources.set(key, state);
  }
}

/** The object as far as it is known: from the watch, or read by name. */
export function liveOf(app: TrackedApplication, desired: Desired, services: Services): KubeObject | undefined {
  return services.live.get(desired.gvk, desired.namespace, desired.name) ?? app.unlabelled.get(desired.key);
}

/**
 * The other application that has the object, if one does: the one that its tracking id names while that one still
 * states it, or, before anybody has it, the one that stated it first.
 */
export function otherOwner(
  app: TrackedApplication,
  desired: Desired,
  live: KubeObject | undefined,
  services: Services,
): string | undefined {
  if (services.claims.count(desired.key) < 2) return undefined;
  const id = live === undefined ? undefined : trackingIdOf(live);
  for (const claim of services.claims.of(desired.key)) {
    const name = services.instanceNameOf(claim);
    const owns = id !== undefined && live !== undefined && trackingIdNames(id, live) ? id.application === name : true;
    if (owns) return claim === app.id ? undefined : claim;
  }
  return undefined;
}

function compareDesired(app: TrackedApplication, desired: Desired, services: Services): ResourceState {
  app.doubts.delete(desired.key);
  const live = liveOf(app, desired, services);
  if (live === undefined) return absentState(desired, services.live.isListed(desired.gvk));
  const settled = app.settled.get(desired.key);
  if (settled?.desiredHash === desired.hash && settled.uid === live.metadata.uid) {
    const [now, before] = whatCounts(app, desired, [live, settled.object], services);
    const reference = before === settled.object ? settled : settle(settled.desiredHash, before, MANAGER);
    const paths = compareSettled(now, reference, MANAGER);
    // What others have put beside ours is there from now on: it stands in nobody's place when ours is changed later.
    if (paths.length === 0 && now === live) app.settled.set(desired.key, { ...settled, object: live });
    return liveState(desired, live, paths, services);
  }
  const [stated, now] = whatCounts(app, desired, [desired.object, live], services);
  const paths = compareManifest(stated, now, MANAGER);
  if (paths.length > 0) app.doubts.add(desired.key);
  else app.settled.set(desired.key, settle(desired.hash, live, MANAGER));
  return liveState(desired, live, paths, services);
}

/** Two forms of one object without the differences that the user does not want to know of. */
function whatCounts(
  app: TrackedApplication,
  desired: Desired,
  pair: readonly [KubeObject, KubeObject],
  services: Services,
): readonly [KubeObject, KubeObject] {
  const rules = ignoreRulesFor(app, desired, services);
  return rules.length === 0 ? pair : withoutIgnored(pair, rules, MANAGER);
}

/** The rules of the Application and of argocd-cm that apply to a manifest's object. */
export function ignoreRulesFor(
  app: TrackedApplication,
  { object }: Desired,
  services: Services,
): readonly IgnoreRule[] {
  const rules = [...(app.application?.settings.ignoreRules ?? []), ...services.settings().ignoreRules];
  return rules.filter((rule) => rule.appliesTo(object));
}

function findExtra(app: TrackedApplication, key: ObjectKey, services: Services): KubeObject | undefined {
  for (const extra of extraObjects(app, services)) if (keyOf(extra) === key) return extra;
  return undefined;
}

/** Live objects that say they are ours and that Git no longer states: not for us, and not for another application. */
function* extraObjects(app: TrackedApplication, services: Services): Iterable<KubeObject> {
  const unresolved = new Set(app.unresolved.map((entry) => entry.key));
  for (const object of services.live.ownedBy(app.instanceName)) {
    const key = keyOf(object);
    // Whoever states it now takes it over; to delete it first would be an outage.
    if (app.desired.has(key) || unresolved.has(key) || services.claims.count(key) > 0) continue;
    if (isTrackedBy(app.instanceName, object)) yield object;
  }
}

async function settleDoubts(
  app: TrackedApplication,
  findings: Findings,
  services: Services,
  willApply: boolean,
): Promise<void> {
  await Promise.all(
    [...app.doubts].map(async (key) => {
      const desired = app.desired.get(key);
      const live = desired === undefined ? undefined : liveOf(app, desired, services);
      if (desired === undefined || live === undefined) return;
      // A changed manifest that will be applied anyway needs no rehearsal: an apply that changes nothing writes nothing.
      const changed = app.settled.has(key) || live.metadata.managedFields?.every((entry) => entry.manager !== MANAGER);
      if (willApply && changed === true) return;
      const state = await settleByDryRun(app, desired, live, services);
      if (state !== undefined) findings.set(key, state);
    }),
  );
}

async function settleByDryRun(
  app: TrackedApplication,
  desired: Desired,
  live: KubeObject,
  services: Services,
): Promise<ResourceState | undefined> {
  const kind = services.discovery.lookup(desired.gvk);
  if (typeof kind === 'string') return undefined;
  services.metrics.dryRuns.inc();
  try {
    const predicted = await dryRunApply(desired, { client: services.client, kind, priority: 'normal' });
    const [then, now] = whatCounts(app, desired, [predicted, live], services);
    const paths = comparePredicted(then, now, MANAGER, kind.statusSubresource);
    if (paths.length === 0) app.settled.set(desired.key, settle(desired.hash, live, MANAGER));
    app.doubts.delete(desired.key);
    return liveState(desired, live, paths, services);
  } catch (error) {
    // A manifest that the server would refuse differs from what is live; the apply will say why.
    services.log.debug({ application: app.id, error }, 'dry-run refused');
    return undefined;
  }
}

function liveState(
  desired: Desired,
  live: KubeObject,
  paths: readonly string[],
  { assessHealth }: Services,
): ResourceState {
  return {
    key: desired.key,
    version: desired.gvk.version,
    sync: paths.length === 0 ? 'Synced' : 'OutOfSync',
    health: assessHealth(live),
    requiresPruning: false,
    live: true,
    unobserved: isUnobserved(live),
    ignoreHealth: isHealthIgnored(live),
    paths,
  };
}

/** Controllers that keep `status.observedGeneration` write it first thing. */
function isUnobserved(live: KubeObject): boolean {
  const { generation } = live.metadata;
  const status = live['status'] as { observedGeneration?: unknown } | undefined;
  if (generation === undefined || !OBSERVING_KINDS.has(live.kind)) return false;
  return typeof status?.observedGeneration !== 'number' || status.observedGeneration < generation;
}

const OBSERVING_KINDS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

const MISSING: Health = { status: 'Missing' };

function absentState(desired: Desired, known: boolean): ResourceState {
  return {
    key: desired.key,
    version: desired.gvk.version,
    sync: known ? 'OutOfSync' : 'Unknown',
    health: known ? MISSING : { status: 'Unknown', message: 'its kind cannot be listed now' },
    requiresPruning: false,
    live: false,
    unobserved: false,
    ignoreHealth: false,
    paths: [],
  };
}

function unresolvedState(unresolved: Unresolved): ResourceState {
  return {
    key: unresolved.key,
    version: unresolved.version,
    sync: unresolved.unknown ? 'Unknown' : 'OutOfSync',
    health: MISSING,
    requiresPruning: false,
    live: false,
    unobserved: false,
    ignoreHealth: false,
    paths: [],
  };
}

/** What is live counts, as in Argo CD: an annotation that Git has lost is still there until the next sync. */
function isHealthIgnored(live: KubeObject): boolean {
  return live.metadata.annotations?.[ANNOTATIONS.ignoreHealthcheck] === 'true';
}

function extraState(live: KubeObject, { assessHealth }: Services): ResourceState {
  return {
    key: keyOf(live),
    version: gvkOf(live).version,
    sync: 'OutOfSync',
    health: assessHealth(live),
    requiresPruning: true,
    live: true,
    unobserved: false,
    ignoreHealth: isHealthIgnored(live),
    paths: [],
  };
}
