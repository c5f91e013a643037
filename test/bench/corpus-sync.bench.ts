// Applies what the real tools print for the corpus to a real API server, and counts what is called OutOfSync, written or
// asked when nothing has changed: at rest, after a hard refresh, and after restarts of the operator and the API server.
//
//   npm run prove -- corpus-sync      env: ALL=1 (every case; default: 120), SEED (1), REST (seconds of each rest, 10),
//   ONLY (part of a case's name), VERBOSE=1 (say what is refused), SYNC (seconds that a sync may take, 300)
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { keyOf, objectKey } from '../../src/object/kube-object.ts';
import { startControlPlane } from '../support/controlplane/start.ts';
import { eventually } from '../support/eventually.ts';
import { installCrds } from '../support/operator.ts';
import type { LiveApplication } from '../support/operator-fixture.ts';
import { testCluster } from '../support/own-control-plane.ts';
import {
  type CorpusApp,
  type Kinds,
  namespacesOf,
  readCorpus,
  separate,
  Tally,
  takeDefinitions,
} from './corpus-sync/corpus-objects.ts';
import { CorpusRig, inTurns } from './corpus-sync/corpus-rig.ts';
import { comparePlainly, explainDifference } from './corpus-sync/judge.ts';
import { type Restarted, restAfter, untilCalm } from './corpus-sync/rest.ts';

const shared = process.env['HOLDFAST_SHARED'] ?? path.join(import.meta.dirname, '../../../shared');
const sample = process.env['ALL'] === undefined ? Number(process.env['CASES'] ?? 120) : undefined;
const restMs = Number(process.env['REST'] ?? 10) * 1_000;
const SYNC_MS = Number(process.env['SYNC'] ?? 300) * 1_000;
const started = performance.now();
const leftOut = new Tally();
const failures: string[] = [];
/** Why Applications were not synced in time. */
const unended = new Map<string, string>();

const controlPlane = await startControlPlane({ nodes: 1 });
const cluster = testCluster(controlPlane);
await installCrds(cluster);
const rig = await CorpusRig.start(cluster);
try {
  await prove();
} finally {
  if (process.env['LOG'] !== undefined) writeFileSync(process.env['LOG'], rig.operator.output());
  await rig[Symbol.asyncDispose]();
  await controlPlane.stop();
}
for (const failure of failures) print(`WRONG ${failure}`);
process.exit(failures.length === 0 ? 0 : 1);

async function prove(): Promise<void> {
  const drawn = readCorpus(shared, sample, Number(process.env['SEED'] ?? 1));
  const cases = drawn.filter(({ title }) => title.includes(process.env['ONLY'] ?? ''));
  const definitions: CorpusApp = { name: 'crds', title: 'CRDs', objects: takeDefinitions(cases, leftOut) };
  const crds = await syncAccepted([definitions], await rig.kinds());
  const kinds = await rig.kinds();
  const apps = cases.map((app) => separate(app, kinds, leftOut)).filter(({ objects }) => objects.length > 0);
  const accepted = [...crds, ...(await syncAccepted(apps, kinds))];
  const objects = accepted.reduce((sum, app) => sum + app.objects.length, 0);
  print(
    `${objects} objects of ${accepted.length - 1} cases are applied; left out: ${leftOut.total} (${leftOut.toString()})`,
  );
  const applied: Applied = { apps: accepted, kinds };
  await rest('first contact', applied, () => Promise.resolve());
  const plain = await comparePlainly(rig, accepted, kinds);
  const top = [...plain.doubts].sort(([, a], [, b]) => b - a).slice(0, 25);
  const share = ((100 * plain.settled) / objects).toFixed(1);
  print(`settled by managed fields alone: ${plain.settled} of ${objects} (${share} %), ${plain.missing} missing`);
  for (const [place, count] of top) print(`  in doubt: ${count} × ${place}`);
  await rest('a hard refresh', applied, () => rig.refreshAll());
  const unsettled = objects - plain.settled;
  await rest('an operator restart', applied, () => rig.restartOperator(), { restarted: 'operator', unsettled });
  await rest('a second hard refresh', applied, () => rig.refreshAll());
  const again = (): Promise<void> => controlPlane.restartApiServer();
  await rest('an API-server restart', applied, again, { restarted: 'API server' });
}

/** Applies what the API server accepts of the cases, and returns that. */
async function syncAccepted(apps: readonly CorpusApp[], kinds: Kinds): Promise<CorpusApp[]> {
  await rig.createNamespaces(namespacesOf(apps));
  let accepted = await inTurns(apps, (app) => withoutRefused(app, kinds));
  await rig.commit(accepted);
  await rig.createApplications(accepted);
  // A few are refused beside others only: the same port of the nodes twice, for instance.
  for (let round = 1; round <= 4; round += 1) {
    const refused = await refusedBySync(accepted);
    if (refused.size === 0) break;
    accepted = accepted.map((app) => ({
      ...app,
      objects: app.objects.filter((object) => !refused.has(keyOf(object))),
    }));
    await rig.commit(accepted);
    await rig.refreshAll();
  }
  await untilCalm(rig);
  failures.push(...unended.values());
  unended.clear();
  print(`${accepted.length} Applications synced`);
  return accepted;
}

