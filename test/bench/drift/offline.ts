import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../../../src/object/kube-object.ts';
import { kubeRequest } from '../../support/controlplane/kube-request.ts';
import {
  type Act,
  type CampaignOptions,
  chooseAct,
  foreignTouched,
  NOTHING,
  openContext,
  type Subject,
  subjectsOf,
  type Verdict,
  wrongIn,
} from './campaign.ts';
import { randomFrom } from './random.ts';

/** Reports the verdicts once another operator runs. */
export type Judge = (report: (verdict: Verdict) => void) => Promise<void>;

/** Mutations for the time in which no operator runs. */
export interface OfflineMutations {
  carryOut(): Promise<Judge>;
}

/** How long an operator that has just started may take for all objects. */
const REPAIR_MS = 30_000;
const TRIES = 12;

interface Done {
  readonly subject: Subject;
  readonly serial: number;
  readonly act: Act;
  readonly before: KubeObject;
  readonly written: KubeObject;
}

/** Reads the targets as they are in sync; one mutation of each is to follow. */
export async function prepareOffline(options: CampaignOptions): Promise<OfflineMutations> {
  const context = await openContext(options);
  const subjects = await subjectsOf(options);
  const read = async ({ path }: Subject): Promise<KubeObject> =>
    (await kubeRequest(options.cluster, `GET ${path}`)).body as KubeObject;
  const mutate = async (subject: Subject, first: number): Promise<Done | undefined> => {
    for (let serial = first; serial < first + TRIES; serial += 1) {
      const random = randomFrom(options.seed * 1_000_003 + serial);
      const before = await read(subject);
      const act = chooseAct({ subject, before, random, serial, context });
      const answer = await act?.run();
      const written = await read(subject);
      const changed = written.metadata.resourceVersion !== before.metadata.resourceVersion;
      if (act !== undefined && typeof answer === 'object' && changed) return { subject, serial, act, before, written };
    }
    return undefined;
  };
  return {
    async carryOut() {
      const done: Done[] = [];
      for (const [index, subject] of subjects.entries()) {
        const one = await mutate(subject, index * TRIES);
        if (one !== undefined) done.push(one);
      }
      context.watch.stop();
      return async (report) => {
        const endMs = performance.now() + REPAIR_MS;
        for (const one of done) report(await verdictOn(one, read, endMs));
      };
    },
  };
}

/** Without memory nobody can tell an entry whose key was changed from one that was added: it may stay. */
async function verdictOn(done: Done, read: (subject: Subject) => Promise<KubeObject>, endMs: number): Promise<Verdict> {
  const { subject, serial, act, before, written } = done;
  const base = { serial, kind: subject.kind.kind, what: act.what, way: `${act.way} (offline)` };
  const wrong = wrongIn(subject, written, NOTHING);
  let last = await read(subject);
  while (wrongIn(subject, last, NOTHING).length > 0 && performance.now() < endMs) {
    await sleep(100);
    last = await read(subject);
  }
  const detail = { path: subject.path, mutation: act.mutation, wrong };
  const still = wrongIn(subject, last, NOTHING);
  if (still.length > 0) return { ...base, outcome: 'unrepaired', detail: { ...detail, still } };
  const changed = foreignTouched(subject, { before, written, last, strict: wrong.length === 0, act });
  if (changed.length > 0) return { ...base, outcome: 'touched foreign', detail: { ...detail, changed } };
  return { ...base, outcome: wrong.length === 0 ? 'left alone' : 'repaired' };
}
