import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

import type { ApplicationStatus } from '../../src/api/types.ts';
import type { KubeObject } from '../../src/object/kube-object.ts';
import { type TestCluster, useControlPlane } from './cluster-fixture.ts';
import { type KubeRequestOptions, type KubeResponse, kubeRequest } from './controlplane/kube-request.ts';
import { eventually } from './eventually.ts';
import { createRepository, type TestRepository } from './git-repository.ts';
import { type GitServer, type GitServerAuth, startGitServer } from './git-server.ts';
import { installCrds, type RunningOperator, startOperator } from './operator.ts';

/** An Application as read from the cluster. */
export interface LiveApplication extends KubeObject {
  readonly spec: unknown;
  readonly operation?: unknown;
  readonly status?: ApplicationStatus;
}

/** What to create; what is left out is the commonest choice. */
export interface ApplicationSpec {
  readonly name: string;
  /** Repository URL. */
  readonly repoURL: string;
  /** Where its objects go. */
  readonly destination: string;
  /** Where the Application lives; default: the control namespace. */
  readonly namespace?: string;
  readonly path?: string;
  readonly directory?: Readonly<Record<string, unknown>>;
  readonly targetRevision?: string;
  /** `spec.syncPolicy`; default automated with prune and selfHeal. */
  readonly syncPolicy?: Readonly<Record<string, unknown>>;
  readonly finalizers?: readonly string[];
  /** Further fields of spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** Everything that an end-to-end test of the operator needs, and the shortest way to it. */
export interface OperatorFixture {
  readonly cluster: TestCluster;
  readonly controlNamespace: string;
  readonly git: GitServer;
  /** The operator that runs now. */
  readonly operator: RunningOperator;
  /** Ends the operator that runs and starts another. */
  restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** A new repository below the Git server's root, with its URL. */
  repository(name: string): Promise<TestRepository & { readonly url: string }>;
  /** Another Git server that asks for credentials, over the same repositories. */
  guardedGit(auth: GitServerAuth): Promise<GitServer>;
  createApplication(spec: ApplicationSpec): Promise<LiveApplication>;
  application(name: string, namespace?: string): Promise<LiveApplication>;
  /** The Application once `wanted` accepts it. */
  waitForApplication(name: string, wanted: (application: LiveApplication) => boolean): Promise<LiveApplication>;
  /** Waits until it is Synced to `revision` (any when left out). */
  waitForSynced(name: string, revision?: string): Promise<LiveApplication>;
  /** Asks for a comparison with a fresh look at Git and waits until it has been made. */
  refresh(name: string, kind?: 'normal' | 'hard'): Promise<LiveApplication>;
  patchApplication(name: string, patch: unknown): Promise<void>;
  request(target: Parameters<typeof kubeRequest>[1], options?: KubeRequestOptions): Promise<KubeResponse>;
  /** The object at an API path; `undefined` when there is none. */
  read(path: string): Promise<KubeObject | undefined>;
  /** The object at an API path once `wanted` accepts it. */
  waitForObject(path: string, wanted: (object: KubeObject) => boolean): Promise<KubeObject>;
  waitUntilGone(path: string): Promise<void>;
}

const APPLICATIONS = '/apis/argoproj.io/v1alpha1/namespaces';
const MERGE = 'application/merge-patch+json';

/** How the fixture is made. */
export interface OperatorFixtureOptions {
  /** `data` of `argocd-cm`. Repositories are polled every second unless it says otherwise. */
  readonly argocdCm?: Readonly<Record<string, string>>;
  /** `data` of `argocd-cmd-params-cm`. */
  readonly cmdParams?: Readonly<Record<string, string>>;
  /** Another cluster than the one that the files of the run share. */
  readonly cluster?: TestCluster;
  /** Default: a name of its own on the shared cluster, `argocd` on another. */
  readonly controlNamespace?: string;
}

/**
 * An operator with its own control namespace and Git server for this test file; everything ends with the file. Await
 * it at the top of the file.
 */
export async function useOperator(options: OperatorFixtureOptions = {}): Promise<OperatorFixture> {
  const cluster = options.cluster ?? (await useControlPlane());
  await installCrds(cluster);
  const controlNamespace =
    options.cluster === undefined
      ? await cluster.uniqueNamespace('control')
      : await createNamespace(cluster, options.controlNamespace ?? 'argocd');
  const root = await mkdtemp(path.join(tmpdir(), 'holdfast-e2e-'));
  afterAll(() => rm(root, { recursive: true, force: true }));
  const git = await startGitServer({ root });
  // Hooks that are registered while a test runs are never called.
  const gitServers = [git];
  afterAll(() => Promise.all(gitServers.map((server) => server.close())));
  const running: { operator?: RunningOperator } = {};
  const log = (): string => running.operator?.output() ?? '';
  const requests = requestsOf(cluster, log);
  await configure(requests, controlNamespace, options);
  const start = (): Promise<RunningOperator> =>
    startOperator({ kubeconfig: cluster.kubeconfigPath, namespace: controlNamespace });
  let operator = await start();
  running.operator = operator;
  afterAll(() => operator.kill('SIGKILL'));
  return {
    cluster,
    controlNamespace,
    git,
    ...requests,
    ...applicationsOf(requests, controlNamespace, log),
    get operator() {
      return operator;
    },
    async restart(signal = 'SIGTERM') {
      if (signal === 'SIGKILL') await operator.kill(signal);
      else await operator.stop();
      operator = await start();
      running.operator = operator;
    },
    async repository(name) {
      return { ...(await createRepository(path.join(root, name))), url: git.url(name) };
    },
    async guardedGit(auth) {
      const guarded = await startGitServer({ root, auth });
      gitServers.push(guarded);
      return guarded;
    },
  };
}

async function createNamespace(cluster: TestCluster, name: string): Promise<string> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  const { status } = await kubeRequest(cluster, 'POST /api/v1/namespaces', { body });
  if (status !== 201) throw new Error(`cannot create the namespace ${name}: ${status}`);
  return name;
}

