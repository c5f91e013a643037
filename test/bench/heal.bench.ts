// Time from a change by hand (the answer to the write) to its repair (seen by a watch), while many applications are
// loaded. One JSON line: p50, p95 and worst in milliseconds, overall, by drift type and by kind.
// env: N (applications, 100), LOADED (of these, how many are drifted, 100)
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { KubeObject } from '../../src/object/kube-object.ts';
import { kubeRequest } from '../support/controlplane/kube-request.ts';
import { type ControlPlane, startControlPlane } from '../support/controlplane/start.ts';
import { DRIFT_KINDS, type DriftKind, driftManifest, valueAt } from '../support/drift-kinds.ts';
import { eventually } from '../support/eventually.ts';
import { createRepository } from '../support/git-repository.ts';
import { startGitServer } from '../support/git-server.ts';
import { watchObject } from '../support/object-watch.ts';
import { installCrds, startOperator } from '../support/operator.ts';

const TYPES = ['changed field', 'removed field', 'removed label', 'deleted object'] as const;
const FLEET_KINDS = ['Deployment', 'Service', 'ConfigMap', 'Secret', 'ServiceAccount'];
const applications = Number(process.env['N'] ?? 100);
const drifted = Math.min(Number(process.env['LOADED'] ?? 100), applications);
const LABEL = '/metadata/labels/team';
/** A repair that takes longer than this counts as none. */
const LOST_MS = 30_000;

interface Sample {
  readonly type: (typeof TYPES)[number];
  readonly kind: string;
  readonly ms: number;
}

/** One object that is drifted. */
interface Target {
  readonly kind: DriftKind;
  readonly collection: `/${string}`;
  readonly path: `/${string}`;
}

const dir = mkdtempSync(path.join(os.tmpdir(), 'holdfast-heal-'));
const controlPlane = await startControlPlane({ nodes: 1 });
const git = await startGitServer({ root: dir });
try {
  await measure();
} finally {
  await controlPlane.stop();
  await git.close();
  rmSync(dir, { recursive: true, force: true });
}
process.exit(0);

async function measure(): Promise<void> {
  await installCrds(controlPlane);
  const targets = await loadFleet();
  const operator = await startOperator({ kubeconfig: controlPlane.kubeconfigPath });
  try {
    await waitUntilHealthy();
    const samples: Sample[] = [];
    for (const target of targets) {
      for (const type of TYPES)
        samples.push({ type, kind: target.kind.kind, ms: await drift(controlPlane, target, type) });
    }
    process.stdout.write(`${JSON.stringify(report(samples))}\n`);
  } finally {
    await operator.stop();
  }
}

/** Creates the applications: plain ones of five objects, and one with every kind. Returns what is to be drifted. */
async function loadFleet(): Promise<Target[]> {
  const repository = await createRepository(path.join(dir, 'fleet'));
  const fleet = DRIFT_KINDS.filter(({ kind }) => FLEET_KINDS.includes(kind));
  const names = Array.from({ length: applications }, (_, index) => `app-${String(index).padStart(3, '0')}`);
  const files = names.flatMap((name) => fleet.map((kind) => fileOf(kind, name)));
  await repository.commit([...files, ...DRIFT_KINDS.map((kind) => fileOf(kind, 'every-kind'))]);
  await kubeRequest(controlPlane, 'POST /api/v1/namespaces', { body: namespaceOf('argocd') });
  for (const name of [...names, 'every-kind']) await createApplication(name);
  const everyKind = DRIFT_KINDS.map((kind) => targetOf(kind, 'every-kind'));
  // One object of each application, so that a repair never waits for the one before it.
  const oneEach = names.slice(0, drifted).flatMap((name, index) => {
    const kind = fleet[index % fleet.length];
    return kind === undefined ? [] : [targetOf(kind, name)];
  });
  return [...oneEach, ...everyKind];
}

function fileOf(kind: DriftKind, name: string): readonly [string, string] {
  return [`${name}/${kind.kind}.json`, JSON.stringify(driftManifest(kind, name))];
}

function targetOf(kind: DriftKind, name: string): Target {
  const collection = kind.collection.replace('NS', name) as `/${string}`;
  return { kind, collection, path: `${collection}/${name}` };
}

