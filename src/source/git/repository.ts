import { systemClock } from '../../lib/clock.ts';
import { HoldfastError } from '../../lib/errors.ts';
import type { SourceTree } from '../tree.ts';
import { type Breather, createBreather } from './breather.ts';
import { checkSnapshot, type TreeShape } from './check-snapshot.ts';
import { gitTree } from './git-tree.ts';
import { DEFAULT_GIT_LIMITS } from './limits.ts';
import { isOid } from './object.ts';
import { type ObjectCaches, processObjectCaches } from './object-caches.ts';
import { ObjectStore } from './object-store.ts';
import { type GitCommit, parseTag } from './parse-commit.ts';
import type { Ref } from './refs.ts';
import { createGitRemote, type GitRemote, type GitRemoteOptions } from './remote.ts';
import { type ResolvedRevision, refPrefixes, resolveRevision } from './revision.ts';
import { redactUrl } from './url.ts';

/** A commit with its tree, complete and in memory. It stays readable for as long as anybody holds it. */
export interface GitSnapshot {
  /** Of the commit. */
  readonly oid: string;
  readonly tree: SourceTree;
  readonly commit: GitCommit;
}

/**
 * A remote repository with the commits that are in use, in memory; one for all applications that share it. Calls
 * that overlap share their requests. A failed call changes nothing: what was there can still be read.
 */
export interface GitRepository {
  /**
   * The commit that a revision stands for now; `''` is the default branch. Asks the server unless it is a full id.
   * @throws {HoldfastError} GIT_REVISION, and as {@link GitRemote.listRefs}
   */
  resolve(revision: string): Promise<ResolvedRevision>;
  /**
   * Oids of all revisions in use, by revision; those that nothing stands for are left out ({@link resolve} says why).
   * One POST. What it returns is what the repository keeps in memory from now on, beside what somebody holds.
   * @throws {HoldfastError} as {@link GitRemote.listRefs}
   */
  poll(revisions: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * A commit by its full oid (or that of a tag); fetched when it is not here, sending only what changed since commits
   * that are.
   * @throws {HoldfastError} as {@link GitRemote.fetchCommit}; GIT_LIMIT
   */
  snapshot(oid: string): Promise<GitSnapshot>;
  /** Closes connections. Snapshots stay readable. */
  close(): Promise<void>;
}

/** Sweeping costs a walk over all trees in use, so it waits until enough may be garbage. */
const SWEEP_SLACK_BYTES = 1024 * 1024;

/** How to open a repository. */
export interface GitRepositoryOptions extends GitRemoteOptions {
  /** Default: those of the process. */
  readonly caches?: ObjectCaches;
}

/** Opens a repository; asks nothing yet. @throws {HoldfastError} SOURCE_URL for a URL that cannot be fetched from */
export function openGitRepository(options: GitRepositoryOptions): GitRepository {
  return new MemoryRepository(createGitRemote(options), options);
}

class MemoryRepository implements GitRepository {
  readonly #remote: GitRemote;
  readonly #options: GitRepositoryOptions;
  readonly #caches: ObjectCaches;
  readonly #store: ObjectStore;
  readonly #checked = new Map<string, TreeShape>();
  /** Snapshots that somebody may hold. The tree is the weak one: whoever holds a snapshot holds its tree. */
  readonly #held = new Map<string, { commit: GitCommit; tree: WeakRef<SourceTree> }>();
  /** Snapshots kept in any case: those of the last poll, and the newest. */
  #kept = new Map<string, GitSnapshot>();
  #wanted: ReadonlySet<string> = new Set();
  readonly #fetching = new Map<string, Promise<GitSnapshot>>();
  /** The end of the queue of fetches: they take turns, so that each builds on the one before. */
  #queue: Promise<unknown> = Promise.resolve();
  #sweepAtBytes = SWEEP_SLACK_BYTES;
  #waiting: { prefixes: Set<string>; refs: Promise<ReadonlyMap<string, Ref>> } | undefined;
  #listing: Promise<unknown> = Promise.resolve();

  constructor(remote: GitRemote, options: GitRepositoryOptions) {
    this.#remote = remote;
    this.#options = options;
    this.#caches = options.caches ?? processObjectCaches;
    this.#store = new ObjectStore(this.#caches);
  }

  async resolve(revision: string): Promise<ResolvedRevision> {
    return this.#resolveAmong(revision, await this.#listRefs([revision]));
  }

