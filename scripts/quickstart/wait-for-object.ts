import type { ClusterClient, WatchEvent } from '../../src/cluster/client.ts';
import type { KubeObject } from '../../src/object/kube-object.ts';

/** Milliseconds after which something must be wrong, on a machine that is busy with other things as well. */
const LIMIT_MS = 180_000;

/** What to wait for. */
export interface WaitOptions {
  /** Path of the list, with a selector if need be: `/apis/apps/v1/namespaces/web/deployments?fieldSelector=…`. */
  readonly list: string;
  readonly until: (object: KubeObject) => boolean;
  /** Named in the error when it does not happen. */
  readonly what: string;
  /** Ends the wait with an error of its own. */
  readonly signal: AbortSignal;
}

/**
 * Returns the first object, as it is or as it becomes, that `until` accepts.
 * @throws {Error} when that takes more than three minutes
 */
export async function waitForObject(client: ClusterClient, options: WaitOptions): Promise<KubeObject> {
  const late = AbortSignal.timeout(LIMIT_MS);
  const signal = AbortSignal.any([late, options.signal]);
  const path = `${options.list}${options.list.includes('?') ? '&' : '?'}watch=1`;
  try {
    let found: KubeObject | undefined;
    // The server ends a watch now and then.
    while (found === undefined) found = await firstMatch(client.watch(path, signal), options.until);
    return found;
  } catch (error) {
    if (late.aborted) throw new Error(`${options.what} did not happen within ${LIMIT_MS / 1_000} s`, { cause: error });
    options.signal.throwIfAborted();
    throw error;
  }
}

/** Without a resourceVersion a watch begins with the objects as they are. */
async function firstMatch(
  events: AsyncIterable<WatchEvent>,
  accept: (object: KubeObject) => boolean,
): Promise<KubeObject | undefined> {
  for await (const { type, object } of events) {
    if (type !== 'DELETED' && accept(object as KubeObject)) return object as KubeObject;
  }
  return undefined;
}
