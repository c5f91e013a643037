import type { Clock } from '../lib/clock.ts';
import type { HoldfastError } from '../lib/errors.ts';
import type { GroupVersionKind, KubeObject } from '../object/kube-object.ts';
import type { ClusterClient } from './client.ts';
import type { KindInfo } from './discovery.ts';
import { collectionPath } from './paths.ts';
import { startWatch, type Watch } from './watch.ts';

/** What changed in the cache. */
export interface LiveChange {
  readonly kind: KindInfo;
  readonly namespace: string;
  readonly name: string;
  /** The object as it is now; `undefined` when it left the watch, which is not proof that it is deleted. */
  readonly object: KubeObject | undefined;
  readonly previous: KubeObject | undefined;
}

/** Live objects that carry our label, per group, version and kind, kept current by one watch each. */
export interface LiveCache {
  /**
   * Makes sure that a kind is watched. Resolves when it has been listed, or with the error of the first failure:
   * then nothing is known of that kind, and what is not in the cache must not be taken for absent.
   */
  ensure(kind: KindInfo): Promise<HoldfastError | undefined>;
  /** True once the kind's list is complete. */
  isListed(gvk: GroupVersionKind): boolean;
  get(gvk: GroupVersionKind, namespace: string, name: string): KubeObject | undefined;
  /** Takes in what a write or a read of ours returned, unless the cache holds something newer. */
  put(kind: KindInfo, object: KubeObject): void;
  /** Drops an object that a read or a delete of ours proved to be gone; another uid stays. */
  drop(kind: KindInfo, namespace: string, name: string, uid: string | undefined): void;
  /** Every object held. */
  objects(): Iterable<KubeObject>;
  /** Stops the watch of a kind that nobody needs any more. */
  release(kind: KindInfo): void;
  watchedKinds(): readonly KindInfo[];
  close(): void;
}

/** What the cache needs from outside. */
export interface LiveCacheOptions {
  readonly client: ClusterClient;
  readonly clock: Clock;
  /** Selects what is ours. */
  readonly labelSelector: string;
  /** Called for every change that came by watch, in order. */
  readonly onChange: (change: LiveChange) => void;
  /** Called when a kind's watch fails or recovers (`undefined`). */
  readonly onHealth: (kind: KindInfo, error: HoldfastError | undefined) => void;
}

interface KindCache {
  readonly kind: KindInfo;
  readonly objects: Map<string, KubeObject>;
  listed: boolean;
  readonly first: Promise<HoldfastError | undefined>;
  watch: Watch;
}

/** Creates an empty cache that watches nothing yet. */
export function createLiveCache(options: LiveCacheOptions): LiveCache {
  const kinds = new Map<string, KindCache>();

  const open = (kind: KindInfo): KindCache => {
    const first = Promise.withResolvers<HoldfastError | undefined>();
    const objects = new Map<string, KubeObject>();
    const cache: KindCache = { kind, objects, listed: false, first: first.promise, watch: { stop() {} } };
    cache.watch = startWatch(
      {
        client: options.client,
        clock: options.clock,
        path: collectionPath(kind),
        labelSelector: options.labelSelector,
      },
      {
        upsert(object) {
          const previous = objects.get(localName(object.metadata.namespace, object.metadata.name));
          if (!isNewer(object, previous)) return;
          store(cache, object);
          options.onChange({ kind, ...namesOf(object), object, previous });
        },
        gone(namespace, name, last) {
          const previous = objects.get(localName(namespace, name));
          // We may have created it anew before the news of the old one's end arrived.
          if (previous === undefined || (last !== undefined && last.metadata.uid !== previous.metadata.uid)) return;
          objects.delete(localName(namespace, name));
          options.onChange({ kind, namespace, name, object: undefined, previous });
        },
        listed() {
          cache.listed = true;
          first.resolve(undefined);
          options.onHealth(kind, undefined);
        },
        failed(error) {
          first.resolve(error);
          options.onHealth(kind, error);
        },
      },
    );
    return cache;
  };

  return {
    async ensure(kind) {
      const id = gvkId(kind);
      let cache = kinds.get(id);
      if (cache === undefined) {
        cache = open(kind);
        kinds.set(id, cache);
      }
      if (cache.listed) return undefined;
      const error = await cache.first;
      return cache.listed ? undefined : error;
    },
    isListed: (gvk) => kinds.get(gvkId(gvk))?.listed ?? false,
    get: (gvk, namespace, name) => kinds.get(gvkId(gvk))?.objects.get(localName(namespace, name)),
    put(kind, object) {
      const cache = kinds.get(gvkId(kind));
      const previous = cache?.objects.get(localName(object.metadata.namespace, object.metadata.name));
      if (cache !== undefined && isNewer(object, previous)) store(cache, object);
    },
    drop(kind, namespace, name, uid) {
      const objects = kinds.get(gvkId(kind))?.objects;
      const id = localName(namespace, name);
      if (uid === undefined || objects?.get(id)?.metadata.uid === uid) objects?.delete(id);
    },
    *objects() {
      for (const cache of kinds.values()) yield* cache.objects.values();
    },
    release(kind) {
      kinds.get(gvkId(kind))?.watch.stop();
      kinds.delete(gvkId(kind));
    },
    watchedKinds: () => [...kinds.values()].map((cache) => cache.kind),
    close() {
      for (const cache of kinds.values()) cache.watch.stop();
      kinds.clear();
    },
  };
}

function gvkId(gvk: GroupVersionKind): string {
  return `${gvk.group}/${gvk.version}/${gvk.kind}`;
}

function localName(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

function namesOf(object: KubeObject): { namespace: string; name: string } {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}

function store(cache: KindCache, object: KubeObject): void {
  cache.objects.set(localName(object.metadata.namespace, object.metadata.name), object);
}

/**
 * True when `object` is later than `previous`. resourceVersions of one object can be compared as numbers (documented
 * since Kubernetes 1.35; true of every etcd-backed server before).
 */
export function isNewer(object: KubeObject, previous: KubeObject | undefined): boolean {
  if (previous === undefined) return true;
  const [after, before] = [object.metadata.resourceVersion ?? '', previous.metadata.resourceVersion ?? ''];
  if (!/^\d+$/.test(after) || !/^\d+$/.test(before)) return after !== before;
  return after.length === before.length ? after > before : after.length > before.length;
}
