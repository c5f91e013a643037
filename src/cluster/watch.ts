import { backoffDelayMs } from '../lib/backoff.ts';
import type { Clock } from '../lib/clock.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { KubeObject } from '../object/kube-object.ts';
import type { ClusterClient, WatchEvent } from './client.ts';
import { withQuery } from './paths.ts';

/** What a watch tells. All calls come in order, from one watch at a time. */
export interface WatchListener {
  /** An object is there, new or changed. */
  upsert(object: KubeObject): void;
  /**
   * An object left the watch: deleted, or it lost the label; only a GET by name can tell which.
   * @param last the object as it was before, when the server sent it; else only its name is known
   */
  gone(namespace: string, name: string, last: KubeObject | undefined): void;
  /** Everything that exists has been told at least once. Comes again after each relist. */
  listed(): void;
  /** The watch could not be opened or broke; it is tried again by itself. What is known stays known. */
  failed(error: HoldfastError): void;
}

/** Which objects to watch. */
export interface WatchOptions {
  readonly client: ClusterClient;
  readonly clock: Clock;
  /** Collection URL without a query. */
  readonly path: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Media type to ask for; default is whole objects as JSON. */
  readonly accept?: string;
}

/** Asks for metadata alone. */
export const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** A running watch. */
export interface Watch {
  stop(): void;
}

/** A watch that ends sooner and has told nothing new counts as a failure. */
const SHORT_WATCH_MS = 1_000;
/** A watch that breaks after so long was cut, not refused: the tries that it took to open it count no more. */
const SERVED_MS = 10_000;
const RETRY = { baseMs: 500, factor: 2, maxMs: 30_000, jitter: 0.3 };

/**
 * Lists and then watches a collection for as long as it runs. The list is streamed (`sendInitialEvents`), or paged
 * where the server refuses that. A 410 lists anew without forgetting anything before the new list is complete.
 */
export function startWatch(options: WatchOptions, listener: WatchListener): Watch {
  const abort = new AbortController();
  const session = createSession(listener);
  const run = async (): Promise<void> => {
    let failures = 0;
    while (!abort.signal.aborted) {
      const startedMs = options.clock.monotonicMs();
      const { resourceVersion, streaming } = session;
      try {
        await watchOnce(options, session, abort.signal);
        const tookMs = options.clock.monotonicMs() - startedMs;
        const learned = session.resourceVersion !== resourceVersion || session.streaming !== streaming;
        if (!learned && tookMs < SHORT_WATCH_MS) throw endedAtOnce();
        failures = 0;
      } catch (error) {
        if (abort.signal.aborted) return;
        if (session.expired(error)) continue;
        const served = options.clock.monotonicMs() - startedMs >= SERVED_MS;
        failures = served ? 1 : failures + 1;
        listener.failed(HoldfastError.from(error));
        await pause(options.clock, backoffDelayMs(failures, options.clock, RETRY), abort.signal);
      }
    }
  };
  void run();
  return { stop: () => abort.abort() };
}

/** A server or a proxy that ends every watch at once would else be asked again without a pause. */
function endedAtOnce(): HoldfastError {
  return new HoldfastError('CLUSTER_UNREACHABLE', 'The API server ended a watch at once and said nothing new');
}

