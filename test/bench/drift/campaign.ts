import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject, KubeObject } from '../../../src/object/kube-object.ts';
import type { TestCluster } from '../../support/cluster-fixture.ts';
import { resolvePrograms } from '../../support/controlplane/binaries.ts';
import { kubeRequest } from '../../support/controlplane/kube-request.ts';
import { type DriftKind, driftManifest, driftPath } from '../../support/drift-kinds.ts';
import { applyOperations, isObject, same } from './json.ts';
import { type LiveWatch, type Seen, watchKinds } from './live-watch.ts';
import { type Mutation, randomMutation } from './mutations.ts';
import { type Random, randomFrom } from './random.ts';
import { type Schemas, schemaOf } from './schema.ts';
import { pathsOf } from './sites.ts';
import { touched, violations } from './stated.ts';
import { API_WAYS, editWith, KUBECTL_WAYS, ownCommand, type Write, type Written } from './ways.ts';

/** One object that is mutated. */
export interface Target {
  readonly kind: DriftKind;
  readonly name: string;
  readonly namespace: string;
}

/** How long and on what. */
export interface CampaignOptions {
  readonly cluster: TestCluster;
  readonly targets: readonly Target[];
  readonly count: number;
  readonly seed: number;
  /** Objects that are mutated at the same time. */
  readonly parallel: number;
  /** How long an object is left alone after a mutation: more than a few repairs a minute are taken for a fight. */
  readonly restMs: number;
}

/** What came of one mutation. */
export interface Verdict {
  readonly serial: number;
  readonly kind: string;
  readonly what: string;
  readonly way: string;
  /** `refused` by the API server or by kubectl, `nothing` when it changed nothing. */
  readonly outcome: 'repaired' | 'left alone' | 'unrepaired' | 'touched foreign' | 'refused' | 'nothing';
  /** From the answer to the write until a watch saw the repair. */
  readonly ms?: number;
  /** For what went wrong: all that is needed to do it again by hand. */
  readonly detail?: unknown;
}

/** A repair later than this is none. */
const LATE_MS = 5_000;
/** How long an object whose mutation needs no repair is watched for one. */
const CALM_MS = 400;

/** The mutation that changes nothing. */
export const NOTHING: Mutation = { what: '', operations: [], foreign: [], gone: [] };

/** A target with what is needed to mutate and to judge it. */
export interface Subject extends Target {
  readonly path: `/${string}`;
  readonly node: ReturnType<typeof schemaOf>;
  readonly manifest: JsonObject;
  readonly reference: JsonObject;
  readonly custom: boolean;
  restUntilMs: number;
}

/** What all mutations of a campaign share. */
export interface Context {
  readonly options: CampaignOptions;
  readonly watch: LiveWatch;
  readonly kubectl: readonly string[];
  readonly home: string;
}

/** Mutates the targets at random, which an operator holds in sync, and judges each repair. Verdicts go to `report`. */
export async function runCampaign(options: CampaignOptions, report: (verdict: Verdict) => void): Promise<void> {
  const context = await openContext(options);
  const subjects = await subjectsOf(options);
  const order = randomFrom(options.seed).shuffle(subjects);
  let serial = 0;
  let counted = 0;
  const work = async (): Promise<void> => {
    while (counted < options.count && order.length > 0) {
      const mine = serial;
      serial += 1;
      const subject = order.shift();
      if (subject === undefined) continue;
      await sleep(Math.max(0, subject.restUntilMs - performance.now()));
      const verdict = await mutateOnce(subject, mine, context);
      // What was refused has cost nothing, and is tried again with other choices.
      if (verdict.outcome !== 'refused' && verdict.outcome !== 'nothing') {
        counted += 1;
        subject.restUntilMs = performance.now() + options.restMs;
      }
      report(verdict);
      order.push(subject);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, work));
  context.watch.stop();
}

