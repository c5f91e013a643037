import { LABELS } from '../api/annotations.ts';
import type { ClusterClient } from '../cluster/client.ts';
import type { Discovery, KindInfo } from '../cluster/discovery.ts';
import { collectionPath } from '../cluster/paths.ts';
import { METADATA_ONLY, startWatch, type Watch, type WatchListener, type WatchOptions } from '../cluster/watch.ts';
import { parseSettings, type Settings } from '../config/settings.ts';
import type { Clock, Timer } from '../lib/clock.ts';
import { HoldfastError } from '../lib/errors.ts';
import type { KubeObject } from '../object/kube-object.ts';
import { selectCredentials, selectDelegated } from '../source/git/credentials.ts';
import { type GitRepository, openGitRepository } from '../source/git/repository.ts';
import type { Log } from '../telemetry/log.ts';
import { ensureDefaultProject } from './bootstrap.ts';
import type { RepositoryUse } from './repositories.ts';

/** What changes of the configuration lead to. */
export interface ConfigListener {
  application(object: KubeObject): void;
  applicationGone(namespace: string, name: string): void;
  settingsChanged(): void;
  projectsChanged(): void;
  credentialsChanged(): void;
  kindsChanged(): void;
}

/** What {@link ClusterConfig} needs from outside. */
export interface ClusterConfigOptions {
  readonly client: ClusterClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly discovery: Discovery;
  readonly controlNamespace: string;
  readonly listener: ConfigListener;
  /** What must have been read before the first Application is looked at; tried until it works. */
  readonly prepare: () => Promise<void>;
}

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
/**
 * When to read discovery after a CRD has changed: its arrival is several events within moments, and what the API server
 * says of its kinds trails them by up to some seconds.
 */
const DISCOVERY_AFTER_MS = [100, 1_000, 5_000] as const;
/** How often to read discovery while a group's own server does not answer. */
const INCOMPLETE_MS = 15_000;
const PREPARE_RETRY_MS = 1_000;
const CONFIG_MAPS = ['argocd-cm', 'argocd-cmd-params-cm'] as const;

/** Everything that the operator is told through the cluster: Applications, projects, ConfigMaps, Secrets, kinds. */
export class ClusterConfig {
  readonly #options: ClusterConfigOptions;
  readonly #watches: Watch[] = [];
  readonly #listed = new Set<string>();
  readonly #configMaps = new Map<string, Readonly<Record<string, string>>>();
  readonly #secrets = new Map<string, KubeObject>();
  readonly projects: Set<string> = new Set();
  settings: Settings = parseSettings({}, {});
  #serving = false;
  #stopped = false;
  #saidMissing = false;
  #discoveryTimer: Timer | undefined;

  constructor(options: ClusterConfigOptions) {
    this.#options = options;
  }

  /** True once everything has been listed. */
  get ready(): boolean {
    return this.#serving && EVERYTHING.every((name) => this.#listed.has(name));
  }

