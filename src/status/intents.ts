import { createHash } from 'node:crypto';
import type { ClusterClient } from '../cluster/client.ts';
import type { Clock, Timer } from '../lib/clock.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { KubeObject, ObjectKey } from '../object/kube-object.ts';
import { decodeInventory, encodeInventory } from './inventory.ts';

/** Where intents are kept. */
export interface IntentsOptions {
  readonly client: ClusterClient;
  readonly clock: Clock;
  /** The control namespace. */
  readonly namespace: string;
}

/** The ConfigMap of all intents. */
const NAME = 'holdfast-intents';
/** An object may take about 1.5 MiB; this leaves room for its bookkeeping. */
const MAX_BYTES = 512 * 1024;
/** Intents that come within this time go out together. */
const GATHER_MS = 25;
/** What is settled is removed with the next intent, or after this time without one. */
const TIDY_MS = 2_000;

/**
 * The inventories of applications that are about to create objects, written ahead for many of them at once: a hundred
 * applications that sync together cost a few writes of one small ConfigMap, not a hundred of an Application each. An
 * intent is settled once the Application's own annotation holds what it says.
 */
export class Intents {
  readonly #options: IntentsOptions;
  /** Entries as they stand in the ConfigMap, or will once the write under way is over. */
  readonly #entries = new Map<string, { readonly id: string; readonly text: string }>();
  #changes = new Map<string, string | null>();
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #tidy: Timer | undefined;
  #sizeBytes = 0;

  constructor(options: IntentsOptions) {
    this.#options = options;
  }

  /**
   * Reads what an earlier process left. Nothing may be synced before.
   * @throws {HoldfastError} CLUSTER_*
   */
  async load(): Promise<void> {
    const { data } = await this.#read();
    for (const [key, value] of Object.entries(data)) {
      const [id = '', text = ''] = value.split(' ');
      this.#entries.set(key, { id, text });
      this.#sizeBytes += value.length;
    }
  }

  /** Adds what an application may have made, by an intent that was never settled, to its inventory. */
  complete(applicationId: string, inventory: ReadonlySet<ObjectKey>): ReadonlySet<ObjectKey> {
    const entry = this.#entries.get(keyOf(applicationId));
    const intended = entry?.id === applicationId ? decodeInventory(entry.text) : undefined;
    return intended === undefined ? inventory : new Set([...inventory, ...intended]);
  }

  /**
   * Persists the inventory with which an application is about to act; resolves when it stands.
   * @returns false, at once, when there is no room: then the Application itself must be written
   * @throws {HoldfastError} CLUSTER_*
   */
  async declare(applicationId: string, inventory: ReadonlySet<ObjectKey>): Promise<boolean> {
    const key = keyOf(applicationId);
    const text = encodeInventory(inventory);
    if (this.#sizeBytes + text.length + applicationId.length > MAX_BYTES) return false;
    this.#remove(key);
    this.#entries.set(key, { id: applicationId, text });
    this.#sizeBytes += text.length + applicationId.length;
    this.#changes.set(key, `${applicationId} ${text}`);
    await this.#write();
    return true;
  }

  /** Whether an intent of the application stands. */
  has(applicationId: string): boolean {
    return this.#entries.has(keyOf(applicationId));
  }

  /** Says that the Application's own annotation holds the inventory. */
  settle(applicationId: string): void {
    const key = keyOf(applicationId);
    if (!this.#remove(key)) return;
    this.#changes.set(key, null);
    this.#tidy ??= this.#options.clock.after(TIDY_MS, () => {
      this.#tidy = undefined;
      // What could not be removed now goes with the next write, and is harmless until then.
      if (this.#changes.size > 0) this.#write().catch(() => {});
    });
  }

  /** Removes what is settled and waits for it. */
  async flush(): Promise<void> {
    this.#tidy?.cancel();
    if (this.#changes.size > 0) await this.#write();
    else await this.#writing;
  }

  #remove(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#sizeBytes -= entry.text.length + entry.id.length;
    return this.#entries.delete(key);
  }

  /** Everything that comes while one write is under way goes out with the next. */
  #write(): Promise<void> {
    if (this.#writing === undefined) return this.#start();
    this.#next ??= this.#writing
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.#start();
      });
    return this.#next;
  }

  #start(): Promise<void> {
    const gathered = new Promise<void>((resolve) => this.#options.clock.after(GATHER_MS, resolve));
    const writing = gathered.then(() => this.#send());
    this.#writing = writing.finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #send(): Promise<void> {
    const changes = this.#changes;
    if (changes.size === 0) return;
    this.#changes = new Map();
    try {
      await this.#patch(Object.fromEntries(changes));
    } catch (error) {
      // Whoever declared is told; what is newer stays newer.
      for (const [key, value] of changes) if (!this.#changes.has(key)) this.#changes.set(key, value);
      throw error;
    }
  }

  async #patch(data: Readonly<Record<string, string | null>>): Promise<void> {
    const { client, namespace } = this.#options;
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    try {
      const body = JSON.stringify({ data });
      const contentType = 'application/merge-patch+json';
      await client.request({
        method: 'PATCH',
        path: `${path}/${NAME}?fieldManager=holdfast-status`,
        body,
        contentType,
      });
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'CLUSTER_NOT_FOUND') throw error;
      const stated = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME, namespace }, data: stated };
      await client.request({ method: 'POST', path, body: JSON.stringify(object) });
    }
  }

  async #read(): Promise<{ data: Readonly<Record<string, string>> }> {
    const { client, namespace } = this.#options;
    const path = `/api/v1/namespaces/${namespace}/configmaps/${NAME}`;
    try {
      const object = (await client.request({ method: 'GET', path })).body as KubeObject;
      return { data: (object['data'] ?? {}) as Readonly<Record<string, string>> };
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'CLUSTER_NOT_FOUND') return { data: {} };
      throw error;
    }
  }
}

/** Keys of a ConfigMap are shorter than the longest names. */
function keyOf(applicationId: string): string {
  return createHash('sha256').update(applicationId).digest('hex').slice(0, 32);
}
