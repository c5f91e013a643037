// No missed drift: random mutations of random objects that the operator holds in sync, by every way of writing. Each
// mutation of what Git states must be repaired within five seconds; nothing that Git does not state may be touched.
// Prints one JSON line of counts and times (ms, from the answer to the write until a watch saw the repair), and one for
// each mutation that went wrong. Status 1 if there is any.
// OFFLINE=1: the mutations, one of each object, happen while no operator runs; the next one has no memory of before.
// env: COUNT (mutations that change something, 5000), SEED (1), APPS (16), PARALLEL (4)
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { kubeRequest } from '../support/controlplane/kube-request.ts';
import { startControlPlane } from '../support/controlplane/start.ts';
import { driftManifest } from '../support/drift-kinds.ts';
import { eventually } from '../support/eventually.ts';
import { createRepository } from '../support/git-repository.ts';
import { startGitServer } from '../support/git-server.ts';
import { installCrds, startOperator } from '../support/operator.ts';
import { testCluster } from '../support/own-control-plane.ts';
import { runCampaign, type Target, type Verdict } from './drift/campaign.ts';
import { prepareOffline } from './drift/offline.ts';
import { RICH_KINDS, THING_DEFINITION } from './drift/rich-kinds.ts';

const count = Number(process.env['COUNT'] ?? 5000);
const seed = Number(process.env['SEED'] ?? 1);
const parallel = Number(process.env['PARALLEL'] ?? 4);
const APPLICATIONS = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications';
const names = Array.from({ length: Number(process.env['APPS'] ?? 16) }, (_, index) => `drift-${index}`);
/** Four repairs of an object a minute: five are taken for a fight. */
const REST_MS = 15_500;

const dir = mkdtempSync(path.join(os.tmpdir(), 'holdfast-drift-'));
const controlPlane = await startControlPlane({ nodes: 1 });
const git = await startGitServer({ root: dir });
const verdicts: Verdict[] = [];
try {
  await measure();
} finally {
  await controlPlane.stop();
  await git.close();
  rmSync(dir, { recursive: true, force: true });
}
process.exit(process.exitCode ?? 0);

async function measure(): Promise<void> {
  await installCrds(controlPlane);
  await create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', THING_DEFINITION);
  await create('/api/v1/namespaces', { metadata: { name: 'argocd' } });
  const targets = await loadApplications();
  let operator = await startOperator({ kubeconfig: controlPlane.kubeconfigPath });
  try {
    await allSynced(300_000);
    const options = { cluster: testCluster(controlPlane), targets, count, seed, parallel, restMs: REST_MS };
    if (process.env['OFFLINE'] === undefined) await runCampaign(options, take);
    else {
      const mutations = await prepareOffline(options);
      await operator.stop();
      const judge = await mutations.carryOut();
      operator = await startOperator({ kubeconfig: controlPlane.kubeconfigPath });
      await judge(take);
    }
    const unsynced = await allSynced(90_000).then(
      () => [],
      (error: unknown) => [String(error)],
    );
    const fights = operator.logs().filter(({ msg }) => msg === 'repaired drift').length;
    const wrong = verdicts.filter(({ outcome }) => outcome === 'unrepaired' || outcome === 'touched foreign');
    process.stdout.write(`${JSON.stringify({ ...summary(), unsynced, repairs: fights })}\n`);
    if (wrong.length + unsynced.length > 0) process.exitCode = 1;
  } finally {
    await operator.stop();
  }
}

function take(verdict: Verdict): void {
  verdicts.push(verdict);
  const { outcome } = verdict;
  if (outcome === 'unrepaired' || outcome === 'touched foreign' || process.env['VERBOSE'] !== undefined) {
    process.stdout.write(`${JSON.stringify({ seed, ...verdict })}\n`);
  }
}

async function create(at: `/${string}`, body: unknown): Promise<void> {
  const answer = await kubeRequest(controlPlane, `POST ${at}`, { body });
  if (answer.status !== 201) throw new Error(`cannot create in ${at}: ${JSON.stringify(answer.body)}`);
}

async function loadApplications(): Promise<Target[]> {
  const repository = await createRepository(path.join(dir, 'fleet'));
  await repository.commit(
    names.flatMap((name) =>
      RICH_KINDS.map((kind) => [`${name}/${kind.kind}.json`, JSON.stringify(driftManifest(kind, name))] as const),
    ),
  );
  for (const name of names) {
    await create('/api/v1/namespaces', { metadata: { name } });
    await create(APPLICATIONS, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name, namespace: 'argocd' },
      spec: {
        project: 'default',
        source: { repoURL: git.url('fleet'), path: name, targetRevision: 'main' },
        destination: { server: 'https://kubernetes.default.svc', namespace: name },
        syncPolicy: { automated: { prune: true, selfHeal: true } },
      },
    });
  }
  return names.flatMap((name) => RICH_KINDS.map((kind) => ({ kind, name, namespace: name })));
}

interface ApplicationBody {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly sync?: { readonly status?: string };
    readonly conditions?: unknown;
    readonly resources?: readonly { readonly kind: string; readonly status?: string }[];
  };
}

async function allSynced(withinMs: number): Promise<void> {
  let unsynced: readonly ApplicationBody[] = [];
  await eventually(
    async () => {
      const { body } = await kubeRequest(controlPlane, `GET ${APPLICATIONS}`);
      unsynced = (body as { items: ApplicationBody[] }).items.filter(({ status }) => status?.sync?.status !== 'Synced');
      return unsynced.length === 0 ? true : undefined;
    },
    () => `not Synced: ${JSON.stringify(unsynced.map(whyUnsynced))}`,
    withinMs,
  );
}

function whyUnsynced({ metadata, status }: ApplicationBody): unknown {
  const kinds = status?.resources?.filter((resource) => resource.status !== 'Synced').map(({ kind }) => kind);
  return { name: metadata.name, kinds, conditions: status?.conditions };
}

function summary(): Record<string, unknown> {
  const counted = verdicts.filter(({ outcome }) => outcome !== 'refused' && outcome !== 'nothing');
  const by = (name: 'kind' | 'way' | 'what'): unknown =>
    Object.fromEntries(
      [...Map.groupBy(counted, (verdict) => verdict[name])].map(([key, some]) => [key, outcomes(some)]),
    );
  const times = counted.flatMap(({ ms }) => (ms === undefined ? [] : [ms])).sort((a, b) => a - b);
  const at = (share: number): number => Number((times[Math.ceil(share * times.length) - 1] ?? 0).toFixed(1));
  return {
    seed,
    applications: names.length,
    objects: names.length * RICH_KINDS.length,
    mutations: counted.length,
    outcomes: outcomes(verdicts),
    repairMs: { samples: times.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) },
    byWhat: by('what'),
    byWay: by('way'),
    byKind: by('kind'),
  };
}

function outcomes(some: readonly Verdict[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(some, ({ outcome }) => outcome)].map(([outcome, list]) => [outcome, list.length]),
  );
}
