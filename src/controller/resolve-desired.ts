import type { Application, ApplicationCondition } from '../api/types.ts';
import type { KindInfo } from '../cluster/discovery.ts';
import { type Desired, prepareDesired } from '../diff/prepare-desired.ts';
import {
  describeKey,
  type GroupVersionKind,
  gvkOf,
  type KubeObject,
  keyOf,
  type ObjectKey,
  objectKey,
  parseObjectKey,
} from '../object/kube-object.ts';
import { describeUnstable } from '../render/helm/index.ts';
import type { RenderedManifest, RenderResult } from '../render/rendered.ts';
import { type Hook, readHook } from '../sync/plan/read-hook.ts';
import { HOW_TO_SWITCH_ON } from './read-lookups.ts';
import type { Services } from './services.ts';
import type { TrackedApplication, Unresolved } from './tracked-application.ts';

/** The desired state as the cluster can take it. */
export interface DesiredState {
  readonly desired: ReadonlyMap<ObjectKey, Desired>;
  readonly unresolved: readonly Unresolved[];
  /** Hooks: Git states them, so that what is live under their names is not to be pruned. */
  readonly leftOut: ReadonlySet<ObjectKey>;
  readonly conditions: readonly Omit<ApplicationCondition, 'lastTransitionTime'>[];
}

/** Brings `desired` up to the render in force, if that, the destination or the cluster's kinds have changed. */
export async function resolveDesired(
  app: TrackedApplication,
  application: Application,
  services: Services,
): Promise<void> {
  if (app.render === undefined) return;
  const state = await desiredOf(app.render.result, app, application, services);
  services.claims.change(app.id, app.desired.keys(), state.desired.keys());
  app.desired = state.desired;
  app.unresolved = state.unresolved;
  app.leftOut = state.leftOut;
  app.desiredConditions = state.conditions;
}

/** Turns a render into what is applied: kinds looked up, repeats resolved, objects marked as ours. */
export async function desiredOf(
  result: RenderResult,
  app: TrackedApplication,
  application: Application,
  services: Services,
): Promise<DesiredState> {
  await refreshForUnknownKinds(result, services);
  const context = {
    instanceName: app.instanceName,
    installationId: services.installationId,
    destinationNamespace: application.spec.destination.namespace ?? '',
  };
  const desired = new Map<ObjectKey, Desired>();
  const unresolved = new Map<ObjectKey, Unresolved>();
  const repeated = new Map<ObjectKey, string[]>();
  const { ordinary, hooks } = separateHooks(result.manifests);
  for (const manifest of ordinary) {
    const kind = services.discovery.lookup(gvkOf(manifest.object));
    const origin = originOf(manifest);
    const problem = problemOf(manifest.object, kind, context.destinationNamespace);
    if (problem !== undefined || typeof kind === 'string') {
      const key = unresolvedKey(manifest.object, context.destinationNamespace);
      const reason = `Cannot apply ${describeKey(key)} (${origin}): ${problem ?? ''}`;
      unresolved.set(key, { key, version: gvkOf(manifest.object).version, reason, unknown: kind === 'unknown' });
      continue;
    }
    const prepared = prepareDesired(manifest.object, kind, context, origin);
    const earlier = desired.get(prepared.key);
    if (earlier !== undefined)
      repeated.set(prepared.key, [...(repeated.get(prepared.key) ?? [earlier.origin]), origin]);
    desired.set(prepared.key, prepared);
  }
  const leftOut = new Set(hooks.map(({ object }) => keyWithin(object, context.destinationNamespace, services)));
  const conditions = conditionsOf(result, repeated, namedHooks(hooks));
  return { desired, unresolved: [...unresolved.values()], leftOut, conditions };
}

/**
 * Takes hooks out of what is to be pruned: an object that Git has made a hook, or marked `Skip`, is still stated there,
 * and nothing would bring it back.
 */
export function spareLeftOut({ leftOut, resources }: TrackedApplication): void {
  for (const key of leftOut) if (resources.get(key)?.requiresPruning === true) resources.delete(key);
}

/** Hooks are no objects of the application: they are not compared, and what runs them comes later. */
function separateHooks(manifests: readonly RenderedManifest[]): {
  ordinary: readonly RenderedManifest[];
  hooks: readonly HookManifest[];
} {
  const ordinary: RenderedManifest[] = [];
  const hooks: HookManifest[] = [];
  for (const manifest of manifests) {
    const hook = readHook(manifest.object);
    if (hook === undefined) ordinary.push(manifest);
    else hooks.push({ ...manifest, hook });
  }
  return { ordinary, hooks };
}

