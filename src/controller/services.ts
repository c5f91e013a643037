import type { ClusterClient } from '../cluster/client.ts';
import type { Discovery } from '../cluster/discovery.ts';
import type { LiveCache } from '../cluster/live-cache.ts';
import type { Settings } from '../config/settings.ts';
import type { Health } from '../health/health.ts';
import type { Clock } from '../lib/clock.ts';
import type { KubeObject, ObjectKey } from '../object/kube-object.ts';
import type { RenderPool } from '../render-process/render-pool.ts';
import type { Intents } from '../status/intents.ts';
import type { ApplicationEvent } from '../telemetry/events.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Claims } from './claims.ts';
import type { Repositories } from './repositories.ts';
import type { TrackedApplication } from './tracked-application.ts';

/** What the stages of a reconciliation share. */
export interface Services {
  readonly client: ClusterClient;
  readonly discovery: Discovery;
  readonly live: LiveCache;
  readonly repositories: Repositories;
  /** Where templates are rendered. */
  readonly renderPool: RenderPool;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly controlNamespace: string;
  readonly installationId: string;
  readonly settings: () => Settings;
  /** Health of a live object, by the checks of `argocd-cm` and our own; undefined when nobody has a rule for it. */
  readonly assessHealth: (object: KubeObject) => Health | undefined;
  readonly recordEvent: (app: TrackedApplication, event: ApplicationEvent) => void;
  /** Asks for a turn of an application, now or later. */
  readonly enqueue: (app: TrackedApplication, delayMs?: number) => void;
  /** Says that the status may have changed; it is written soon. */
  readonly reportSoon: (app: TrackedApplication) => void;
  /** Writes the status now and waits for it: intent must stand before its side effect. */
  readonly reportNow: (app: TrackedApplication) => Promise<void>;
  readonly claims: Claims;
  readonly intents: Intents;
  /** True while another application of the same repository has yet to take in a commit. */
  readonly neighbourBehind: (app: TrackedApplication) => boolean;
  /** True when the kind's objects are all known; of a kind that is gone, there are none. */
  readonly kindListed: (key: ObjectKey) => boolean;
  /** Name in tracking ids of an application by id. */
  readonly instanceNameOf: (id: string) => string | undefined;
  /** Serialises the creation of a namespace and remembers the ones that exist. */
  readonly ensureNamespace: (name: string) => Promise<void>;
  readonly forgetNamespace: (name: string) => void;
}
