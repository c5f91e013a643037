import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { ApplicationStatus } from '../../src/api/types.ts';
import type { KubeObject } from '../../src/object/kube-object.ts';
import type { TestCluster } from './cluster-fixture.ts';
import { kubeRequest } from './controlplane/kube-request.ts';
import { eventually } from './eventually.ts';
import {
  type FaultProxy,
  isApply,
  isWrite,
  type ProxiedRequest,
  type ProxyMoment,
  startFaultProxy,
} from './fault-proxy.ts';
import { createRepository, type TestRepository } from './git-repository.ts';
import { type GitServer, startGitServer } from './git-server.ts';
import { type RunningOperator, startOperator } from './operator.ts';

/** What happened between a kill and the calm after it. */
export interface KillRound {
  /** Requests of the round, oldest first, both operators'. */
  readonly requests: readonly ProxiedRequest[];
  /** Applies and deletes that the first operator had sent and not heard about when it ended. */
  readonly inFlight: readonly ProxiedRequest[];
  /** Writes that had come in when the signal was sent. */
  readonly writesBefore: number;
  /** Exit status; `null` after SIGKILL. */
  readonly exitCode: number | null;
}

/** When to send which signal. */
export interface KillPlan {
  readonly signal: 'SIGKILL' | 'SIGTERM';
  /** Number of the write, from 1, among those that `counts` accepts, at which the signal is sent. */
  readonly atWrite: number;
  readonly moment: ProxyMoment;
  /** Which writes are counted; default: every one. */
  readonly counts?: (request: ProxiedRequest) => boolean;
}

/** One Application of many objects, an operator behind a proxy, and the means to kill it at a chosen write. */
export interface KillRig extends AsyncDisposable {
  readonly proxy: FaultProxy;
  readonly controlNamespace: string;
  readonly target: string;
  readonly operator: RunningOperator;
  /** Commits that `count` objects are stated, each with `round` in it, and returns the commit. */
  state(round: string, count?: number): Promise<string>;
  createApplication(finalizers?: readonly string[]): Promise<void>;
  deleteApplication(): Promise<void>;
  application(): Promise<LiveApplication | undefined>;
  /** Waits until the Application is Synced to `revision`, the operation over and nothing written for two seconds. */
  settled(revision: string): Promise<LiveApplication>;
  /** Waits until nothing has been written for so long. */
  quiet(ms?: number): Promise<void>;
  /** Runs `cause`, ends the operator as planned, starts the next one and waits for `after`. */
  kill(plan: KillPlan, cause: () => Promise<unknown>, after: () => Promise<unknown>): Promise<KillRound>;
  /** Ends the operator that runs and starts another. */
  restart(): Promise<void>;
  /** Switches automated sync on or off. */
  automate(on: boolean): Promise<void>;
  /** Deletes every object of the Application behind the operator's back. */
  deleteObjects(): Promise<void>;
  /** What differs between the manifests of the last `state()` and the cluster, in words; empty when nothing does. */
  differences(): Promise<string[]>;
  /** Live objects of the kinds that are managed, in the target namespace or named after it. */
  live(): Promise<KubeObject[]>;
  read(path: string): Promise<KubeObject | undefined>;
}

/** An Application as read from the cluster. */
export interface LiveApplication extends KubeObject {
  readonly status?: ApplicationStatus;
}

const APPLICATION = 'many';
const AUTOMATED = { automated: { prune: true, selfHeal: true } };

/** Sets everything up and starts the first operator. The CRDs must be there. */
export async function startKillRig(cluster: TestCluster): Promise<KillRig> {
  const controlNamespace = await cluster.uniqueNamespace('kill-control');
  const target = await cluster.uniqueNamespace('kill');
  const root = await mkdtemp(path.join(tmpdir(), 'holdfast-kill-'));
  const git = await startGitServer({ root });
  const repository = await createRepository(path.join(root, 'many'));
  const proxy = await startFaultProxy(cluster);
  const body = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'argocd-cm' },
    data: { 'timeout.reconciliation': '1s', 'timeout.reconciliation.jitter': '0' },
  };
  await kubeRequest(cluster, `POST /api/v1/namespaces/${controlNamespace}/configmaps`, { body });
  const rig = new Rig({ cluster, controlNamespace, target, root, git, repository, proxy });
  await rig.start();
  return rig;
}