  /** Begins to watch; Applications as soon as their CRD is there. */
  start(): void {
    this.#watch(
      'crds',
      CRDS,
      { accept: METADATA_ONLY },
      {
        upsert: () => this.#discoverSoon(),
        gone: () => this.#discoverSoon(),
      },
    );
    const namespace = this.#options.controlNamespace;
    for (const name of CONFIG_MAPS) this.#watchConfigMap(namespace, name);
    this.#watch(
      'secrets',
      `/api/v1/namespaces/${namespace}/secrets`,
      { labelSelector: LABELS.secretType },
      {
        upsert: (object) => this.#onSecret(object.metadata.name, object),
        gone: (_namespace, name) => this.#onSecret(name, undefined),
      },
    );
    this.#serveIfPossible();
  }

  /** Ends all watches. */
  stop(): void {
    this.#stopped = true;
    this.#discoveryTimer?.cancel();
    this.#discoveryTimer = undefined;
    for (const watch of this.#watches) watch.stop();
  }

  /** Whether Applications of a namespace are served. */
  serves(namespace: string): boolean {
    if (namespace === this.#options.controlNamespace) return true;
    return this.settings.applicationNamespaces.some((pattern) => globMatches(pattern, namespace));
  }

  /**
   * Opens a repository with the credentials that the Secrets hold for it now; when the files of another one name it,
   * with those of that one at most.
   */
  openRepository({ url, onBehalfOf }: RepositoryUse): GitRepository {
    const secrets = [...this.#secrets.values()];
    const credentials =
      onBehalfOf === undefined ? selectCredentials(url, secrets) : selectDelegated(url, onBehalfOf, secrets);
    return openGitRepository({ url, credentials, clock: this.#options.clock });
  }

  #watchConfigMap(namespace: string, name: string): void {
    const read = (object: KubeObject | undefined): void => {
      this.#configMaps.set(name, (object?.['data'] ?? {}) as Readonly<Record<string, string>>);
      this.#readSettings();
    };
    this.#watch(
      name,
      `/api/v1/namespaces/${namespace}/configmaps`,
      { fieldSelector: `metadata.name=${name}` },
      {
        upsert: read,
        gone: () => read(undefined),
      },
    );
  }

  #readSettings(): void {
    const [argocdCm, cmdParams] = CONFIG_MAPS.map((name) => this.#configMaps.get(name) ?? {});
    this.settings = parseSettings(argocdCm ?? {}, cmdParams ?? {});
    for (const problem of this.settings.problems) this.#options.log.warn({ problem }, 'setting ignored');
    this.#options.listener.settingsChanged();
  }

  #onSecret(name: string, object: KubeObject | undefined): void {
    if (object === undefined) this.#secrets.delete(name);
    else this.#secrets.set(name, object);
    // The first list is no change: no repository has been opened yet.
    if (this.#listed.has('secrets')) this.#options.listener.credentialsChanged();
  }

  #onProject(name: string, exists: boolean): void {
    if (this.projects.has(name) === exists) return;
    if (exists) this.projects.add(name);
    else this.projects.delete(name);
    this.#options.listener.projectsChanged();
  }

  #discoverSoon(): void {
    this.#discoveryTimer?.cancel();
    this.#discoverAfter(0);
  }

  #discoverAfter(step: number): void {
    // Without our own kinds there is nothing to do but to look for them.
    const delayMs = DISCOVERY_AFTER_MS[step] ?? this.#discoveryDelayMs();
    if (delayMs === undefined) return;
    const timer = this.#options.clock.after(delayMs, () => {
      void this.#discover().then((known) => {
        // Unless an event has started anew meanwhile.
        if (this.#discoveryTimer === timer) this.#discoverAfter(known ? step + 1 : 1);
      });
    });
    this.#discoveryTimer = timer;
  }

  /** No event tells that the server behind a group answers again. */
  #discoveryDelayMs(): number | undefined {
    if (!this.#serving) return DISCOVERY_AFTER_MS[2];
    return this.#options.discovery.incomplete ? INCOMPLETE_MS : undefined;
  }

  async #discover(): Promise<boolean> {
    try {
      const changed = await this.#options.discovery.refresh();
      this.#serveIfPossible();
      if (changed) this.#options.listener.kindsChanged();
      return true;
    } catch (error) {
      this.#options.log.warn({ error }, 'cannot read discovery');
      return false;
    }
  }

  /** Applications and projects are watched once their kinds are served and the Secrets that they need are known. */
  #serveIfPossible(): void {
    const { discovery, log } = this.#options;
    const applications = discovery.preferred('argoproj.io', 'Application');
    const projects = discovery.preferred('argoproj.io', 'AppProject');
    if (this.#serving || !BEFORE_APPLICATIONS.every((name) => this.#listed.has(name))) return;
    if (applications === undefined || projects === undefined) {
      const fix = 'kubectl apply --server-side -f crds/';
      if (!this.#saidMissing) log.warn({ fix }, 'the CRDs of argoproj.io are not installed; waiting for them');
      this.#saidMissing = true;
      return;
    }
    this.#serving = true;
    void this.#prepare().then(() => this.#watchProjects(projects, applications));
  }

  /** What must be there before the first Application is looked at: what was intended, and the project that most name. */
  async #prepare(): Promise<void> {
    const { client, clock, log, controlNamespace, prepare } = this.#options;
    while (!this.#stopped) {
      try {
        await prepare();
        break;
      } catch (error) {
        log.warn({ error }, 'cannot read intents; trying again');
        await new Promise<void>((resolve) => clock.after(PREPARE_RETRY_MS, resolve));
      }
    }
    await ensureDefaultProject(client, controlNamespace).catch((error: unknown) => {
      log.warn({ error }, 'cannot create the default project');
    });
  }

  #watchProjects(projects: KindInfo, applications: KindInfo): void {
    const { listener, controlNamespace } = this.#options;
    this.#watch(
      'projects',
      collectionPath(projects, controlNamespace),
      {},
      {
        upsert: (object) => this.#onProject(object.metadata.name, true),
        gone: (_namespace, name) => this.#onProject(name, false),
        listed: () => {
          this.#watch(
            'applications',
            collectionPath(applications),
            {},
            {
              upsert: (object) => listener.application(object),
              gone: (namespace, name) => listener.applicationGone(namespace, name),
            },
          );
        },
      },
    );
  }

  #watch(
    name: string,
    path: string,
    select: Pick<WatchOptions, 'labelSelector' | 'fieldSelector' | 'accept'>,
    listener: { upsert: WatchListener['upsert']; gone: WatchListener['gone']; listed?: () => void },
  ): void {
    if (this.#stopped) return;
    const { client, clock, log } = this.#options;
    const listed = (): void => {
      const first = !this.#listed.has(name);
      this.#listed.add(name);
      if (!first) return;
      listener.listed?.();
      if (BEFORE_APPLICATIONS.includes(name)) this.#serveIfPossible();
    };
    const failed = (error: HoldfastError): void => {
      log.warn({ watch: name, error }, 'cannot watch');
      if (error.code === 'CLUSTER_NOT_FOUND') this.#discoverSoon();
    };
    this.#watches.push(startWatch({ client, clock, path, ...select }, { ...listener, listed, failed }));
  }
}

const BEFORE_APPLICATIONS: readonly string[] = ['crds', 'secrets', ...CONFIG_MAPS];
const EVERYTHING: readonly string[] = [...BEFORE_APPLICATIONS, 'projects', 'applications'];

/** Argo CD's globs for namespace names: `*`, `?`; anything in slashes is a regular expression there and refused here. */
function globMatches(pattern: string, name: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}
