import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { useControlPlane } from '../support/cluster-fixture.ts';
import { kubeRequest } from '../support/controlplane/kube-request.ts';
import { pause } from '../support/eventually.ts';
import { isApply, isWrite } from '../support/fault-proxy.ts';
import { type KillRig, type KillRound, OBJECTS, seeded, startKillRig, wrongs } from '../support/kill-rig.ts';
import { installCrds } from '../support/operator.ts';

const cluster = await useControlPlane();
const FINALIZER = 'resources-finalizer.argocd.argoproj.io';
const SEED = 20_261_121;
const KILLS = 6;
/** Of 200 objects the first half stays stated. */
const HALF = OBJECTS / 2;

// The tests follow one Application through its life, so that their order matters.
describe('an operator that is killed', { timeout: 600_000 }, () => {
  let rig: KillRig;
  let revision: string;

  beforeAll(async () => {
    await installCrds(cluster);
    rig = await startKillRig(cluster);
  });
  afterAll(async () => {
    await rig[Symbol.asyncDispose]();
  });

  it('in its first sync leaves all to the next one', async () => {
    revision = await rig.state('first');
    const round = await rig.kill(
      { signal: 'SIGKILL', atWrite: 90, moment: 'answered', counts: isApply },
      () => rig.createApplication([FINALIZER]),
      () => rig.settled(revision),
    );
    expect(wrongs(round)).toEqual([]);
    expect(await rig.differences()).toEqual([]);
  });

  it('at random writes of a sync never applies what it knows to be applied', async () => {
    const random = seeded(SEED);
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const atWrite = 1 + Math.floor(random() * OBJECTS);
      const moment = random() < 0.5 ? 'arrived' : 'answered';
      revision = await rig.state(`kill-${kill}`);
      const round = await rig.kill(
        { signal: 'SIGKILL', atWrite, moment },
        () => Promise.resolve(),
        () => rig.settled(revision),
      );
      const label = `seed ${SEED}, kill ${kill}: ${moment} write ${atWrite}`;
      expect(wrongs(round), label).toEqual([]);
      expect(await rig.differences(), label).toEqual([]);
    }
  });

  it('again while the next one goes on loses and repeats nothing either', async () => {
    revision = await rig.state('twice');
    // Else the second operator might be done before it can be killed.
    const slow = rig.proxy.inject({ match: isApply, fault: { kind: 'delay', ms: 200 } });
    const plan = { signal: 'SIGKILL', moment: 'answered', counts: isApply } as const;
    let second: KillRound | undefined;
    const first = await rig.kill(
      { ...plan, atWrite: 60 },
      () => Promise.resolve(),
      async () => {
        const settle = async (): Promise<void> => {
          slow.lift();
          await rig.settled(revision);
        };
        second = await rig.kill({ ...plan, atWrite: 10 }, () => Promise.resolve(), settle);
      },
    );
    expect(wrongs({ ...first, inFlight: [...first.inFlight, ...(second?.inFlight ?? [])] })).toEqual([]);
    expect(await rig.differences()).toEqual([]);
  });

  it('writes nothing at rest, and the next one neither', async () => {
    const before = await resourceVersions(rig);
    const mark = rig.proxy.requests.length;
    await rig.restart();
    await pause(3_000);
    expect(rig.proxy.requests.slice(mark).filter(isWrite)).toEqual([]);
    expect(await resourceVersions(rig)).toEqual(before);
  });

  it('by SIGTERM in a sync finishes what it has begun and ends with status 0', async () => {
    revision = await rig.state('terminated');
    const round = await rig.kill(
      { signal: 'SIGTERM', atWrite: 40, moment: 'arrived', counts: isApply },
      () => Promise.resolve(),
      () => rig.settled(revision),
    );
    expect(round.exitCode).toBe(0);
    expect(wrongs(round)).toEqual([]);
    expect(await rig.differences()).toEqual([]);
  });

  it('in a prune deletes the rest with the next one, and nothing that is not its own', async () => {
    const foreign = await createForeign(rig);
    revision = await rig.state('terminated', HALF);
    const round = await rig.kill(
      { signal: 'SIGKILL', atWrite: 30, moment: 'answered', counts: ({ method }) => method === 'DELETE' },
      () => Promise.resolve(),
      () => rig.settled(revision),
    );
    expect(wrongs(round)).toEqual([]);
    expect(round.requests.filter(isApply)).toEqual([]);
    expect(await rig.differences()).toEqual([]);
    expect(
      await uids(
        rig,
        foreign.map(({ path }) => path),
      ),
    ).toEqual(foreign.map(({ uid }) => uid));
  });

  it('in the deletion of an Application completes it with the next one', async () => {
    const foreign = await createForeign(rig);
    const round = await rig.kill(
      { signal: 'SIGKILL', atWrite: 25, moment: 'arrived', counts: ({ method }) => method === 'DELETE' },
      () => rig.deleteApplication(),
      async () => {
        await expect.poll(() => rig.application(), { timeout: 120_000 }).toBeUndefined();
      },
    );
    expect(wrongs(round)).toEqual([]);
    await rig.state('none', 0);
    expect(await rig.differences()).toEqual([]);
    expect(
      await uids(
        rig,
        foreign.map(({ path }) => path),
      ),
    ).toEqual(foreign.map(({ uid }) => uid));
    const mark = rig.proxy.requests.length;
    await pause(2_000);
    expect(rig.proxy.requests.slice(mark).filter(isWrite)).toEqual([]);
  });
});

async function resourceVersions(rig: KillRig): Promise<Record<string, string | undefined>> {
  const live = await rig.live();
  return Object.fromEntries(live.map(({ kind, metadata }) => [`${kind} ${metadata.name}`, metadata.resourceVersion]));
}

async function uids(rig: KillRig, paths: readonly string[]): Promise<(string | undefined)[]> {
  return Promise.all(paths.map(async (path) => (await rig.read(path))?.metadata.uid));
}

/** Somebody else's objects beside ours: a plain one, and a copy of one of ours with its labels and annotations. */
async function createForeign(rig: KillRig): Promise<{ path: string; uid: string | undefined }[]> {
  const collection = `/api/v1/namespaces/${rig.target}/configmaps` as const;
  const original = await rig.read(`${collection}/configmap-0`);
  const { rig: _rig, ...labels } = original?.metadata.labels ?? {};
  const annotations = original?.metadata.annotations;
  const made = [];
  for (const metadata of [{ name: 'plain' }, { name: 'copied', labels, annotations }]) {
    await kubeRequest(cluster, `POST ${collection}`, { body: { apiVersion: 'v1', kind: 'ConfigMap', metadata } });
    const path = `${collection}/${metadata.name}`;
    made.push({ path, uid: (await rig.read(path))?.metadata.uid });
  }
  return made;
}
