import type { KindInfo } from '../cluster/discovery.ts';
import { objectPath } from '../cluster/paths.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { KubeObject, ObjectKey } from '../object/kube-object.ts';
import { parseObjectKey } from '../object/kube-object.ts';
import type { Services } from './services.ts';
import type { TrackedApplication } from './tracked-application.ts';

/**
 * Makes sure that everything the comparison needs is watched: the kinds of the desired objects and those of the
 * inventory. For an application that only reports, objects that do not carry our label yet are read by name.
 */
export async function observeLive(app: TrackedApplication, adoptsByItself: boolean, services: Services): Promise<void> {
  await Promise.all([...kindsOf(app, services)].map((kind) => services.live.ensure(kind)));
  app.unlabelled.clear();
  if (!adoptsByItself) await readAbsent(app, app.desired.keys(), services);
}

/** Reads by name those of `keys` that the watches do not show: they may be there without our label. */
export async function readAbsent(
  app: TrackedApplication,
  keys: Iterable<ObjectKey>,
  services: Services,
): Promise<void> {
  await Promise.all(
    [...keys].map(async (key) => {
      const desired = app.desired.get(key);
      const kind = desired === undefined ? 'unserved' : services.discovery.lookup(desired.gvk);
      if (desired === undefined || typeof kind === 'string') return;
      app.unlabelled.delete(key);
      if (services.live.get(desired.gvk, desired.namespace, desired.name) !== undefined) return;
      const object = await readObject(kind, key, services);
      if (object !== undefined) app.unlabelled.set(key, object);
    }),
  );
}

/**
 * Reads one object; `undefined` only when the API server says that it does not exist.
 * @throws {HoldfastError} CLUSTER_* when that cannot be known
 */
export async function readObject(kind: KindInfo, key: ObjectKey, services: Services): Promise<KubeObject | undefined> {
  const { namespace, name } = parseObjectKey(key);
  try {
    const path = objectPath(kind, namespace, name);
    return (await services.client.request({ method: 'GET', path })).body as KubeObject;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'CLUSTER_NOT_FOUND') return undefined;
    throw error;
  }
}

function kindsOf(app: TrackedApplication, services: Services): Set<KindInfo> {
  const kinds = new Set<KindInfo>();
  for (const desired of app.desired.values()) {
    const kind = services.discovery.lookup(desired.gvk);
    if (typeof kind !== 'string') kinds.add(kind);
  }
  for (const key of app.inventory) {
    if (app.desired.has(key)) continue;
    const { group, kind } = parseObjectKey(key);
    const info = services.discovery.preferred(group, kind);
    if (info !== undefined) kinds.add(info);
  }
  return kinds;
}
