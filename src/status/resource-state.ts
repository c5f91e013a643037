import type { SyncStatusCode } from '../api/types.ts';
import type { Health } from '../health/health.ts';
import type { ObjectKey } from '../object/kube-object.ts';

/** What is known of one object of an application. */
export interface ResourceState {
  readonly key: ObjectKey;
  readonly version: string;
  readonly sync: SyncStatusCode;
  /** `undefined` for kinds without a health check. */
  readonly health: Health | undefined;
  /** Left Git and still there. */
  readonly requiresPruning: boolean;
  /** True when there is a live object. */
  readonly live: boolean;
  /** Its controller has not looked at the latest change yet: what its status says is about to change. */
  readonly unobserved: boolean;
  /** Left out of the application's health. */
  readonly ignoreHealth: boolean;
  /** Paths that differ, empty unless out of sync. */
  readonly paths: readonly string[];
}