interface RigParts {
  readonly cluster: TestCluster;
  readonly controlNamespace: string;
  readonly target: string;
  readonly root: string;
  readonly git: GitServer;
  readonly repository: TestRepository;
  readonly proxy: FaultProxy;
}

class Rig implements KillRig {
  readonly #parts: RigParts;
  #operator: RunningOperator | undefined;
  #stated: KubeObject[] = [];

  constructor(parts: RigParts) {
    this.#parts = parts;
  }

  get proxy(): FaultProxy {
    return this.#parts.proxy;
  }

  get controlNamespace(): string {
    return this.#parts.controlNamespace;
  }

  get target(): string {
    return this.#parts.target;
  }

  get operator(): RunningOperator {
    if (this.#operator === undefined) throw new Error('no operator runs');
    return this.#operator;
  }

  async start(): Promise<void> {
    const { proxy, controlNamespace } = this.#parts;
    this.#operator = await startOperator({ kubeconfig: proxy.kubeconfigPath, namespace: controlNamespace });
  }

  async restart(): Promise<void> {
    await this.operator.kill('SIGKILL');
    await this.start();
  }

  async automate(on: boolean): Promise<void> {
    const body = { spec: { syncPolicy: on ? AUTOMATED : null } };
    const target = `PATCH ${this.#applications}/${APPLICATION}` as `PATCH /${string}`;
    const contentType = 'application/merge-patch+json';
    const answer = await kubeRequest(this.#parts.cluster, target, { body, contentType });
    if (answer.status !== 200) throw new Error(`cannot patch the Application: ${JSON.stringify(answer.body)}`);
  }

  async state(round: string, count: number = OBJECTS): Promise<string> {
    this.#stated = manifestsOf(this.target, round).slice(0, count);
    const files = Object.groupBy(this.#stated, ({ kind }) => kind);
    const changes = Object.fromEntries(KINDS.map(({ kind }) => [`${kind}.yaml`, streamOf(files[kind] ?? [])] as const));
    return this.#parts.repository.commit(changes);
  }

  async createApplication(finalizers: readonly string[] = []): Promise<void> {
    const body = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: APPLICATION, finalizers },
      spec: {
        project: 'default',
        source: { repoURL: this.#parts.git.url('many'), path: '.', targetRevision: 'main' },
        destination: { server: 'https://kubernetes.default.svc', namespace: this.target },
        syncPolicy: AUTOMATED,
      },
    };
    await this.#send(`POST ${this.#applications}`, body, 201);
  }

  async deleteApplication(): Promise<void> {
    await this.#send(`DELETE ${this.#applications}/${APPLICATION}`, undefined, 200);
  }

  async application(): Promise<LiveApplication | undefined> {
    return this.read(`${this.#applications}/${APPLICATION}`);
  }

  async settled(revision: string): Promise<LiveApplication> {
    let last: LiveApplication | undefined;
    const application = await eventually(
      async () => {
        last = await this.application();
        const { sync, operationState } = last?.status ?? {};
        const done = sync?.status === 'Synced' && sync.revision === revision && operationState?.phase === 'Succeeded';
        return done ? last : undefined;
      },
      () => `never Synced to ${revision}: ${JSON.stringify({ ...last?.status, resources: undefined })}\n${this.#log()}`,
      180_000,
    );
    await this.quiet();
    return application;
  }

  async quiet(ms = 2_000): Promise<void> {
    let writes = -1;
    let since = performance.now();
    await eventually(
      () => {
        const now = this.proxy.requests.filter(isWrite).length;
        if (now !== writes) since = performance.now();
        writes = now;
        return Promise.resolve(performance.now() - since >= ms ? true : undefined);
      },
      () => `writes never stopped: ${this.proxy.requests.filter(isWrite).slice(-10).map(describe).join('; ')}`,
    );
  }

  async kill(plan: KillPlan, cause: () => Promise<unknown>, after: () => Promise<unknown>): Promise<KillRound> {
    const { proxy } = this;
    const first = proxy.requests.length;
    const { promise: over, resolve } = Promise.withResolvers<number | null>();
    let inFlight: ProxiedRequest[] = [];
    let seen = 0;
    let writesBefore = 0;
    proxy.observe = async (request, moment) => {
      if (moment !== plan.moment || !isWrite(request) || !(plan.counts?.(request) ?? true)) return;
      seen += 1;
      if (seen !== plan.atWrite) return;
      const sent = proxy.requests.slice(first).filter(isWrite);
      writesBefore = sent.length;
      if (plan.signal === 'SIGKILL') {
        await this.operator.kill('SIGKILL');
        // What was on its way when the process ended; what has been answered already is done for good.
        inFlight = proxy.requests.slice(first).filter((one) => isWrite(one) && !one.delivered);
        resolve(null);
      } else void this.operator.stop().then(resolve);
    };
    await cause();
    const exitCode = await Promise.race([over, neverKilled(() => `${seen} writes seen\n${this.#log()}`)]);
    proxy.observe = undefined;
    await this.start();
    await after();
    return { requests: proxy.requests.slice(first), inFlight, writesBefore, exitCode };
  }

  async deleteObjects(): Promise<void> {
    for (const { path: collection } of KINDS) {
      const query = `labelSelector=${encodeURIComponent(`rig=${this.target}`)}`;
      await this.#send(`DELETE ${collection(this.target)}?${query}`, undefined, 200);
    }
  }

  async live(): Promise<KubeObject[]> {
    const lists = KINDS.map(async ({ kind, apiVersion, path: collection }) => {
      const { body } = await kubeRequest(this.#parts.cluster, `GET ${collection(this.target) as `/${string}`}`);
      return (body as { items: KubeObject[] }).items.map((item) => ({ ...item, kind, apiVersion }));
    });
    const objects = (await Promise.all(lists)).flat();
    return objects.filter(
      ({ metadata }) => metadata.namespace !== undefined || metadata.name.startsWith(`${this.target}-`),
    );
  }

  async differences(): Promise<string[]> {
    const live = new Map((await this.live()).map((object) => [nameOf(object), object]));
    const found: string[] = [];
    for (const manifest of this.#stated) {
      const object = live.get(nameOf(manifest));
      if (object === undefined) found.push(`${nameOf(manifest)} is missing`);
      else if (object.metadata.deletionTimestamp !== undefined) found.push(`${nameOf(manifest)} is being deleted`);
      else found.push(...unequal(manifest, object, nameOf(manifest)));
    }
    const stated = new Set(this.#stated.map(nameOf));
    for (const [name, object] of live) {
      if (!stated.has(name) && object.metadata.labels?.['rig'] === this.target) found.push(`${name} is left`);
    }
    return found;
  }

  async read(apiPath: string): Promise<KubeObject | undefined> {
    const { status, body } = await kubeRequest(this.#parts.cluster, `GET ${apiPath as `/${string}`}`);
    return status === 200 ? (body as KubeObject) : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#operator?.kill('SIGKILL');
    await this.#parts.proxy.close();
    await this.#parts.git.close();
    await rm(this.#parts.root, { recursive: true, force: true });
  }

  get #applications(): string {
    return `/apis/argoproj.io/v1alpha1/namespaces/${this.controlNamespace}/applications`;
  }

  #log(): string {
    return this.operator.output().split('\n').slice(-15).join('\n');
  }

  async #send(target: string, body: unknown, wanted: number): Promise<void> {
    const answer = await kubeRequest(this.#parts.cluster, target as `GET /${string}`, { body });
    if (answer.status !== wanted) throw new Error(`${target}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}

function neverKilled(state: () => string): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = (): void => {
      reject(new Error(`the operator never came to the write at which it was to be ended: ${state()}`));
    };
    setTimeout(giveUp, 120_000).unref();
  });
}

/**
 * What is wrong with a round in which the operator was killed, in words: an object applied or deleted twice although
 * the first operator knew that it was done, or more applies than objects and requests in flight.
 */
export function wrongs(round: KillRound, objects: number = OBJECTS): string[] {
  const found: string[] = [];
  const applies = round.requests.filter(isApply);
  const inFlight = round.inFlight.filter(isApply).length;
  if (applies.length > objects + inFlight) {
    found.push(`${applies.length} applies for ${objects} objects and ${inFlight} in flight`);
  }
  const unheard = new Set(round.inFlight);
  for (const [target, requests] of Map.groupBy(round.requests.filter(isRepeatable), describe)) {
    const answered = requests.filter((request) => request.status < 300 && !unheard.has(request));
    if (answered.length > 1) found.push(`${target} was answered ${answered.length} times`);
  }
  return found;
}

function isRepeatable(request: ProxiedRequest): boolean {
  return isApply(request) || (request.method === 'DELETE' && request.status !== 404);
}

/** `METHOD path`. */
export function describe(request: ProxiedRequest): string {
  return `${request.method} ${request.path}`;
}

/** A generator of numbers in [0, 1) that gives the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface RigKind {
  readonly kind: string;
  readonly apiVersion: string;
  readonly count: number;
  readonly clusterScoped?: boolean;
  readonly path: (namespace: string) => string;
  readonly fields: (name: string, round: string) => Readonly<Record<string, unknown>>;
}

const KINDS: readonly RigKind[] = [
  { kind: 'ServiceAccount', apiVersion: 'v1', count: 10, path: core('serviceaccounts'), fields: () => ({}) },
  {
    kind: 'Secret',
    apiVersion: 'v1',
    count: 15,
    path: core('secrets'),
    fields: (_name, round) => ({ data: { round: Buffer.from(round).toString('base64') } }),
  },
  {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    count: 85,
    path: core('configmaps'),
    fields: (name, round) => ({ data: { round, name } }),
  },
  {
    kind: 'ClusterRole',
    apiVersion: 'rbac.authorization.k8s.io/v1',
    count: 5,
    clusterScoped: true,
    path: () => '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    fields: (name) => ({ rules: [{ apiGroups: [''], resources: ['pods'], resourceNames: [name], verbs: ['get'] }] }),
  },
  {
    kind: 'Role',
    apiVersion: 'rbac.authorization.k8s.io/v1',
    count: 10,
    path: (namespace) => `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles`,
    fields: (name) => ({ rules: [{ apiGroups: [''], resources: ['pods'], resourceNames: [name], verbs: ['get'] }] }),
  },
  {
    kind: 'RoleBinding',
    apiVersion: 'rbac.authorization.k8s.io/v1',
    count: 10,
    path: (namespace) => `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
    fields: () => ({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'role-0' },
      subjects: [{ kind: 'ServiceAccount', name: 'serviceaccount-0' }],
    }),
  },
  {
    kind: 'Service',
    apiVersion: 'v1',
    count: 30,
    path: core('services'),
    fields: (name, round) => ({ spec: { selector: { app: name, round }, ports: [{ port: 80 }] } }),
  },
  {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    count: 35,
    path: (namespace) => `/apis/apps/v1/namespaces/${namespace}/deployments`,
    fields: (name, round) => ({ spec: deploymentSpec(name, round) }),
  },
];

/** How many objects the Application has. */
export const OBJECTS: number = KINDS.reduce((sum, { count }) => sum + count, 0);

function core(resource: string): (namespace: string) => string {
  return (namespace) => `/api/v1/namespaces/${namespace}/${resource}`;
}

function deploymentSpec(name: string, round: string): unknown {
  const labels = { app: name };
  const containers = [{ name: 'main', image: `registry.example/web:${round}` }];
  return { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } };
}

/** The kinds mixed, so that the first so many are of several kinds. */
function manifestsOf(target: string, round: string): KubeObject[] {
  const manifests = KINDS.flatMap((kind) =>
    Array.from({ length: kind.count }, (_, index) => ({
      at: (index + 0.5) / kind.count,
      object: manifest(kind, index),
    })),
  );
  return manifests.sort((a, b) => a.at - b.at).map(({ object }) => object);

  function manifest({ kind, apiVersion, clusterScoped = false, fields }: RigKind, index: number): KubeObject {
    const plain = `${kind.toLowerCase()}-${index}`;
    const name = clusterScoped ? `${target}-${plain}` : plain;
    const metadata = { name, labels: { rig: target }, annotations: { 'example.org/round': round } };
    return { apiVersion, kind, metadata, ...fields(name, round) };
  }
}

/** A file that states nothing would be no manifest file, so that a comment stands in it. */
function streamOf(manifests: readonly KubeObject[]): string {
  return `# ${manifests.length}\n${manifests.map((one) => JSON.stringify(one)).join('\n---\n')}\n`;
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}

/** Paths at which `live` lacks something that is wanted or has it otherwise. */
function unequal(wanted: unknown, live: unknown, at: string): string[] {
  if (typeof wanted !== 'object' || wanted === null) return wanted === live ? [] : [`${at}: ${String(live)}`];
  if (typeof live !== 'object' || live === null) return [`${at}: ${String(live)}`];
  return Object.entries(wanted).flatMap(([name, value]) =>
    unequal(value, (live as Record<string, unknown>)[name], `${at}.${name}`),
  );
}
