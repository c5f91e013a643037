import { ANNOTATIONS, HOLDFAST } from '../api/annotations.ts';
import type { Application, ApplicationCondition, ApplicationStatus } from '../api/types.ts';
import type { ClusterClient } from '../cluster/client.ts';
import { deepEqual } from '../diff/deep-equal.ts';
import type { Clock, Timer } from '../lib/clock.ts';
import { toKubeTime } from '../lib/clock.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { Priority } from '../lib/limiter.ts';
import type { KubeObject } from '../object/kube-object.ts';
import { computeStatus } from '../status/compute.ts';
import { encodeInventory } from '../status/inventory.ts';
import { summarize } from '../status/summarize.ts';
import { writeStatus } from '../status/write.ts';
import type { Log } from '../telemetry/log.ts';
import type { TrackedApplication } from './tracked-application.ts';

/** What a {@link Reporter} needs. */
export interface ReporterOptions {
  readonly client: ClusterClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly controlNamespace: string;
  /** Why an application is not served, if it is not. */
  readonly refusal: (app: TrackedApplication) => Omit<ApplicationCondition, 'lastTransitionTime'> | undefined;
  /** Called with the Application as it stands after a write, or as it stood when there was nothing to write. */
  readonly persisted: (app: TrackedApplication, object: KubeObject) => void;
  /** Takes in an Application as a write or a read of ours returned it. */
  readonly observed: (object: KubeObject) => void;
}

interface Slot {
  timer: Timer | undefined;
  dueMs: number;
  lastWriteMs: number;
  /** Due, but yielding to applies. */
  yielding: boolean;
  /** Writes of one application come one after the other. */
  writing: Promise<void>;
}

/** Changes that come within this time are written together. */
const GATHER_MS = 40;
/** At most one write an application in this time, apart from the intents of operations. */
const INTERVAL_MS = 1_000;
/** Waits after an operation: for Progressing to pass, and for controllers to look at what was applied. */
const PROGRESSING_MS = 2_000;
const UNOBSERVED_MS = 5_000;
/** How long a write yields to applies. */
const PATIENCE_MS = 3_000;
/**
 * What each other status that waits adds to a wait: the more applications sync at once, the later the controllers come
 * to each of them, and a write that comes before them has to be made again.
 */
const SHARE_MS = 40;
const LONGEST_WAIT_MS = 30_000;
const CONFLICT_RETRY_MS = 100;

