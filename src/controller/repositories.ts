import type { Settings } from '../config/settings.ts';
import type { Clock, Timer } from '../lib/clock.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { GitRepository, GitSnapshot } from '../source/git/repository.ts';
import { normalizeRepoUrl, redactUrl } from '../source/git/url.ts';
import type { Log } from '../telemetry/log.ts';

/** A repository and who wants to read it. */
export interface RepositoryUse {
  readonly url: string;
  /** The repository whose files name this one; absent: an Application does. */
  readonly onBehalfOf?: string;
}

/** What {@link Repositories} needs from outside. */
export interface RepositoriesOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Opens a repository with the credentials that the repository Secrets hold for it. */
  readonly open: (use: RepositoryUse) => GitRepository;
  readonly settings: () => Settings;
  /** Called with the applications whose revision stands for another commit than before. */
  readonly onMoved: (applicationIds: readonly string[]) => void;
  readonly countPoll: () => void;
}

interface Tracked {
  /** The normalised URL, with whose repository it is read for where that is another one. */
  readonly key: string;
  readonly use: RepositoryUse;
  repository: GitRepository;
  /** Revision by application id. */
  readonly users: Map<string, string>;
  /** Commit by revision, as of the last poll that went well. */
  resolved: ReadonlyMap<string, string>;
  error: HoldfastError | undefined;
  polling: Promise<void> | undefined;
  /** The poll has not been sent yet: who asks now can still join it. */
  gathering: boolean;
  /** When the last poll began, on the monotonic clock; before the first one minus infinity. */
  polledMs: number;
  /** A poll that starts as soon as it may, shared by everybody who asks meanwhile. */
  next: Promise<void> | undefined;
  timer: Timer | undefined;
}

const ERROR_RETRY_MS = 15_000;

/**
 * The least time between the beginnings of two polls of one repository. A refresh of many applications reaches us over
 * some hundred milliseconds, and each poll is work for the Git server: so they share a few.
 */
const POLL_SPACING_MS = 300;

/** The repositories in use: one client and one poll an interval each, however many applications share it. */
export class Repositories {
  readonly #options: RepositoriesOptions;
  readonly #byKey = new Map<string, Tracked>();
  readonly #keyOf = new Map<string, string>();
  #stopped = false;

  constructor(options: RepositoriesOptions) {
    this.#options = options;
  }

  /**
   * The commit that `revision` stands for. `fresh` asks the server in a poll that starts after this call; else the last
   * poll's answer serves.
   * @throws {HoldfastError} GIT_* or SOURCE_URL
   */
  async resolve(
    applicationId: string,
    source: RepositoryUse & { readonly revision: string; readonly fresh: boolean },
  ): Promise<string> {
    const tracked = this.#use(applicationId, source, source.revision);
    const known = tracked.resolved.get(source.revision);
    if (source.fresh || known === undefined) await this.#pollAfterNow(tracked);
    const oid = tracked.resolved.get(source.revision);
    if (tracked.error !== undefined) throw tracked.error;
    if (oid !== undefined) return oid;
    // Not a ref: an abbreviated or full commit id, which the repository knows how to find, or nothing at all.
    return (await tracked.repository.resolve(source.revision)).oid;
  }

  /** The tree of a commit; fetched when it is not at hand. */
  async snapshot(use: RepositoryUse, oid: string): Promise<GitSnapshot> {
    const tracked = this.#byKey.get(keyOf(use));
    if (tracked === undefined) throw new HoldfastError('INTERNAL', `Repository ${redactUrl(use.url)} is not in use`);
    return tracked.repository.snapshot(oid);
  }

  /** Forgets an application; a repository that nobody uses is closed. */
  release(applicationId: string): void {
    const key = this.#keyOf.get(applicationId);
    const tracked = key === undefined ? undefined : this.#byKey.get(key);
    this.#keyOf.delete(applicationId);
    tracked?.users.delete(applicationId);
    if (tracked === undefined || tracked.users.size > 0) return;
    tracked.timer?.cancel();
    void tracked.repository.close();
    this.#byKey.delete(tracked.key);
  }