  async poll(revisions: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const refs = await this.#listRefs(revisions);
    const resolved = new Map<string, string>();
    for (const revision of revisions) {
      try {
        resolved.set(revision, this.#resolveAmong(revision, refs).oid);
      } catch (error) {
        if (HoldfastError.from(error).code !== 'GIT_REVISION') throw error;
      }
    }
    this.#wanted = new Set(resolved.values());
    return resolved;
  }

  async snapshot(oid: string): Promise<GitSnapshot> {
    if (!isOid(oid)) {
      throw new HoldfastError(
        'GIT_REVISION',
        `${JSON.stringify(oid)} is not the full id of a commit; resolve it first`,
      );
    }
    const known = this.#lookUp(oid);
    if (known !== undefined) return known;
    let fetching = this.#fetching.get(oid);
    if (fetching === undefined) {
      fetching = this.#enqueue(() => this.#fetch(oid)).finally(() => this.#fetching.delete(oid));
      this.#fetching.set(oid, fetching);
    }
    return fetching;
  }

  async close(): Promise<void> {
    await this.#remote.close();
  }

  #resolveAmong(revision: string, refs: ReadonlyMap<string, Ref>): ResolvedRevision {
    return resolveRevision(revision, refs, this.#held.keys(), redactUrl(this.#options.url));
  }

  /**
   * Lists the refs that these revisions need. Calls in one turn of the event loop, or while another listing is under
   * way, share the next one; none takes part in a listing that began before it.
   */
  #listRefs(revisions: readonly string[]): Promise<ReadonlyMap<string, Ref>> {
    const prefixes = new Set(revisions.flatMap(refPrefixes));
    if (prefixes.size === 0) return Promise.resolve(new Map());
    if (this.#waiting === undefined) {
      const started = this.#listing.then(async () => {
        this.#waiting = undefined;
        const refs = await this.#remote.listRefs([...waiting.prefixes].toSorted());
        return new Map(refs.map((ref) => [ref.name, ref]));
      });
      const waiting = { prefixes: new Set<string>(), refs: started };
      this.#waiting = waiting;
      this.#listing = started.catch(() => undefined);
    }
    for (const prefix of prefixes) this.#waiting.prefixes.add(prefix);
    return this.#waiting.refs;
  }

  #lookUp(oid: string): GitSnapshot | undefined {
    const kept = this.#kept.get(oid);
    if (kept !== undefined) return kept;
    const held = this.#held.get(oid);
    const tree = held?.tree.deref();
    return held === undefined || tree === undefined ? undefined : { oid, tree, commit: held.commit };
  }

  #enqueue<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(run);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #fetch(wantedOid: string): Promise<GitSnapshot> {
    // Meanwhile an earlier fetch in the queue may have brought it.
    const known = this.#lookUp(wantedOid) ?? this.#revive(wantedOid);
    if (known !== undefined) return known;
    const limits = { ...DEFAULT_GIT_LIMITS, ...this.#options.limits };
    const breathe = createBreather(this.#options.clock ?? systemClock);
    const haves = this.#liveOids();
    const objects = await this.#remote.fetchCommit(wantedOid, { haves, store: this.#store });
    // On a store of its own until it is known to be whole, so that a bad answer leaves nothing behind.
    const staged = new ObjectStore(this.#caches, this.#store);
    staged.add(objects);
    try {
      const commit = peelToCommit(staged, wantedOid);
      const checked = await checkSnapshot(staged, commit.tree, { limits, breathe, known: this.#checked });
      this.#store.adopt(staged);
      for (const [oid, shape] of checked) this.#checked.set(oid, shape);
      return this.#keep(commit);
    } catch (error) {
      staged.discard();
      throw error;
    } finally {
      await this.#sweepIfDue(breathe);
    }
  }

  /** A commit that nobody holds any more but that is not swept away yet. */
  #revive(oid: string): GitSnapshot | undefined {
    if (this.#store.get(oid)?.type !== 'commit') return undefined;
    const commit = this.#store.commit(oid);
    return this.#checked.has(commit.tree) ? this.#keep(commit) : undefined;
  }

  #keep(commit: GitCommit): GitSnapshot {
    const { oid } = commit;
    const snapshot = this.#lookUp(oid) ?? { oid, tree: gitTree(this.#store, commit.tree), commit };
    this.#held.set(oid, { commit, tree: new WeakRef(snapshot.tree) });
    const kept = [...this.#kept].filter(([keptOid]) => this.#wanted.has(keptOid));
    this.#kept = new Map([...kept, [oid, snapshot]]);
    return snapshot;
  }

  #liveOids(): string[] {
    return [...this.#held].filter(([, { tree }]) => tree.deref() !== undefined).map(([oid]) => oid);
  }

  async #sweepIfDue(breathe: Breather): Promise<void> {
    if (this.#store.bytes < this.#sweepAtBytes) return;
    const live = new Set(this.#liveOids());
    for (const oid of this.#held.keys()) if (!live.has(oid)) this.#held.delete(oid);
    await this.#store.sweep([...live], breathe);
    for (const tree of this.#checked.keys()) if (this.#store.get(tree) === undefined) this.#checked.delete(tree);
    this.#sweepAtBytes = this.#store.bytes * 1.5 + SWEEP_SLACK_BYTES;
  }
}

/** Follows annotated tags. @throws {HoldfastError} GIT_REVISION when a tag is not of a commit */
function peelToCommit(store: ObjectStore, oid: string): GitCommit {
  let at = oid;
  for (let hop = 0; hop < 10 && store.get(at)?.type === 'tag'; hop++) at = parseTag(store.read(at, 'tag'), at).target;
  const type = store.get(at)?.type;
  if (type === 'tree' || type === 'blob') {
    throw new HoldfastError('GIT_REVISION', `The revision ${oid} is a ${type}, not a commit; check targetRevision`);
  }
  return store.commit(at);
}