async function withoutRefused(app: CorpusApp, kinds: Kinds): Promise<CorpusApp> {
  const objects = [];
  for (const object of app.objects) {
    const answer = await rig.dryRun(object, kinds, 'corpus-sync');
    // Accounts and priorities are applied before the Pods that name them.
    const refused = typeof answer === 'string' && !/serviceaccount .* not found|no PriorityClass/.test(answer);
    if (refused) refuse(object.kind, `${app.title} ${object.kind} ${object.metadata.name}: ${answer}`);
    else objects.push(object);
  }
  return { ...app, objects };
}

function refuse(kind: string, message: string): void {
  leftOut.add('that the API server refuses');
  if (process.env['VERBOSE'] !== undefined) print(`refused ${kind}: ${message.slice(0, 300)}`);
}

/** Waits until every Application has been synced as far as it goes; returns what the API server refused. */
async function refusedBySync(apps: readonly CorpusApp[]): Promise<Set<string>> {
  const names = new Set(apps.map(({ name }) => name));
  let all: LiveApplication[] = [];
  await eventually(
    async () => {
      all = (await rig.applications()).filter(({ metadata }) => names.has(metadata.name));
      return all.every(hasEnded) ? true : undefined;
    },
    () => '',
    SYNC_MS,
  ).catch(() => undefined);
  for (const app of all.filter((one) => !hasEnded(one))) {
    unended.set(app.metadata.name, describe(app));
    print(describe(app));
  }
  if (unended.size > 0 && process.env['LOG'] !== undefined) writeFileSync(process.env['LOG'], rig.operator.output());
  const refused = new Set<string>();
  for (const { metadata, status } of all.filter((app) => app.status?.operationState?.phase === 'Failed')) {
    for (const { group, kind, namespace, name, ...result } of status?.operationState?.syncResult?.resources ?? []) {
      const key = objectKey({ group, kind, namespace, name });
      if (result.status !== 'SyncFailed' || refused.has(key)) continue;
      refused.add(key);
      refuse(kind, `by sync of ${metadata.name}: ${result.message}`);
    }
  }
  return refused;
}

function describe({ metadata, status }: LiveApplication): string {
  const { operationState, sync, conditions } = status ?? {};
  const resources = status?.resources?.filter((one) => one.status !== 'Synced');
  return `${metadata.name} was not synced: ${JSON.stringify({ conditions, sync, resources, operationState }).slice(0, 2_000)}`;
}

function hasEnded({ status }: LiveApplication): boolean {
  const phase = status?.operationState?.phase;
  if (phase === 'Failed' || phase === 'Error') return true;
  return status?.sync?.status === 'Synced' && (phase === 'Succeeded' || (status.resources ?? []).length === 0);
}

interface Applied {
  readonly apps: readonly CorpusApp[];
  readonly kinds: Kinds;
}

async function rest(
  label: string,
  { apps, kinds }: Applied,
  cause: () => Promise<void>,
  options: { readonly restarted?: Restarted; readonly unsettled?: number } = {},
): Promise<void> {
  const counts = await restAfter(rig, cause, { restMs, restarted: options.restarted });
  const states = await outOfSync(apps, kinds);
  print(
    `after ${label}: ${states.synced} Synced, ${states.differing.length} not; ${counts.applies} applies, ${counts.writes} writes (statuses and Events included), ${counts.dryRuns} dry-runs`,
  );
  failures.push(...states.differing.map((one) => `after ${label}: ${one}`));
  if (counts.applies > 0) failures.push(`after ${label}: ${counts.applies} applies`);
  const allowed = options.unsettled ?? 0;
  if (counts.dryRuns > allowed) failures.push(`after ${label}: ${counts.dryRuns} dry-runs for ${allowed} objects`);
}

/** What the Applications' statuses say. */
async function outOfSync(
  apps: readonly CorpusApp[],
  kinds: Kinds,
): Promise<{ synced: number; differing: readonly string[] }> {
  const objects = new Map(
    apps.flatMap((app) => app.objects.map((object) => [keyOf(object), { app: app.name, object }])),
  );
  let synced = 0;
  const differing: string[] = [];
  for (const { metadata, status } of await rig.applications()) {
    for (const { group = '', kind = '', namespace = '', name = '', ...found } of status?.resources ?? []) {
      const key = objectKey({ group, kind, namespace, name });
      const stated = objects.get(key);
      if (found.status === 'Synced') synced += 1;
      else if (stated === undefined) differing.push(`${metadata.name}: ${key} is ${found.status} and not stated`);
      else differing.push(`${metadata.name} ${found.status} ${await explainDifference(rig, stated, kinds)}`);
    }
  }
  return { synced, differing };
}

function print(line: string): void {
  process.stdout.write(`${((performance.now() - started) / 1_000).toFixed(0).padStart(4)} s ${line}\n`);
}
