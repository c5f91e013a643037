import type { ClusterClient } from '../cluster/client.ts';
import type { Clock, Timer } from '../lib/clock.ts';
import { toKubeTime } from '../lib/clock.ts';
import type { KubeObject } from '../object/kube-object.ts';
import type { Log } from './log.ts';

/** Something a person may want to know about an Application. */
export interface ApplicationEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'OperationCompleted' | 'OperationFailed' | 'ResourceRepaired' | 'RepairFailed' | 'ComparisonFailed';
  readonly message: string;
}

/** What an {@link EventRecorder} needs. */
export interface EventRecorderOptions {
  readonly client: ClusterClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly count: (result: 'written' | 'aggregated' | 'failed') => void;
}

interface Pending {
  readonly application: KubeObject;
  readonly event: ApplicationEvent;
}

/** Events that may be written at once, and how many more each second. */
const BURST = 10;
const PER_SECOND = 1;
/** How long events beyond that gather before they are written as one. */
const GATHER_MS = 5_000;
const MAX_MESSAGE = 1_024;

/**
 * Writes Kubernetes Events about Applications. A flood (a commit that touches a hundred applications) becomes one
 * Event a reason that names them, since a hundred writes would cost more than the work they report.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  #tokens = BURST;
  #refilledAt: number;
  #gathered: Pending[] = [];
  #timer: Timer | undefined;
  #sequence = 0;
  readonly #writing = new Set<Promise<void>>();

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#refilledAt = options.clock.monotonicMs();
  }

  /** Records an event; never throws and never waits. */
  record(application: KubeObject, event: ApplicationEvent): void {
    if (this.#takeToken()) {
      this.#write(application, event, 'written');
      return;
    }
    this.#gathered.push({ application, event });
    this.#timer ??= this.#options.clock.after(GATHER_MS, () => this.#writeGathered());
  }

  /** Writes what is gathered and waits until everything is written. */
  async flush(): Promise<void> {
    this.#timer?.cancel();
    this.#writeGathered();
    await Promise.allSettled(this.#writing);
  }

  #takeToken(): boolean {
    const now = this.#options.clock.monotonicMs();
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#refilledAt) / 1_000) * PER_SECOND);
    this.#refilledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #writeGathered(): void {
    this.#timer = undefined;
    const byReason = Map.groupBy(this.#gathered, ({ event }) => event.reason);
    this.#gathered = [];
    for (const pending of byReason.values()) {
      const [first] = pending;
      if (first === undefined) continue;
      const names = [...new Set(pending.map(({ application }) => application.metadata.name))].join(', ');
      const message =
        pending.length === 1 ? first.event.message : `${first.event.message} (${pending.length} such events: ${names})`;
      this.#write(first.application, { ...first.event, message }, pending.length === 1 ? 'written' : 'aggregated');
    }
  }

  #write(application: KubeObject, event: ApplicationEvent, result: 'written' | 'aggregated'): void {
    const writing = this.#send(application, event)
      .then(() => this.#options.count(result))
      .catch((error: unknown) => {
        // An Event is a courtesy: its loss is counted and logged, and nothing else depends on it.
        this.#options.count('failed');
        this.#options.log.warn({ error, application: application.metadata.name }, 'cannot write event');
      })
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  async #send(application: KubeObject, event: ApplicationEvent): Promise<void> {
    const { name, namespace = '', uid, resourceVersion } = application.metadata;
    const time = toKubeTime(this.#options.clock.now());
    this.#sequence += 1;
    const suffix = `${this.#options.clock.now().toString(16)}${this.#sequence.toString(16)}`;
    await this.#options.client.request({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/events`,
      priority: 'background',
      body: JSON.stringify({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: `${name}.${suffix}`, namespace },
        involvedObject: {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          name,
          namespace,
          uid,
          resourceVersion,
        },
        type: event.type,
        reason: event.reason,
        message: event.message.slice(0, MAX_MESSAGE),
        source: { component: 'holdfast' },
        firstTimestamp: time,
        lastTimestamp: time,
        count: 1,
      }),
    });
  }
}