/** What all mutations of a campaign share. */
export async function openContext(options: CampaignOptions): Promise<Context> {
  const collections = [...new Set(options.targets.map(({ kind }) => kind.collection.replace('/namespaces/NS', '')))];
  const { kubectl } = await resolvePrograms({ log: () => undefined });
  const home = mkdtempSync(path.join(os.tmpdir(), 'holdfast-drift-home-'));
  return { options, watch: await watchKinds(options.cluster, collections), kubectl, home };
}

/** The targets with their schemas, and as they are now: in sync, that is. */
export async function subjectsOf({ targets, cluster }: CampaignOptions): Promise<Subject[]> {
  const schemas = new Map<string, Schemas>();
  const subjects: Subject[] = [];
  for (const target of targets) subjects.push(await subjectOf(target, cluster, schemas));
  return subjects;
}

async function subjectOf(target: Target, cluster: TestCluster, schemas: Map<string, Schemas>): Promise<Subject> {
  const { kind, name, namespace } = target;
  const { apiVersion } = kind;
  const known = schemas.get(apiVersion) ?? (await readSchemas(cluster, apiVersion));
  schemas.set(apiVersion, known);
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  const at = driftPath(kind, namespace, name);
  const reference = (await kubeRequest(cluster, `GET ${at}`)).body as KubeObject;
  return {
    ...target,
    path: at,
    node: schemaOf(known, kind.kind, group),
    manifest: withMarks(driftManifest(kind, name), reference),
    reference: reference as unknown as JsonObject,
    custom: group === 'drift.example.org',
    restUntilMs: 0,
  };
}

async function readSchemas(cluster: TestCluster, apiVersion: string): Promise<Schemas> {
  const at = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
  const { body } = await kubeRequest(cluster, `GET /openapi/v3/${at}`);
  return (body as { components: { schemas: Schemas } }).components.schemas;
}

/** The manifest with what Holdfast states beside Git: the marks by which it knows its objects. */
function withMarks(manifest: JsonObject, { metadata }: KubeObject): JsonObject {
  const stated = manifest['metadata'] as { labels: JsonObject; annotations: JsonObject };
  const label = 'holdfast.dev/instance';
  const tracking = 'argocd.argoproj.io/tracking-id';
  return {
    ...manifest,
    metadata: {
      ...stated,
      labels: { ...stated.labels, [label]: metadata.labels?.[label] ?? '' },
      annotations: { ...stated.annotations, [tracking]: metadata.annotations?.[tracking] ?? '' },
    },
  };
}

async function mutateOnce(subject: Subject, serial: number, context: Context): Promise<Verdict> {
  const { cluster, seed } = context.options;
  const random = randomFrom(seed * 1_000_003 + serial);
  const { status, body } = await kubeRequest(cluster, `GET ${subject.path}`);
  const before = body as KubeObject;
  const base = { serial, kind: subject.kind.kind };
  if (status !== 200)
    return { ...base, what: 'wait', way: 'none', outcome: 'unrepaired', detail: `GET answered ${status}` };
  const bad = violations(subject.node, formsOf(subject, before));
  if (bad.length > 0) {
    await startOver(subject, context);
    return { ...base, what: 'wait', way: 'none', outcome: 'unrepaired', detail: { path: subject.path, still: bad } };
  }
  if (random.next() < 0.04 && (before.metadata.finalizers ?? []).length === 0)
    return deleteOnce(subject, before, { serial, context });
  const choosing = { subject, before, random, serial, context };
  let act: Act | undefined;
  for (let tries = 0; act === undefined && tries < 10; tries += 1) act = chooseAct(choosing);
  if (act === undefined) return { ...base, what: 'none', way: 'none', outcome: 'nothing' };
  return judge(subject, before, act, { serial, context });
}

function formsOf(subject: Subject, live: KubeObject): Parameters<typeof violations>[1] {
  return { manifest: subject.manifest, reference: subject.reference, live: live as unknown as JsonObject };
}

/** A mutation by one way. */
export interface Act {
  readonly what: string;
  readonly way: string;
  readonly mutation: Mutation;
  readonly run: () => Promise<Written>;
}

/** What a random choice rests on. */
export interface Choosing {
  readonly subject: Subject;
  readonly before: KubeObject;
  readonly random: Random;
  readonly serial: number;
  readonly context: Context;
}

