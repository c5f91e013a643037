import { ANNOTATIONS, HOLDFAST } from '../api/annotations.ts';
import { trackingIdOf } from '../api/tracking.ts';
import type { ApplicationCondition, ApplicationStatus } from '../api/types.ts';
import type { ClusterClient } from '../cluster/client.ts';
import type { Discovery } from '../cluster/discovery.ts';
import { isNewer, LiveCache, type LiveChange } from '../cluster/live-cache.ts';
import { HealthAssessor } from '../health/health-assessor.ts';
import type { Clock } from '../lib/clock.ts';
import { HoldfastError } from '../lib/errors.ts';
import {
  type GroupVersionKind,
  type KubeObject,
  type ObjectKey,
  objectKey,
  parseObjectKey,
} from '../object/kube-object.ts';
import { RenderPool } from '../render-process/render-pool.ts';
import { Intents } from '../status/intents.ts';
import { encodeInventory } from '../status/inventory.ts';
import { EventRecorder } from '../telemetry/events.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { applicationSamples } from './application-samples.ts';
import { Claims } from './claims.ts';
import { answersStillHold } from './cluster-answers.ts';
import { ClusterConfig } from './cluster-config.ts';
import { Namespaces } from './namespaces.ts';
import { KeyedQueue } from './queue.ts';
import { readApplication } from './read-application.ts';
import { reconcileApplication } from './reconcile.ts';
import { Reporter } from './report.ts';
import { Repositories } from './repositories.ts';
import type { Services } from './services.ts';
import { TrackedApplication } from './tracked-application.ts';

/** What a controller needs from outside. */
export interface ControllerOptions {
  readonly client: ClusterClient;
  readonly discovery: Discovery;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly controlNamespace: string;
  readonly installationId: string;
}

/** How long another installation may take to say by a status that an Application is its own. */
const CLAIM_MS = 5_000;
/** Applications worked on at once. Each waits for the network most of the time, and for its intent with others. */
const CONCURRENCY = 100;

/** How long the end of the operator waits for renders. */
const MAX_STOP_MS = 5_000;