  /** Forgets all users whose ids begin with `prefix`, but for `kept`. */
  retain(prefix: string, kept: ReadonlySet<string>): void {
    for (const id of this.#keyOf.keys()) if (id.startsWith(prefix) && !kept.has(id)) this.release(id);
  }

  /** Opens every repository anew: the credentials may have changed. */
  reopen(): void {
    for (const tracked of this.#byKey.values()) {
      void tracked.repository.close();
      tracked.repository = this.#options.open(tracked.use);
      this.#options.onMoved([...tracked.users.keys()]);
    }
  }

  /** Plans the next poll anew: the interval may have changed. */
  reschedule(): void {
    for (const tracked of this.#byKey.values()) this.#schedule(tracked);
  }

  /** Ends polling. */
  async close(): Promise<void> {
    this.#stopped = true;
    await Promise.all(
      [...this.#byKey.values()].map(async (tracked) => {
        tracked.timer?.cancel();
        await tracked.repository.close();
      }),
    );
  }

  #use(applicationId: string, { url, onBehalfOf }: RepositoryUse, revision: string): Tracked {
    const use = { url, ...(onBehalfOf === undefined ? {} : { onBehalfOf }) };
    const key = keyOf(use);
    if (this.#keyOf.get(applicationId) !== key) this.release(applicationId);
    let tracked = this.#byKey.get(key);
    if (tracked === undefined) {
      const repository = this.#options.open(use);
      const idle = { error: undefined, polling: undefined, gathering: false, next: undefined, timer: undefined };
      tracked = { key, use, repository, users: new Map(), resolved: new Map(), polledMs: -Infinity, ...idle };
      this.#byKey.set(key, tracked);
    }
    tracked.users.set(applicationId, revision);
    this.#keyOf.set(applicationId, key);
    return tracked;
  }

  async #pollAfterNow(tracked: Tracked): Promise<void> {
    const mayPoll = tracked.polling === undefined && tracked.next === undefined && this.#waitMs(tracked) === 0;
    if (tracked.gathering || mayPoll) {
      await this.#poll(tracked);
      return;
    }
    tracked.next ??= this.#pollWhenDue(tracked);
    await tracked.next;
  }

  async #pollWhenDue(tracked: Tracked): Promise<void> {
    await tracked.polling;
    const waitMs = this.#waitMs(tracked);
    if (waitMs > 0) await new Promise<void>((resolve) => this.#options.clock.after(waitMs, resolve));
    tracked.next = undefined;
    await this.#poll(tracked);
  }

  #waitMs({ polledMs }: Tracked): number {
    return Math.max(0, polledMs + POLL_SPACING_MS - this.#options.clock.monotonicMs());
  }

  #poll(tracked: Tracked): Promise<void> {
    tracked.polling ??= this.#pollOnce(tracked).finally(() => {
      tracked.polling = undefined;
      this.#schedule(tracked);
    });
    return tracked.polling;
  }

  /** Never rejects: what went wrong stays in `error` until the next poll. */
  async #pollOnce(tracked: Tracked): Promise<void> {
    const before = tracked.resolved;
    const hadError = tracked.error !== undefined;
    // One turn of the event loop lets the applications that arrive together be asked for together.
    tracked.gathering = true;
    tracked.polledMs = this.#options.clock.monotonicMs();
    await new Promise((resolve) => setImmediate(resolve));
    tracked.gathering = false;
    this.#options.countPoll();
    try {
      tracked.resolved = await tracked.repository.poll([...new Set(tracked.users.values())]);
      tracked.error = undefined;
    } catch (thrown) {
      tracked.error = HoldfastError.from(thrown);
      this.#options.log.warn(
        { repository: redactUrl(tracked.use.url), error: tracked.error },
        'cannot poll repository',
      );
    }
    const failed = tracked.error !== undefined;
    const moved = [...tracked.users].filter(
      ([, revision]) => failed !== hadError || tracked.resolved.get(revision) !== before.get(revision),
    );
    if (moved.length > 0) this.#options.onMoved(moved.map(([id]) => id));
  }

  #schedule(tracked: Tracked): void {
    const { reconcileIntervalMs: intervalMs, reconcileJitterMs: jitterMs } = this.#options.settings();
    tracked.timer?.cancel();
    if (this.#stopped || intervalMs === 0 || this.#byKey.get(tracked.key) !== tracked) return;
    const delayMs = tracked.error === undefined ? intervalMs : Math.min(intervalMs, ERROR_RETRY_MS);
    tracked.timer = this.#options.clock.after(delayMs + jitterMs * this.#options.clock.random(), () => {
      // A poll that people wait for comes right after; one that begins between would be taken for theirs.
      if (tracked.next === undefined) void this.#poll(tracked);
    });
  }
}

/** What is read for the files of its own repository is read as by an Application. */
function keyOf({ url, onBehalfOf }: RepositoryUse): string {
  const own = normalizeRepoUrl(url);
  const other = onBehalfOf === undefined ? own : normalizeRepoUrl(onBehalfOf);
  return other === own ? own : `${own} for ${other}`;
}