/** A random mutation by a random way; `undefined` where the object has no place for the one chosen. */
export function chooseAct({ subject, before, random, serial, context }: Choosing): Act | undefined {
  const { cluster } = context.options;
  const name = `m${serial}`;
  const live = before as unknown as JsonObject;
  const mutation = randomMutation({ node: subject.node, manifest: subject.manifest, live }, random, name);
  const { path: at, node, custom } = subject;
  const base = { cluster, path: at, node, before, custom, manifest: subject.manifest };
  const byKubectl = random.next() < 0.2;
  if (byKubectl && random.next() < 0.4) {
    const own = ownCommand({ ...base, mutated: live, operations: [] }, random, name);
    return own === undefined ? undefined : { ...own, way: own.what, mutation: NOTHING };
  }
  if (mutation === undefined) return undefined;
  const mutated = tryOperations(live, mutation);
  if (mutated === undefined || same(mutated, live)) return undefined;
  const write: Write = { ...base, mutated, operations: mutation.operations };
  if (byKubectl && random.next() < 0.15) {
    const file = path.join(context.home, `${name}.json`);
    writeFileSync(file, JSON.stringify(mutated));
    const editor = { kubectl: context.kubectl, file, home: context.home };
    return { what: mutation.what, way: 'kubectl edit', mutation, run: () => editWith(write, editor) };
  }
  const [way, run] = random.pick(Object.entries(byKubectl ? KUBECTL_WAYS : API_WAYS)) ?? [];
  return way === undefined || run === undefined
    ? undefined
    : { what: mutation.what, way, mutation, run: () => run(write) };
}

function tryOperations(live: JsonObject, mutation: Mutation): JsonObject | undefined {
  try {
    return applyOperations(live, mutation.operations);
  } catch {
    // Of two mutations at once the second may need what the first has taken away.
    return undefined;
  }
}

interface Judging {
  readonly serial: number;
  readonly context: Context;
}

async function judge(subject: Subject, before: KubeObject, act: Act, { serial, context }: Judging): Promise<Verdict> {
  const base = { serial, kind: subject.kind.kind, what: act.what, way: act.way };
  const follower = context.watch.follow(subject.path);
  try {
    const answer = await act.run();
    const answeredMs = performance.now();
    if (answer === undefined) return { ...base, outcome: 'nothing' };
    if (typeof answer === 'string') return { ...base, outcome: 'refused', detail: answer };
    // Some of kubectl's commands print the object as it was before; the watch has what they made of it.
    const change = await follower.first(({ object }) => isLater(object, before), CALM_MS);
    if (change === undefined) return { ...base, outcome: 'nothing' };
    const written = isLater(answer, before) ? answer : change.object;
    const startMs = Math.min(answeredMs, change.atMs);
    // What somebody else applies is part of what they state; and what stands beside ours stands in nobody's place.
    const beside = /^apply|server-side/.test(act.way) || wrongIn(subject, written, NOTHING).length === 0;
    const mutation = beside ? { ...act.mutation, gone: [] } : act.mutation;
    const wrong = wrongIn(subject, written, mutation);
    const isBack = ({ type, object }: Seen): boolean =>
      type !== 'DELETED' && isLater(object, written) && wrongIn(subject, object, mutation).length === 0;
    const repaired = wrong.length === 0 ? undefined : await follower.first(isBack, LATE_MS);
    if (wrong.length === 0) await sleep(CALM_MS);
    const last = repaired?.object ?? follower.seen.at(-1)?.object ?? written;
    const detail = { path: subject.path, mutation: act.mutation, wrong };
    if (wrong.length > 0 && repaired === undefined) return await lost(subject, base, { detail, last, context });
    const changed = foreignTouched(subject, { before, written, last, strict: wrong.length === 0, act });
    if (changed.length > 0) return { ...base, outcome: 'touched foreign', detail: { ...detail, changed } };
    if (repaired === undefined) return { ...base, outcome: 'left alone' };
    return { ...base, outcome: 'repaired', ms: repaired.atMs - startMs };
  } finally {
    follower.stop();
  }
}

