import { type Clock, systemClock } from '../../lib/clock.ts';
import type { Directory } from './parse-tree.ts';
import { RecentCache } from './recent-cache.ts';
import type { StoredObject } from './stored-object.ts';

/** What was inflated and parsed lately. Shared by all repositories, so that memory does not grow with their number. */
export interface ObjectCaches {
  /** Contents, by object. Deltas upon deltas need their bases at hand: without them a read costs up to 50 inflations. */
  readonly contents: RecentCache<StoredObject, Buffer>;
  /** Parsed trees, by object. */
  readonly directories: RecentCache<StoredObject, Directory>;
}

const CONTENT_BYTES = 48 * 1024 * 1024;
const DIRECTORY_BYTES = 16 * 1024 * 1024;
/** After that a quiet controller gives the memory back. */
const IDLE_MS = 60_000;

/** Caches of the usual size. */
export function createObjectCaches(clock: Pick<Clock, 'after'>): ObjectCaches {
  const idle = { clock, afterMs: IDLE_MS };
  return {
    contents: new RecentCache({ maxBytes: CONTENT_BYTES, idle }),
    directories: new RecentCache({ maxBytes: DIRECTORY_BYTES, idle }),
  };
}

/** The process's own caches, for whoever passes none. Results never depend on what is in them. */
export const processObjectCaches: ObjectCaches = createObjectCaches(systemClock);