async function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = clock.after(delayMs, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    const stop = (): void => {
      timer.cancel();
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Where a watch stands: the last resourceVersion, the names known, and those not yet seen again in a relist. */
interface Session {
  resourceVersion: string | undefined;
  streaming: boolean;
  /** True from `beginList` to `endList`. */
  readonly listing: boolean;
  beginList(): void;
  see(object: KubeObject): void;
  remove(object: KubeObject): void;
  endList(): void;
  /** True when the error only says that the resourceVersion is too old; the next round lists anew. */
  expired(error: unknown): boolean;
}

function createSession(listener: WatchListener): Session {
  const known = new Map<string, [namespace: string, name: string]>();
  let unseen: Set<string> | undefined;
  const nameOf = (object: KubeObject): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  return {
    resourceVersion: undefined,
    streaming: true,
    get listing() {
      return unseen !== undefined;
    },
    beginList() {
      unseen = new Set(known.keys());
    },
    see(object) {
      const name = nameOf(object);
      unseen?.delete(name);
      known.set(name, [object.metadata.namespace ?? '', object.metadata.name]);
      listener.upsert(object);
    },
    remove(object) {
      known.delete(nameOf(object));
      listener.gone(object.metadata.namespace ?? '', object.metadata.name, object);
    },
    endList() {
      for (const name of unseen ?? []) {
        const parts = known.get(name);
        known.delete(name);
        if (parts !== undefined) listener.gone(parts[0], parts[1], undefined);
      }
      unseen = undefined;
      listener.listed();
    },
    expired(error) {
      if (!(error instanceof HoldfastError) || error.httpStatus !== 410 || this.resourceVersion === undefined)
        return false;
      this.resourceVersion = undefined;
      return true;
    },
  };
}

async function watchOnce(options: WatchOptions, session: Session, signal: AbortSignal): Promise<void> {
  if (session.resourceVersion === undefined) {
    session.beginList();
    if (!session.streaming) await listPages(options, session);
  }
  const listing = session.resourceVersion === undefined;
  const selectors = { labelSelector: options.labelSelector, fieldSelector: options.fieldSelector };
  const query = listing
    ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }
    : { resourceVersion: session.resourceVersion };
  // A random end spreads the reconnects of many watches.
  const timeoutSeconds = String(Math.round(300 + 300 * options.clock.random()));
  const path = withQuery(options.path, {
    watch: '1',
    allowWatchBookmarks: 'true',
    timeoutSeconds,
    ...selectors,
    ...query,
  });
  try {
    for await (const event of options.client.watch(path, signal, options.accept)) applyEvent(event, session);
  } catch (error) {
    if (!listing || !(error instanceof HoldfastError) || error.code !== 'CLUSTER_INVALID') throw error;
    // The server, or an aggregated one behind it, does not stream lists.
    session.streaming = false;
  }
}

function applyEvent(event: WatchEvent, session: Session): void {
  const object = event.object as KubeObject;
  switch (event.type) {
    case 'ADDED':
    case 'MODIFIED':
      session.see(object);
      break;
    case 'DELETED':
      session.remove(object);
      break;
    case 'BOOKMARK':
      if (object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true') session.endList();
      break;
    default:
      throw watchError(event.object);
  }
  // Before the list is complete its objects come in any order: going on from one of them would skip the others.
  if (!session.listing) session.resourceVersion = object.metadata.resourceVersion ?? session.resourceVersion;
}

function watchError(status: unknown): HoldfastError {
  const { code, message } = status as { code?: number; message?: string };
  return new HoldfastError('CLUSTER_UNREACHABLE', `The API server ended a watch: ${message ?? 'no reason given'}`, {
    httpStatus: code,
  });
}

interface ListPage {
  metadata?: { resourceVersion?: string; continue?: string };
  items?: Omit<KubeObject, 'apiVersion' | 'kind'>[];
  apiVersion: string;
  kind: string;
}

async function listPages(options: WatchOptions, session: Session): Promise<void> {
  let next: string | undefined;
  let resourceVersion: string | undefined;
  do {
    const path = withQuery(options.path, {
      limit: '500',
      continue: next,
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
    });
    const page = (await options.client.request({ method: 'GET', path, priority: 'background' })).body as ListPage;
    // Items of a list carry neither kind nor apiVersion; the list's own kind tells them.
    const kind = page.kind.replace(/List$/, '');
    for (const item of page.items ?? []) session.see({ ...item, apiVersion: page.apiVersion, kind } as KubeObject);
    next = page.metadata?.continue || undefined;
    resourceVersion = page.metadata?.resourceVersion;
  } while (next !== undefined);
  session.endList();
  session.resourceVersion = resourceVersion;
}