/** Keeps the status of Applications equal to what the controller knows, with as few writes as that takes. */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #slots = new Map<TrackedApplication, Slot>();
  /** Whose status waits to be written. */
  readonly #waiting = new Set<TrackedApplication>();

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** Writes the status before long. */
  soon(app: TrackedApplication): void {
    const slot = this.#slot(app);
    const now = this.#options.clock.monotonicMs();
    const waitMs = Math.max(GATHER_MS, this.#settleMs(app));
    this.#wakeAt(app, slot, Math.max(now + waitMs, slot.lastWriteMs + INTERVAL_MS));
  }

  /**
   * Writes the status now.
   * @throws {HoldfastError} CLUSTER_CONFLICT if the Application has changed meanwhile in what this write rests on
   */
  async now(app: TrackedApplication, priority: Priority = 'normal'): Promise<void> {
    const slot = this.#slot(app);
    slot.timer?.cancel();
    slot.timer = undefined;
    slot.yielding = false;
    this.#waiting.delete(app);
    const write = slot.writing.then(() => this.#write(app, slot, priority));
    slot.writing = write.catch(() => {});
    await write;
  }

  /** Drops an application that is gone. */
  forget(app: TrackedApplication): void {
    this.#slots.get(app)?.timer?.cancel();
    this.#slots.delete(app);
    this.#waiting.delete(app);
  }

  /** Writes everything that waits, and waits for what is being written. */
  async flush(): Promise<void> {
    await Promise.allSettled(
      [...this.#slots].map(([app, slot]) => {
        return slot.timer !== undefined || slot.yielding ? this.now(app) : slot.writing;
      }),
    );
  }

  #slot(app: TrackedApplication): Slot {
    let slot = this.#slots.get(app);
    if (slot === undefined) {
      slot = {
        timer: undefined,
        dueMs: 0,
        lastWriteMs: Number.NEGATIVE_INFINITY,
        yielding: false,
        writing: Promise.resolve(),
      };
      this.#slots.set(app, slot);
    }
    return slot;
  }

  #wakeAt(app: TrackedApplication, slot: Slot, dueMs: number): void {
    if (slot.timer !== undefined && slot.dueMs <= dueMs) return;
    slot.timer?.cancel();
    slot.dueMs = dueMs;
    this.#waiting.add(app);
    slot.timer = this.#options.clock.after(dueMs - this.#options.clock.monotonicMs(), () => {
      slot.timer = undefined;
      const settleMs = this.#settleMs(app);
      // More have come to wait since.
      if (settleMs > 0) return this.#wakeAt(app, slot, this.#options.clock.monotonicMs() + settleMs);
      slot.yielding = true;
      this.#whenQuiet(app).catch((error: unknown) => this.#retry(app, slot, error));
    });
  }

  /** What nobody waits for yields to applies, and is computed only then: one write says what came meanwhile too. */
  async #whenQuiet(app: TrackedApplication): Promise<void> {
    const { client, clock } = this.#options;
    const patience = new Promise<void>((resolve) => clock.after(this.#shared(PATIENCE_MS), resolve));
    await Promise.race([client.quiet(), patience]);
    await this.now(app, 'background');
  }

  #retry(app: TrackedApplication, slot: Slot, error: unknown): void {
    const conflict = error instanceof HoldfastError && error.code === 'CLUSTER_CONFLICT';
    const gone = error instanceof HoldfastError && error.code === 'CLUSTER_NOT_FOUND';
    if (gone) return;
    if (!conflict) this.#options.log.warn({ application: app.id, error }, 'cannot write status');
    const never = error instanceof HoldfastError && error.retry === 'never';
    if (!never) this.#wakeAt(app, slot, this.#options.clock.monotonicMs() + (conflict ? CONFLICT_RETRY_MS : 5_000));
  }

  /**
   * How long what is known may still be about to change by itself: just after an operation, Progressing is likely to
   * pass within moments, most of all where a controller has not even looked yet. One write can then say all.
   */
  #settleMs(app: TrackedApplication): number {
    const finishedAt = app.operationState?.finishedAt;
    if (finishedAt === undefined) return 0;
    const ageMs = this.#options.clock.now() - Date.parse(finishedAt);
    let settleMs = 0;
    for (const { health, unobserved } of app.resources.values()) {
      if (unobserved) return Math.max(0, this.#shared(UNOBSERVED_MS) - ageMs);
      if (health?.status === 'Progressing') settleMs = Math.max(0, this.#shared(PROGRESSING_MS) - ageMs);
    }
    return settleMs;
  }

  #shared(ms: number): number {
    return Math.min(LONGEST_WAIT_MS, ms + SHARE_MS * this.#waiting.size);
  }

  async #write(app: TrackedApplication, slot: Slot, priority: Priority): Promise<void> {
    const before = app.object;
    try {
      const written = await writeStatus({
        client: this.#options.client,
        priority,
        current: before,
        status: this.#status(app),
        annotations: annotationsOf(app),
        clearOperation: app.operationTaken,
      });
      this.#options.persisted(app, written);
      if (written === before) return;
      slot.lastWriteMs = this.#options.clock.monotonicMs();
      this.#options.observed(written);
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'CLUSTER_CONFLICT') await this.#readAgain(before);
      throw error;
    }
  }

  async #readAgain(object: KubeObject): Promise<void> {
    const { namespace = '', name } = object.metadata;
    const path = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/applications/${name}`;
    this.#options.observed((await this.#options.client.request({ method: 'GET', path })).body as KubeObject);
  }

  #status(app: TrackedApplication): ApplicationStatus {
    const refusal = this.#options.refusal(app);
    if (app.application === undefined || refusal !== undefined) return this.#refusedStatus(app, refusal);
    return computeStatus({
      application: { ...app.application, status: statusOf(app.object) },
      controlNamespace: this.#options.controlNamespace,
      revision: app.render?.revision,
      incomparable: app.comparisonError !== undefined,
      resources: [...app.resources.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
      conditions: conditionsOf(app, app.application),
      operationState: app.operationState,
      history: app.history,
      sourceType: app.sourceType,
      summary: summarize([...app.desired.values()].map((desired) => desired.object)),
      reconciledAt: app.reconciledAt,
      now: toKubeTime(this.#options.clock.now()),
    });
  }

  /** An application that is not served keeps what its status says otherwise. */
  #refusedStatus(
    app: TrackedApplication,
    refusal: Omit<ApplicationCondition, 'lastTransitionTime'> | undefined,
  ): ApplicationStatus {
    const current = statusOf(app.object);
    const message = `Cannot use this Application: ${app.problems.join('; ')}`;
    const wanted = refusal ?? { type: 'InvalidSpecError' as const, message };
    const same = current.conditions?.find(({ type, message: text }) => type === wanted.type && text === wanted.message);
    const lastTransitionTime = same?.lastTransitionTime ?? toKubeTime(this.#options.clock.now());
    return { ...current, conditions: [{ ...wanted, lastTransitionTime }] };
  }
}

function statusOf(object: KubeObject): ApplicationStatus {
  const { status } = object;
  return typeof status === 'object' && status !== null ? status : {};
}

function annotationsOf(app: TrackedApplication): Record<string, string | null> {
  const annotations: Record<string, string | null> = {};
  if (app.refreshDone) {
    annotations[ANNOTATIONS.refresh] = null;
    annotations[ANNOTATIONS.refreshTimestamp] = null;
  }
  if (app.inventory.size > 0 || app.object.metadata.annotations?.[HOLDFAST.inventoryAnnotation] !== undefined) {
    annotations[HOLDFAST.inventoryAnnotation] = encodeInventory(app.inventory);
  }
  return annotations;
}

function conditionsOf(
  app: TrackedApplication,
  application: Application,
): Omit<ApplicationCondition, 'lastTransitionTime'>[] {
  const conditions: Omit<ApplicationCondition, 'lastTransitionTime'>[] = [];
  const { comparisonError } = app;
  if (comparisonError !== undefined) {
    conditions.push({ type: 'ComparisonError', message: `${comparisonError.message}${inForce(app)}` });
  }
  conditions.push(...app.desiredConditions, ...app.syncConditions);
  for (const message of app.warnings) conditions.push({ type: 'InvalidSpecWarning', message });
  for (const { message, condition } of app.failures.values()) {
    if (condition !== undefined) conditions.push({ type: condition, message });
  }
  const automated = application.settings.automation !== undefined;
  for (const { reason } of app.unresolved) {
    conditions.push({ type: automated ? 'SyncError' : 'ComparisonError', message: reason });
  }
  return conditions.filter(
    (condition, index) => conditions.findIndex((other) => deepEqual(other, condition)) === index,
  );
}

/** What holds while the source cannot be read. */
function inForce(app: TrackedApplication): string {
  if (app.render === undefined) return '';
  const since = app.sourceErrorSinceMs === undefined ? '' : ` since ${toKubeTime(app.sourceErrorSinceMs)}`;
  return ` (revision ${app.render.revision} stays in force${since}; nothing is pruned meanwhile)`;
}