interface HookManifest extends RenderedManifest {
  readonly hook: Hook | 'skip';
}

/** The hooks that would run. Helm's tests have no phase, and Argo CD passes over them in silence, too. */
function namedHooks(hooks: readonly HookManifest[]): string[] {
  return hooks.flatMap(({ hook, ...manifest }) =>
    hook === 'skip' || hook.phases.length === 0 ? [] : [describeHook(manifest, hook)],
  );
}

function describeHook({ object, position }: RenderedManifest, { phases }: Hook): string {
  const name = object.metadata.name ?? object.metadata.generateName ?? '';
  return `${object.kind} ${name} (${position.file}: ${phases.join(', ')})`;
}

/** A kind that is not known may have arrived since discovery was last read. */
async function refreshForUnknownKinds(result: RenderResult, services: Services): Promise<void> {
  const missing = result.manifests.some(({ object }) => typeof services.discovery.lookup(gvkOf(object)) === 'string');
  if (missing) await services.discovery.refresh();
}

function originOf(manifest: RenderedManifest): string {
  return `${manifest.position.file}:${manifest.position.line}`;
}

function problemOf(
  object: KubeObject,
  kind: KindInfo | 'unserved' | 'unknown',
  destinationNamespace: string,
): string | undefined {
  if (kind === 'unknown') return `the API server behind ${object.apiVersion} does not answer discovery`;
  if (kind === 'unserved') return unservedReason(gvkOf(object));
  if (!kind.verbs.includes('patch')) return `${kind.kind} objects cannot be patched`;
  if (object.metadata.name === undefined || object.metadata.name === '') return 'it has no metadata.name';
  if (kind.namespaced && !object.metadata.namespace && destinationNamespace === '') {
    return 'it has no namespace; state metadata.namespace, or spec.destination.namespace in the Application';
  }
  return undefined;
}

function unservedReason(gvk: GroupVersionKind): string {
  const apiVersion = gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`;
  const cure =
    gvk.group === ''
      ? 'correct apiVersion or kind'
      : 'install its CustomResourceDefinition, or correct apiVersion or kind';
  return `the cluster has no kind ${gvk.kind} in ${apiVersion}; ${cure}`;
}

/** The key under which an object is live; an object of a cluster-wide kind has no namespace. */
function keyWithin(object: KubeObject, destinationNamespace: string, { discovery }: Services): ObjectKey {
  const kind = discovery.lookup(gvkOf(object));
  const key = unresolvedKey(object, destinationNamespace);
  return typeof kind === 'string' || kind.namespaced ? key : objectKey({ ...parseObjectKey(key), namespace: '' });
}

function unresolvedKey(object: KubeObject, destinationNamespace: string): ObjectKey {
  const name = object.metadata.name ?? object.metadata.generateName ?? '';
  if (object.metadata.namespace) return keyOf({ ...object, metadata: { ...object.metadata, name } });
  return objectKey({ group: gvkOf(object).group, kind: object.kind, namespace: destinationNamespace, name });
}

function conditionsOf(
  result: RenderResult,
  repeated: ReadonlyMap<ObjectKey, readonly string[]>,
  hooks: readonly string[],
): Omit<ApplicationCondition, 'lastTransitionTime'>[] {
  const repeats = [...repeated].map(([key, origins]) => ({
    type: 'RepeatedResourceWarning' as const,
    message: `${describeKey(key)} is stated ${origins.length} times (${origins.join(', ')}); the last one is applied`,
  }));
  const problems = result.problems.map((problem) => ({
    type: 'ExcludedResourceWarning' as const,
    message: problem.message,
  }));
  const unstable = (result.unstable ?? []).slice(0, UNSTABLE_NAMED).map((one) => ({
    type: 'RandomOutputWarning' as const,
    message: describeUnstable(one, HOW_TO_SWITCH_ON),
  }));
  return [...repeats, ...problems, ...unstable, ...hooksCondition(hooks)];
}

/** How many objects that are others in each render have a condition. */
const UNSTABLE_NAMED = 10;

/** How many hooks the condition names. */
const HOOKS_NAMED = 10;

function hooksCondition(hooks: readonly string[]): Omit<ApplicationCondition, 'lastTransitionTime'>[] {
  if (hooks.length === 0) return [];
  const more = hooks.length > HOOKS_NAMED ? `, and ${hooks.length - HOOKS_NAMED} more` : '';
  const named = `${hooks.slice(0, HOOKS_NAMED).join(', ')}${more}`;
  const message = `Hooks are left out, because this release does not run them yet: ${named}. Run them yourself where the application needs them`;
  return [{ type: 'ExcludedResourceWarning', message }];
}
