import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { KubeObject } from '../../../src/object/kube-object.ts';
import { printJson } from '../../../src/yaml/json.ts';
import type { TestCluster } from '../../support/cluster-fixture.ts';
import { kubeRequest } from '../../support/controlplane/kube-request.ts';
import { eventually } from '../../support/eventually.ts';
import { createRepository, type TestRepository } from '../../support/git-repository.ts';
import { type GitServer, startGitServer } from '../../support/git-server.ts';
import { type RunningOperator, startOperator } from '../../support/operator.ts';
import type { LiveApplication } from '../../support/operator-fixture.ts';
import { apiPathOf, type CorpusApp, type Kinds, kindKey, type ServedKind } from './corpus-objects.ts';

const CONTROL = 'corpus-control';
const APPLICATIONS: `/${string}` = `/apis/argoproj.io/v1alpha1/namespaces/${CONTROL}/applications`;
const REFRESH = 'argocd.argoproj.io/refresh';
const REPOSITORY = 'corpus';
/** Requests of the benchmark under way at a time. */
const WIDTH = 8;

/** An operator, a Git server and the Applications of the corpus in a cluster of their own. */
export class CorpusRig {
  readonly cluster: TestCluster;
  readonly #root: string;
  readonly #git: GitServer;
  readonly #repository: TestRepository;
  #operator: RunningOperator | undefined;

  static async start(cluster: TestCluster): Promise<CorpusRig> {
    const root = await mkdtemp(path.join(tmpdir(), 'holdfast-corpus-'));
    const git = await startGitServer({ root });
    const rig = new CorpusRig({ cluster, root, git, repository: await createRepository(path.join(root, REPOSITORY)) });
    await rig.createNamespaces([CONTROL]);
    const data = { 'timeout.reconciliation': '5s', 'timeout.reconciliation.jitter': '0' };
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'argocd-cm' }, data };
    await kubeRequest(cluster, `POST /api/v1/namespaces/${CONTROL}/configmaps`, { body });
    await rig.restartOperator();
    return rig;
  }

  private constructor(parts: { cluster: TestCluster; root: string; git: GitServer; repository: TestRepository }) {
    this.cluster = parts.cluster;
    this.#root = parts.root;
    this.#git = parts.git;
    this.#repository = parts.repository;
  }

  get operator(): RunningOperator {
    if (this.#operator === undefined) throw new Error('the operator does not run');
    return this.#operator;
  }

  async restartOperator(): Promise<void> {
    await this.#operator?.stop();
    this.#operator = await startOperator({ kubeconfig: this.cluster.kubeconfigPath, namespace: CONTROL });
  }

  /** Those that exist already are left as they are. */
  async createNamespaces(names: Iterable<string>): Promise<void> {
    await inTurns([...names], async (name) => {
      const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
      const { status } = await kubeRequest(this.cluster, 'POST /api/v1/namespaces', { body });
      if (status !== 201 && status !== 409) throw new Error(`cannot create the namespace ${name}: ${status}`);
    });
  }

  /** Commits the manifests of these cases, each in the folder of its name. */
  async commit(apps: readonly CorpusApp[]): Promise<void> {
    const text = ({ objects }: CorpusApp): string =>
      objects.map((object) => `---\n${printJson(object as never)}\n`).join('');
    await this.#repository.commit(apps.map((app) => [`${app.name}/objects.yaml`, text(app)] as const));
  }

  async createApplications(apps: readonly CorpusApp[]): Promise<void> {
    await inTurns(apps, async ({ name }) => {
      const body = {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name, namespace: CONTROL },
        spec: {
          project: 'default',
          source: { repoURL: this.#git.url(REPOSITORY), path: name, targetRevision: 'main' },
          destination: { server: 'https://kubernetes.default.svc', namespace: name },
          syncPolicy: { automated: { prune: true, selfHeal: true } },
        },
      };
      const { status } = await kubeRequest(this.cluster, `POST ${APPLICATIONS}`, { body });
      if (status !== 201) throw new Error(`cannot create the Application ${name}: ${status}`);
    });
  }

  async applications(): Promise<LiveApplication[]> {
    const { body } = await kubeRequest(this.cluster, `GET ${APPLICATIONS}`);
    return (body as { items: LiveApplication[] }).items;
  }

  /** Asks for a hard refresh of all of them, and waits until the operator has made it. */
  async refreshAll(): Promise<void> {
    const contentType = 'application/merge-patch+json';
    const body = { metadata: { annotations: { [REFRESH]: 'hard' } } };
    await inTurns(await this.applications(), ({ metadata }) =>
      kubeRequest(this.cluster, `PATCH ${APPLICATIONS}/${metadata.name}`, { body, contentType }),
    );
    await eventually(
      async () => {
        const asked = (await this.applications()).filter(
          ({ metadata }) => metadata.annotations?.[REFRESH] !== undefined,
        );
        return asked.length === 0 ? true : undefined;
      },
      () => 'not every Application was refreshed',
      300_000,
    );
  }

  /** What the API server says of an apply that is not carried out: the object, or why it refuses. */
  async dryRun(object: KubeObject, kinds: Kinds, manager: string): Promise<KubeObject | string> {
    const query = `dryRun=All&force=true&fieldManager=${manager}`;
    const { status, body } = await kubeRequest(this.cluster, `PATCH ${apiPathOf(object, kinds)}?${query}`, {
      body: printJson(object as never),
      contentType: 'application/apply-patch+yaml',
    });
    if (status === 200 || status === 201) return body as KubeObject;
    return (body as { message?: string } | undefined)?.message ?? `status ${status}`;
  }

  /** The live object; `undefined` when there is none. */
  async read(object: KubeObject, kinds: Kinds): Promise<KubeObject | undefined> {
    const { status, body } = await kubeRequest(this.cluster, `GET ${apiPathOf(object, kinds)}`);
    return status === 200 ? (body as KubeObject) : undefined;
  }

  /** All kinds that the API server serves now. */
  async kinds(): Promise<Kinds> {
    const { body } = await kubeRequest(this.cluster, 'GET /apis');
    const groups = (body as { groups: { versions: { groupVersion: string }[] }[] }).groups;
    const paths = groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion));
    const kinds = new Map<string, ServedKind>();
    await inTurns(['v1', ...paths], async (apiVersion) => {
      const prefix = apiVersion === 'v1' ? 'api' : 'apis';
      const answer = await kubeRequest(this.cluster, `GET /${prefix}/${apiVersion}`);
      const { resources = [] } = answer.body as { resources?: { name: string; kind: string; namespaced: boolean }[] };
      for (const { name, kind, namespaced } of resources) {
        const hasStatus = resources.some((other) => other.name === `${name}/status`);
        if (!name.includes('/')) kinds.set(kindKey({ apiVersion, kind }), { plural: name, namespaced, hasStatus });
      }
    });
    return kinds;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#operator?.stop();
    await this.#git.close();
    await rm(this.#root, { recursive: true, force: true });
  }
}

/** Runs `act` for every item, a few at a time, and returns the answers in the items' order. */
export async function inTurns<Item, Answer>(
  items: readonly Item[],
  act: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of entries) answers[index] = await act(item);
  };
  await Promise.all(Array.from({ length: WIDTH }, worker));
  return answers;
}