function isLater(object: KubeObject, written: KubeObject): boolean {
  return Number(object.metadata.resourceVersion) > Number(written.metadata.resourceVersion);
}

/** The paths at which an object is not as the manifest has it, entries in the place of stated ones included. */
export function wrongIn(subject: Subject, live: KubeObject, mutation: Mutation): string[] {
  const there = mutation.gone.length === 0 ? new Set<string>() : pathsOf(subject.node, live as unknown as JsonObject);
  const extra = mutation.gone
    .filter((place) => there.has(place))
    .map((place) => `${place} (in the place of a stated one)`);
  return [...violations(subject.node, formsOf(subject, live)), ...extra];
}

/** What has been touched that Git does not state. */
export function foreignTouched(
  subject: Subject,
  forms: { before: KubeObject; written: KubeObject; last: KubeObject; strict: boolean; act: Act },
): string[] {
  const { before, written, last, strict, act } = forms;
  return touched(subject.node, {
    manifest: subject.manifest,
    before: before as unknown as JsonObject,
    mutated: written as unknown as JsonObject,
    after: last as unknown as JsonObject,
    strict,
    foreign: act.mutation.foreign,
  });
}

type Base = Pick<Verdict, 'serial' | 'kind' | 'what' | 'way'>;

/** Says what stands in the way, as far as the Application tells, and starts over with a new object. */
async function lost(
  subject: Subject,
  base: Base,
  { detail, last, context }: { detail: object; last: KubeObject; context: Context },
): Promise<Verdict> {
  const conditions = await conditionsOf(subject, context);
  const still = wrongIn(subject, last, NOTHING);
  const { managedFields } = last.metadata;
  await startOver(subject, context);
  return { ...base, outcome: 'unrepaired', detail: { ...detail, still, conditions, managedFields } };
}

async function conditionsOf(subject: Subject, context: Context): Promise<unknown> {
  const { body } = await kubeRequest(context.options.cluster, 'GET /apis/argoproj.io/v1alpha1/applications');
  const { items } = body as { items: KubeObject[] };
  const { annotations } = subject.manifest['metadata'] as { annotations: Record<string, string> };
  const [name] = (annotations['argocd.argoproj.io/tracking-id'] ?? '').split(':');
  const status = items.find(({ metadata }) => metadata.name === name)?.['status'];
  return isObject(status) ? status['conditions'] : undefined;
}

async function startOver(subject: Subject, context: Context): Promise<void> {
  const { cluster } = context.options;
  const follower = context.watch.follow(subject.path);
  await kubeRequest(cluster, `PATCH ${subject.path}`, {
    body: { metadata: { finalizers: null } },
    contentType: 'application/merge-patch+json',
  });
  await kubeRequest(cluster, `DELETE ${subject.path}?propagationPolicy=Background`);
  await follower.first(({ type }) => type === 'ADDED', 30_000);
  follower.stop();
}

async function deleteOnce(subject: Subject, before: KubeObject, { serial, context }: Judging): Promise<Verdict> {
  const base = { serial, kind: subject.kind.kind, what: 'delete object', way: 'DELETE' };
  const follower = context.watch.follow(subject.path);
  await kubeRequest(context.options.cluster, `DELETE ${subject.path}?propagationPolicy=Background`);
  const answeredMs = performance.now();
  const back = await follower.first(
    ({ type, object }) =>
      type !== 'DELETED' &&
      object.metadata.uid !== before.metadata.uid &&
      violations(subject.node, formsOf(subject, object)).length === 0,
    LATE_MS,
  );
  follower.stop();
  if (back === undefined)
    return {
      ...base,
      outcome: 'unrepaired',
      detail: { path: subject.path, seen: follower.seen.map(({ type }) => type) },
    };
  const gone = follower.seen.find(({ type }) => type === 'DELETED');
  return { ...base, outcome: 'repaired', ms: Math.max(0, back.atMs - Math.max(answeredMs, gone?.atMs ?? 0)) };
}