/** Connects Applications, repositories and live objects: turns events into turns, and turns into writes. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #apps = new Map<string, TrackedApplication>();
  readonly #claims: Claims;
  readonly #intents: Intents;
  readonly #byInstance = new Map<string, TrackedApplication>();
  readonly #queue: KeyedQueue;
  readonly #live: LiveCache;
  readonly #repositories: Repositories;
  readonly #renderPool: RenderPool;
  readonly #health: HealthAssessor;
  readonly #reporter: Reporter;
  readonly #events: EventRecorder;
  readonly #config: ClusterConfig;
  readonly #services: Services;

  constructor(options: ControllerOptions) {
    this.#options = options;
    const { client, clock, log, metrics } = options;
    this.#intents = new Intents({ client, clock, namespace: options.controlNamespace });
    this.#claims = new Claims((id, key) => this.#onKey(id, key));
    this.#queue = new KeyedQueue({
      clock,
      concurrency: CONCURRENCY,
      worker: (id) => this.#turn(id),
      onError: (id, error) => log.warn({ application: id, error }, 'reconciliation failed; it is tried again'),
    });
    this.#config = new ClusterConfig({
      client,
      clock,
      log,
      discovery: options.discovery,
      controlNamespace: options.controlNamespace,
      prepare: () => this.#intents.load(),
      listener: {
        application: (object) => this.#observe(object),
        applicationGone: (namespace, name) => this.#forget(`${namespace}/${name}`),
        settingsChanged: () => this.#onSettings(),
        projectsChanged: () => this.#enqueueAll(),
        credentialsChanged: () => this.#repositories.reopen(),
        kindsChanged: () => this.#onKinds(),
      },
    });
    this.#repositories = new Repositories({
      clock,
      log,
      open: (use) => this.#config.openRepository(use),
      settings: () => this.#config.settings,
      onMoved: (ids) => this.#onMoved(ids),
      countPoll: () => metrics.gitRequests.inc({ request_type: 'ls-remote' }),
    });
    this.#renderPool = new RenderPool({ clock });
    this.#health = new HealthAssessor(() => clock.monotonicMs(), log);
    this.#live = new LiveCache({
      client,
      clock,
      labelSelector: `${HOLDFAST.instanceLabel}=${options.installationId}`,
      ownerOf: (object) => trackingIdOf(object)?.application,
      onChange: (change) => this.#onLive(change),
      onHealth: (kind, error) => this.#onWatch(kind, error),
    });
    this.#reporter = new Reporter({
      client,
      clock,
      log,
      controlNamespace: options.controlNamespace,
      refusal: (app) => this.#refusal(app),
      observed: (object) => this.#observe(object),
      persisted: (app, object) => this.#settleIntent(app, object),
    });
    this.#events = new EventRecorder({ client, clock, log, count: (result) => metrics.events.inc({ result }) });
    this.#services = this.#createServices();
    this.#attachMetrics();
  }

  #attachMetrics(): void {
    this.#options.metrics.attach({
      applications: () => applicationSamples(this.#apps.values()),
      liveObjects: () => this.#live.size,
      watchedKinds: () => this.#live.kinds,
      queueDepth: () => this.#queue.depth,
    });
  }

  /** True once the Applications and the configuration have been read. */
  get ready(): boolean {
    return this.#config.ready;
  }

  /** The Applications as last seen, for the status page. */
  applications(): readonly KubeObject[] {
    return [...this.#apps.values()].map((app) => app.object);
  }

  /** Begins to watch. Returns at once; what cannot be watched yet is tried again. */
  start(): void {
    this.#config.start();
  }

  /** Ends the running turns, writes what is still to be written, and lets go of everything. */
  async stop(): Promise<void> {
    this.#config.stop();
    const ended = this.#queue.stop();
    const { clock } = this.#options;
    // A render that takes longer than that is done again after a restart.
    await Promise.race([ended, new Promise<void>((resolve) => clock.after(MAX_STOP_MS, resolve))]);
    await this.#renderPool.close();
    await ended;
    await this.#reporter.flush();
    await this.#intents.flush().catch((error: unknown) => this.#options.log.warn({ error }, 'cannot tidy intents'));
    await this.#events.flush();
    this.#live.close();
    await this.#repositories.close();
  }

  async #turn(id: string): Promise<void> {
    const app = this.#apps.get(id);
    if (app === undefined) return;
    const refusal = this.#refusal(app);
    const deleting = app.object.metadata.deletionTimestamp !== undefined;
    const serves = this.#config.serves(app.object.metadata.namespace ?? '');
    if (refusal !== undefined && !(deleting && serves)) {
      if (serves) this.#reporter.soon(app);
      else this.#warn(app);
      return;
    }
    const startedMs = this.#options.clock.monotonicMs();
    try {
      await reconcileApplication(app, this.#services);
    } catch (error) {
      app.needs.compare = true;
      // Somebody changed the Application under us: its new state is on its way, and the turn after it decides anew.
      if (error instanceof HoldfastError && error.code === 'CLUSTER_CONFLICT') this.#queue.addAfter(id, 50);
      else throw error;
    } finally {
      this.#options.metrics.reconcileSeconds.observe((this.#options.clock.monotonicMs() - startedMs) / 1_000);
    }
  }

  /** Says that nobody serves an Application, unless another installation on this cluster does. */
  #warn(app: TrackedApplication): void {
    const { metadata, status } = app.object;
    const server = (status as ApplicationStatus | undefined)?.controllerNamespace;
    if (server !== undefined && server !== this.#options.controlNamespace) return;
    const ageMs = this.#options.clock.now() - Date.parse(metadata.creationTimestamp ?? '');
    if (ageMs < CLAIM_MS) this.#queue.addAfter(app.id, CLAIM_MS);
    else this.#reporter.soon(app);
  }

  #observe(object: KubeObject): void {
    const { namespace = '', name } = object.metadata;
    const id = `${namespace}/${name}`;
    let app = this.#apps.get(id);
    if (app !== undefined && app.object.metadata.uid !== object.metadata.uid) {
      this.#forget(id);
      app = undefined;
    }
    // The answer to a write of ours may be ahead of the watch.
    if (app !== undefined && !isNewer(object, app.object)) return;
    if (app === undefined) {
      app = new TrackedApplication(id, object);
      this.#apps.set(id, app);
    }
    const isNew = !app.restored;
    const isDue = readApplication(app, object, this.#options.controlNamespace);
    if (isNew) app.inventory = this.#intents.complete(id, app.inventory);
    this.#byInstance.set(app.instanceName, app);
    if (isDue) this.#queue.add(id);
  }

  #forget(id: string): void {
    const app = this.#apps.get(id);
    if (app === undefined) return;
    this.#apps.delete(id);
    this.#byInstance.delete(app.instanceName);
    this.#queue.forget(id);
    this.#reporter.forget(app);
    this.#repositories.release(id);
    this.#repositories.retain(`${id} `, new Set());
    this.#claims.change(app.id, app.desired.keys(), []);
  }

  #onLive(change: LiveChange): void {
    const { group, kind } = change.kind;
    const key = objectKey({ group, kind, namespace: change.namespace, name: change.name });
    const owners = new Set<TrackedApplication>();
    for (const id of this.#claims.of(key)) {
      const app = this.#apps.get(id);
      if (app !== undefined) owners.add(app);
    }
    const tracked = trackingIdOf(change.object ?? change.previous ?? NOBODY)?.application;
    const owner = tracked === undefined ? undefined : this.#byInstance.get(tracked);
    if (owner !== undefined) owners.add(owner);
    for (const app of owners) {
      app.needs.keys.add(key);
      this.#queue.add(app.id);
    }
  }

  #onWatch(kind: GroupVersionKind, error: HoldfastError | undefined): void {
    if (error !== undefined) {
      this.#options.log.warn({ kind: kind.kind, group: kind.group, error }, 'cannot watch kind');
      if (error.code === 'CLUSTER_NOT_FOUND') {
        this.#live.release(kind);
        void this.#options.discovery.refresh().then(() => this.#onKinds());
      }
    }
    for (const app of this.#apps.values()) {
      const affected = [...app.resources.values()].filter(
        (state) => isOfKind(state.key, kind) && state.sync === 'Unknown',
      );
      for (const state of affected) app.needs.keys.add(state.key);
      if (affected.length > 0) this.#queue.add(app.id);
    }
  }

  #onKinds(): void {
    for (const app of this.#apps.values()) {
      const asked = [app.render, app.failedRender].flatMap((one) => one?.cluster ?? []);
      if (!asked.every((answers) => answersStillHold(answers, this.#options.discovery))) {
        // A chart was rendered for a cluster that has changed.
        app.needs.resolve = true;
        this.#queue.add(app.id);
      }
      const stale = [...app.desired.values()].some(
        (desired) => typeof this.#options.discovery.lookup(desired.gvk) === 'string',
      );
      if (app.unresolved.length === 0 && !stale) continue;
      app.needs.compare = true;
      this.#queue.add(app.id);
    }
  }

  /** The Application must hold what is known now: an answer that comes late may hold an earlier inventory. */
  #settleIntent(app: TrackedApplication, object: KubeObject): void {
    if (!this.#intents.has(app.id)) return;
    const written = object.metadata.annotations?.[HOLDFAST.inventoryAnnotation];
    if (written === encodeInventory(app.inventory)) this.#intents.settle(app.id);
  }

  #onKey(id: string, key: ObjectKey): void {
    this.#apps.get(id)?.needs.keys.add(key);
    this.#queue.add(id);
  }

  #onMoved(ids: readonly string[]): void {
    for (const use of ids) {
      // A remote base is polled under the application's id and its own key.
      const id = use.split(' ', 1)[0] ?? use;
      const app = this.#apps.get(id);
      if (app === undefined) continue;
      app.needs.resolve = true;
      this.#queue.add(id);
    }
  }

  #onSettings(): void {
    this.#health.configure(this.#config.settings.healthChecks);
    this.#repositories.reschedule();
    // Settings may say how to render, too, and what does not count; what they change nothing about is not rendered again.
    for (const { needs } of this.#apps.values()) {
      needs.resolve = true;
      needs.compare = true;
    }
    this.#enqueueAll();
  }

  #enqueueAll(): void {
    for (const id of this.#apps.keys()) this.#queue.add(id);
  }

  #refusal(app: TrackedApplication): Omit<ApplicationCondition, 'lastTransitionTime'> | undefined {
    const { namespace = '' } = app.object.metadata;
    if (!this.#config.serves(namespace)) {
      const message = `Applications in namespace "${namespace}" are not served: move it to "${this.#options.controlNamespace}", or add the namespace to application.namespaces in argocd-cmd-params-cm`;
      return { type: 'ExcludedResourceWarning', message };
    }
    const project = app.application?.spec.project;
    if (project === undefined || this.#config.projects.has(project)) return undefined;
    const message = `Application references project "${project}", which does not exist: create the AppProject in namespace "${this.#options.controlNamespace}", or use "default"`;
    return { type: 'InvalidSpecError', message };
  }

  #neighbourBehind(app: TrackedApplication): boolean {
    const url = repositoryOf(app);
    return [...this.#apps.values()].some(
      (other) => other !== app && repositoryOf(other) === url && isBehind(other) && this.#refusal(other) === undefined,
    );
  }

  #createServices(): Services {
    const { client, discovery, clock, log, metrics, controlNamespace, installationId } = this.#options;
    const namespaces = new Namespaces(client);
    return {
      client,
      discovery,
      clock,
      log,
      metrics,
      controlNamespace,
      installationId,
      live: this.#live,
      repositories: this.#repositories,
      renderPool: this.#renderPool,
      settings: () => this.#config.settings,
      assessHealth: (object) => this.#health.assess(object),
      recordEvent: (app, event) => this.#events.record(app.object, event),
      enqueue: (app, delayMs) =>
        delayMs === undefined ? this.#queue.add(app.id) : this.#queue.addAfter(app.id, delayMs),
      reportSoon: (app) => this.#reporter.soon(app),
      reportNow: (app) => this.#reporter.now(app),
      claims: this.#claims,
      intents: this.#intents,
      neighbourBehind: (app) => this.#neighbourBehind(app),
      kindListed: (key) => this.#kindListed(key),
      instanceNameOf: (id) => this.#apps.get(id)?.instanceName,
      ensureNamespace: (name) => namespaces.ensure(name),
      forgetNamespace: (name) => namespaces.forget(name),
    };
  }

  #kindListed(key: ObjectKey): boolean {
    const { group, kind } = parseObjectKey(key);
    const info = this.#options.discovery.preferred(group, kind);
    return info === undefined ? !this.#options.discovery.isUncertain(group) : this.#live.isListed(info);
  }
}

function repositoryOf(app: TrackedApplication): string | undefined {
  return app.application?.settings.sources[0]?.repoURL;
}

/** Whether it will take in a commit in a turn that is due. */
function isBehind(app: TrackedApplication): boolean {
  const { annotations, deletionTimestamp } = app.object.metadata;
  const turns = deletionTimestamp === undefined && annotations?.[ANNOTATIONS.skipReconcile] !== 'true';
  return turns && (app.needs.resolve || app.takingIn);
}

const NOBODY: KubeObject = { apiVersion: '', kind: '', metadata: { name: '' } };

function isOfKind(key: ObjectKey, kind: GroupVersionKind): boolean {
  const parts = parseObjectKey(key);
  return parts.group === kind.group && parts.kind === kind.kind;
}
