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

/** What the cache needs from outside. */
export interface LiveCacheOptions {
  readonly client: ClusterClient;
  readonly clock: Clock;
  /** Selects what is ours. */
  readonly labelSelector: string;
  /** The name under which `ownedBy` finds an object; `undefined` for objects that nobody asks for that way. */
  readonly ownerOf: (object: KubeObject) => string | undefined;
  /** Called for every change that came by watch, in order. */
  readonly onChange: (change: LiveChange) => void;
  /** Called when a kind's watch fails or recovers (`undefined`). */
  readonly onHealth: (kind: KindInfo, error: HoldfastError | undefined) => void;
}

interface KindCache {
  readonly kind: KindInfo;
  readonly objects: Map<string, KubeObject>;
  readonly first: PromiseWithResolvers<HoldfastError | undefined>;
  listed: boolean;
  watch: Watch | undefined;
}

/** Live objects that carry our label, per group, version and kind, kept current by one watch each. */
export class LiveCache {
  readonly #options: LiveCacheOptions;
  readonly #kinds = new Map<string, KindCache>();
  readonly #owned = new Map<string, Set<KubeObject>>();

  constructor(options: LiveCacheOptions) {
    this.#options = options;
  }

  /**
   * Makes sure that a kind is watched. Resolves when it has been listed, or with the error of the first failure:
   * then nothing is known of that kind, and what is not in the cache must not be taken for absent.
   */
  async ensure(kind: KindInfo): Promise<HoldfastError | undefined> {
    const id = gvkId(kind);
    let cache = this.#kinds.get(id);
    if (cache === undefined) {
      cache = { kind, objects: new Map(), first: Promise.withResolvers(), listed: false, watch: undefined };
      this.#kinds.set(id, cache);
      cache.watch = this.#open(cache);
    }
    if (cache.listed) return undefined;
    const error = await cache.first.promise;
    return cache.listed ? undefined : error;
  }

  /** True once the kind's list is complete. */
  isListed(gvk: GroupVersionKind): boolean {
    return this.#kinds.get(gvkId(gvk))?.listed ?? false;
  }

  /** The object as last observed; stale by the events under way. */
  get(gvk: GroupVersionKind, namespace: string, name: string): KubeObject | undefined {
    return this.#kinds.get(gvkId(gvk))?.objects.get(localName(namespace, name));
  }

  /** Takes in what a write or a read of ours returned, unless the cache holds something newer. */
  put(kind: KindInfo, object: KubeObject): void {
    const cache = this.#kinds.get(gvkId(kind));
    if (cache !== undefined && isNewer(object, cache.objects.get(nameIn(object)))) this.#store(cache, object);
  }

  /** Drops an object that a read or a delete of ours proved to be gone; one with another uid stays. */
  drop(kind: GroupVersionKind, namespace: string, name: string, uid: string | undefined): void {
    const cache = this.#kinds.get(gvkId(kind));
    const held = cache?.objects.get(localName(namespace, name));
    if (cache !== undefined && held !== undefined && (uid === undefined || held.metadata.uid === uid)) {
      this.#remove(cache, held);
    }
  }

  /** The objects of one owner. */
  ownedBy(owner: string): Iterable<KubeObject> {
    return this.#owned.get(owner) ?? [];
  }

  /** Number of objects held. */
  get size(): number {
    let sum = 0;
    for (const cache of this.#kinds.values()) sum += cache.objects.size;
    return sum;
  }

  /** Number of kinds watched. */
  get kinds(): number {
    return this.#kinds.size;
  }

  /** Stops the watch of a kind that is needed or served no more. */
  release(kind: GroupVersionKind): void {
    const cache = this.#kinds.get(gvkId(kind));
    cache?.watch?.stop();
    for (const object of cache?.objects.values() ?? []) this.#disown(object);
    this.#kinds.delete(gvkId(kind));
  }

  /** Stops every watch. */
  close(): void {
    for (const cache of this.#kinds.values()) cache.watch?.stop();
  }

  #open(cache: KindCache): Watch {
    const { client, clock, labelSelector } = this.#options;
    return startWatch(
      { client, clock, path: collectionPath(cache.kind), labelSelector },
      {
        upsert: (object) => this.#upsert(cache, object),
        gone: (namespace, name, last) => this.#gone(cache, { namespace, name, last }),
        listed: () => {
          cache.listed = true;
          cache.first.resolve(undefined);
          this.#options.onHealth(cache.kind, undefined);
        },
        failed: (error) => {
          cache.first.resolve(error);
          this.#options.onHealth(cache.kind, error);
        },
      },
    );
  }

  #upsert(cache: KindCache, object: KubeObject): void {
    const previous = cache.objects.get(nameIn(object));
    if (!isNewer(object, previous)) return;
    this.#store(cache, object);
    const { namespace = '', name } = object.metadata;
    this.#options.onChange({ kind: cache.kind, namespace, name, object, previous });
  }

  #gone(cache: KindCache, event: { namespace: string; name: string; last: KubeObject | undefined }): void {
    const { namespace, name, last } = event;
    const previous = cache.objects.get(localName(namespace, name));
    // We may have created it anew before the news of the old one's end arrived.
    if (previous === undefined || (last !== undefined && !isNewer(last, previous))) return;
    this.#remove(cache, previous);
    this.#options.onChange({ kind: cache.kind, namespace, name, object: undefined, previous });
  }

  #store(cache: KindCache, object: KubeObject): void {
    const previous = cache.objects.get(nameIn(object));
    if (previous !== undefined) this.#disown(previous);
    cache.objects.set(nameIn(object), object);
    const owner = this.#options.ownerOf(object);
    if (owner === undefined) return;
    const owned = this.#owned.get(owner);
    if (owned === undefined) this.#owned.set(owner, new Set([object]));
    else owned.add(object);
  }

  #remove(cache: KindCache, object: KubeObject): void {
    cache.objects.delete(nameIn(object));
    this.#disown(object);
  }

  #disown(object: KubeObject): void {
    const owner = this.#options.ownerOf(object);
    if (owner === undefined) return;
    const owned = this.#owned.get(owner);
    owned?.delete(object);
    if (owned?.size === 0) this.#owned.delete(owner);
  }
}

function gvkId(gvk: GroupVersionKind): string {
  return `${gvk.group}/${gvk.version}/${gvk.kind}`;
}

function localName(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function nameIn(object: KubeObject): string {
  return localName(object.metadata.namespace ?? '', object.metadata.name);
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
