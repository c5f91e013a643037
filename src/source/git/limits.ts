/**
 * What a Git server may make us spend. A repository beyond a limit is refused with GIT_LIMIT and a message that names
 * the limit, so that one repository cannot take the memory or the time of all others.
 */
export interface GitLimits {
  /** Compressed bytes of one pack. */
  readonly packBytes: number;
  /** Objects in one pack. */
  readonly objects: number;
  /** Bytes of one object, inflated. */
  readonly objectBytes: number;
  /** Bytes of all objects and deltas of one pack together, inflated. */
  readonly inflatedBytes: number;
  /** Deltas on top of each other. Git itself writes at most 4095, by default 50. */
  readonly deltaDepth: number;
  /** Folders inside each other. */
  readonly treeDepth: number;
  /** Paths of one commit, counted as a checkout would write them (folders that share an oid count each time). */
  readonly paths: number;
  /** Bytes of a capability or ref advertisement. */
  readonly refsBytes: number;
  /** Milliseconds for a whole advertisement request. */
  readonly refsMs: number;
  /** Milliseconds for a whole fetch, however busily the server sends. */
  readonly fetchMs: number;
  /** Milliseconds without a single byte. Git servers send a keep-alive every 5 s while they count objects. */
  readonly stallMs: number;
}

/** Room for any repository that GitHub would take (objects up to 100 MB), within a controller's memory. */
export const DEFAULT_GIT_LIMITS: GitLimits = {
  packBytes: 256 * 1024 * 1024,
  objects: 2_000_000,
  objectBytes: 100 * 1024 * 1024,
  inflatedBytes: 2 * 1024 * 1024 * 1024,
  deltaDepth: 4095,
  treeDepth: 128,
  paths: 2_000_000,
  refsBytes: 64 * 1024 * 1024,
  refsMs: 60_000,
  fetchMs: 600_000,
  stallMs: 30_000,
};