type Requests = Pick<OperatorFixture, 'request' | 'read' | 'waitForObject' | 'waitUntilGone'>;

function requestsOf(cluster: TestCluster, log: () => string): Requests {
  const read = async (apiPath: string): Promise<KubeObject | undefined> => {
    const { status, body } = await kubeRequest(cluster, `GET ${apiPath as `/${string}`}`);
    if (status === 404) return undefined;
    if (status !== 200) throw new Error(`cannot read ${apiPath}: ${status} ${JSON.stringify(body)}`);
    return body as KubeObject;
  };
  return {
    request: (target, requestOptions) => kubeRequest(cluster, target, requestOptions),
    read,
    async waitForObject(apiPath, wanted) {
      let last: KubeObject | undefined;
      return eventually(
        async () => {
          last = await read(apiPath);
          return last !== undefined && wanted(last) ? last : undefined;
        },
        () => `${apiPath} never became what was waited for: ${JSON.stringify(last, null, 1)}\n${tail(log())}`,
      );
    },
    async waitUntilGone(apiPath) {
      await eventually(
        async () => ((await read(apiPath)) === undefined ? true : undefined),
        () => `${apiPath} never went\n${tail(log())}`,
      );
    },
  };
}

async function configure(requests: Requests, namespace: string, options: OperatorFixtureOptions): Promise<void> {
  const polling = { 'timeout.reconciliation': '1s', 'timeout.reconciliation.jitter': '0' };
  const maps = { 'argocd-cm': { ...polling, ...options.argocdCm }, 'argocd-cmd-params-cm': { ...options.cmdParams } };
  for (const [name, data] of Object.entries(maps)) {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
    const { status } = await requests.request(`POST /api/v1/namespaces/${namespace}/configmaps`, { body });
    if (status !== 201) throw new Error(`cannot create ConfigMap ${namespace}/${name}: ${status}`);
  }
}

type Applications = Pick<
  OperatorFixture,
  'createApplication' | 'application' | 'waitForApplication' | 'waitForSynced' | 'refresh' | 'patchApplication'
>;

function applicationsOf(requests: Requests, controlNamespace: string, log: () => string): Applications {
  const pathOf = (name: string, namespace = controlNamespace): `/${string}` =>
    `${APPLICATIONS}/${namespace}/applications/${name}`;
  const application = async (name: string, namespace?: string): Promise<LiveApplication> => {
    const found = await requests.read(pathOf(name, namespace));
    if (found === undefined) throw new Error(`there is no Application ${namespace ?? controlNamespace}/${name}`);
    return found as LiveApplication;
  };
  const waitForApplication: OperatorFixture['waitForApplication'] = async (name, wanted) => {
    let last: LiveApplication | undefined;
    return eventually(
      async () => {
        last = await application(name);
        return wanted(last) ? last : undefined;
      },
      () => `Application ${name} never became what was waited for: ${describe(last)}\n${tail(log())}`,
    );
  };
  const patchApplication = async (name: string, patch: unknown): Promise<void> => {
    const answer = await requests.request(`PATCH ${pathOf(name)}`, { body: patch, contentType: MERGE });
    if (answer.status !== 200) throw new Error(`cannot patch ${name}: ${JSON.stringify(answer.body)}`);
  };
  return {
    application,
    waitForApplication,
    patchApplication,
    async createApplication(spec) {
      const namespace = spec.namespace ?? controlNamespace;
      const body = manifestOf(spec, namespace);
      const answer = await requests.request(`POST ${APPLICATIONS}/${namespace}/applications`, { body });
      if (answer.status !== 201) throw new Error(`cannot create ${spec.name}: ${JSON.stringify(answer.body)}`);
      return answer.body as LiveApplication;
    },
    waitForSynced: (name, revision) =>
      waitForApplication(
        name,
        ({ status }) =>
          status?.sync?.status === 'Synced' &&
          status.operationState?.phase === 'Succeeded' &&
          (revision === undefined || status.sync.revision === revision),
      ),
    async refresh(name, kind = 'normal') {
      await patchApplication(name, { metadata: { annotations: { 'argocd.argoproj.io/refresh': kind } } });
      return waitForApplication(
        name,
        ({ metadata }) => metadata.annotations?.['argocd.argoproj.io/refresh'] === undefined,
      );
    },
  };
}

function manifestOf(spec: ApplicationSpec, namespace: string): unknown {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: spec.name,
      namespace,
      ...(spec.finalizers === undefined ? {} : { finalizers: spec.finalizers }),
    },
    spec: {
      project: 'default',
      source: {
        repoURL: spec.repoURL,
        path: spec.path ?? '.',
        targetRevision: spec.targetRevision ?? 'main',
        ...(spec.directory === undefined ? {} : { directory: spec.directory }),
      },
      destination: { server: 'https://kubernetes.default.svc', namespace: spec.destination },
      syncPolicy: spec.syncPolicy ?? { automated: { prune: true, selfHeal: true } },
      ...spec.spec,
    },
  };
}

function describe(application: LiveApplication | undefined): string {
  if (application === undefined) return 'it was never seen';
  const { managedFields: _managedFields, ...metadata } = application.metadata;
  return JSON.stringify({ metadata, operation: application.operation, status: application.status }, null, 1);
}

function tail(text: string): string {
  return text.split('\n').slice(-25).join('\n');
}