function namespaceOf(name: string): unknown {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

async function createApplication(name: string): Promise<void> {
  await kubeRequest(controlPlane, 'POST /api/v1/namespaces', { body: namespaceOf(name) });
  const body = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd' },
    spec: {
      project: 'default',
      source: { repoURL: git.url('fleet'), path: name, targetRevision: 'main' },
      destination: { server: 'https://kubernetes.default.svc', namespace: name },
      syncPolicy: { automated: { prune: true, selfHeal: true } },
    },
  };
  const at = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications';
  const answer = await kubeRequest(controlPlane, `POST ${at}`, { body });
  if (answer.status !== 201) throw new Error(`cannot create ${name}: ${JSON.stringify(answer.body)}`);
}

async function waitUntilHealthy(): Promise<void> {
  let synced = 0;
  await eventually(
    async () => {
      const { body } = await kubeRequest(controlPlane, 'GET /apis/argoproj.io/v1alpha1/applications');
      const { items } = body as { items: { status?: { sync?: { status?: string } } }[] };
      synced = items.filter(({ status }) => status?.sync?.status === 'Synced').length;
      return synced === items.length ? true : undefined;
    },
    () => `only ${synced} of ${applications + 1} applications are Synced`,
    300_000,
  );
}

/** Milliseconds from the answer to the write that drifts `target` to the arrival of its repair. */
async function drift(cp: ControlPlane, target: Target, type: Sample['type']): Promise<number> {
  const before = (await kubeRequest(cp, `GET ${target.path}`)).body as KubeObject;
  const watch = await watchObject(cp, target.collection, before);
  try {
    return await Promise.race([driftAndWait(cp, target, { type, before, watch }), lost(target, type)]);
  } finally {
    watch.stop();
  }
}

async function driftAndWait(
  cp: ControlPlane,
  target: Target,
  { type, before, watch }: { type: Sample['type']; before: KubeObject; watch: Awaited<ReturnType<typeof watchObject>> },
): Promise<number> {
  if (type === 'deleted object') {
    await kubeRequest(cp, `DELETE ${target.path}?propagationPolicy=Background`);
    const answeredMs = performance.now();
    // A finalizer of Kubernetes may keep the object for a moment.
    const gone = await watch.first((event) => event.type === 'DELETED');
    const back = await watch.first(
      ({ object, type: what }) => what === 'ADDED' && object.metadata.uid !== before.metadata.uid,
    );
    return Math.max(0, back.atMs - Math.max(answeredMs, gone.atMs));
  }
  const pointer =
    type === 'changed field' ? target.kind.change[0] : type === 'removed field' ? target.kind.remove : LABEL;
  const stated = JSON.stringify(valueAt(before, pointer));
  const op =
    type === 'changed field'
      ? { op: 'replace', path: pointer, value: target.kind.change[1] }
      : { op: 'remove', path: pointer };
  const contentType = 'application/json-patch+json';
  const answer = await kubeRequest(cp, `PATCH ${target.path}`, { body: [op], contentType });
  const answeredMs = performance.now();
  if (answer.status !== 200) throw new Error(`cannot drift ${target.path}: ${JSON.stringify(answer.body)}`);
  const version = Number((answer.body as KubeObject).metadata.resourceVersion);
  const repaired = await watch.first(
    ({ object }) =>
      Number(object.metadata.resourceVersion) > version && JSON.stringify(valueAt(object, pointer)) === stated,
  );
  return Math.max(0, repaired.atMs - answeredMs);
}

async function lost(target: Target, type: string): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, LOST_MS).unref());
  throw new Error(`${type} of ${target.path} was not repaired within ${LOST_MS} ms`);
}

function report(samples: readonly Sample[]): unknown {
  const by = (name: 'type' | 'kind'): unknown =>
    Object.fromEntries([...Map.groupBy(samples, (sample) => sample[name])].map(([key, some]) => [key, figures(some)]));
  return { applications: applications + 1, overall: figures(samples), byType: by('type'), byKind: by('kind') };
}

function figures(samples: readonly Sample[]): { samples: number; p50: number; p95: number; max: number } {
  const sorted = samples.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number): number => Number((sorted[Math.ceil(share * sorted.length) - 1] ?? 0).toFixed(1));
  return { samples: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}
