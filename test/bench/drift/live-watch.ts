import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';
import type { KubeObject } from '../../../src/object/kube-object.ts';
import { type KubeEndpoint, kubeRequest } from '../../support/controlplane/kube-request.ts';

/** A change of an object, with the moment of its arrival by `performance.now()`. */
export interface Seen {
  readonly type: string;
  readonly object: KubeObject;
  readonly atMs: number;
}

/** The changes of all objects of some kinds, as they arrive. */
export interface LiveWatch {
  /** Keeps the changes of one object from now on, until `stop`. */
  follow(apiPath: string): Follower;
  stop(): void;
}

/** The changes of one object. */
export interface Follower {
  readonly seen: readonly Seen[];
  /** The first change that `wanted` accepts, past or to come; `undefined` when there is none in time. */
  first(wanted: (seen: Seen) => boolean, withinMs: number): Promise<Seen | undefined>;
  stop(): void;
}

/** Watches collections (`/apis/apps/v1/deployments`), all namespaces at once. */
export async function watchKinds(endpoint: KubeEndpoint, collections: readonly string[]): Promise<LiveWatch> {
  const abort = new AbortController();
  const agent = new Agent({ connect: { ca: readFileSync(endpoint.caFile, 'utf8') }, connections: 64, bodyTimeout: 0 });
  const followers = new Map<string, Set<(seen: Seen) => void>>();
  const take = (collection: string, line: string): string => {
    const { type, object } = JSON.parse(line) as { type: string; object: KubeObject };
    if (type === 'ERROR') throw new Error(`watch of ${collection}: ${line}`);
    const { name, namespace, resourceVersion = '' } = object.metadata;
    const seen = { type, object, atMs: performance.now() };
    if (type !== 'BOOKMARK') for (const tell of followers.get(pathIn(collection, namespace, name)) ?? []) tell(seen);
    return resourceVersion;
  };
  const watch = async (collection: string, from: string): Promise<void> => {
    let version = from;
    while (!abort.signal.aborted) {
      const response = await request(
        `${endpoint.url}${collection}?watch=1&allowWatchBookmarks=true&timeoutSeconds=600&resourceVersion=${version}`,
        { dispatcher: agent, headers: { authorization: `Bearer ${endpoint.token}` }, signal: abort.signal },
      );
      for await (const line of createInterface({ input: response.body })) version = take(collection, line);
    }
  };
  for (const collection of collections) {
    const { body } = await kubeRequest(endpoint, `GET ${collection as `/${string}`}?limit=1`);
    const { resourceVersion } = (body as { metadata: { resourceVersion: string } }).metadata;
    watch(collection, resourceVersion).catch((error: unknown) => {
      if (!abort.signal.aborted) process.stderr.write(`drift: the watch of ${collection} ended: ${String(error)}\n`);
    });
  }
  return { follow: (apiPath) => follow(followers, apiPath), stop: () => abort.abort() };
}

function pathIn(collection: string, namespace: string | undefined, name: string): string {
  const at = collection.lastIndexOf('/');
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${collection.slice(0, at)}${scope}${collection.slice(at)}/${name}`;
}

function follow(followers: Map<string, Set<(seen: Seen) => void>>, apiPath: string): Follower {
  const seen: Seen[] = [];
  const waiting = new Set<(change: Seen) => void>();
  const tell = (change: Seen): void => {
    seen.push(change);
    for (const look of waiting) look(change);
  };
  const tellers = followers.get(apiPath) ?? new Set();
  followers.set(apiPath, tellers.add(tell));
  return {
    seen,
    stop: () => tellers.delete(tell),
    first: (wanted, withinMs) =>
      new Promise((resolve) => {
        const found = seen.find(wanted);
        if (found !== undefined) {
          resolve(found);
          return;
        }
        const end = (change: Seen | undefined): void => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve(change);
        };
        const look = (change: Seen): void => {
          if (wanted(change)) end(change);
        };
        const timer = setTimeout(() => end(undefined), withinMs);
        waiting.add(look);
      }),
  };
}
