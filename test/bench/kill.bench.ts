// Kills the operator again and again in the middle of syncs of 200 objects and of prunes, starts the next one at once, and
// counts through a proxy in front of the API server what both wrote.
//
//   node test/bench/kill.bench.ts [--kills=50] [--seed=1]
import { startControlPlane } from '../support/controlplane/start.ts';
import { pause } from '../support/eventually.ts';
import { isApply, isWrite } from '../support/fault-proxy.ts';
import { describe, type KillPlan, type KillRig, OBJECTS, seeded, startKillRig, wrongs } from '../support/kill-rig.ts';
import { installCrds } from '../support/operator.ts';
import { testCluster } from '../support/own-control-plane.ts';

const argument = (name: string, otherwise: number): number =>
  Number(new RegExp(`--${name}=(\\d+)`).exec(process.argv.join(' '))?.[1] ?? otherwise);
const KILLS = argument('kills', 50);
const SEED = argument('seed', 1);
/** The objects and the status or the Event after them. */
const WRITES = OBJECTS + 1;
const HALF = OBJECTS / 2;

const controlPlane = await startControlPlane({ nodes: 1 });
const cluster = testCluster(controlPlane);
await installCrds(cluster);
const rig: KillRig = await startKillRig(cluster);
const random = seeded(SEED);
const totals = { kills: 0, applies: 0, inFlight: 0, objects: 0, deletes: 0, beforeKill: [] as number[] };
const failures: string[] = [];

try {
  let revision = await rig.state('start');
  await rig.createApplication();
  await rig.settled(revision);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const plan = planOf(kill);
    // Every fifth kill is in the creation of all objects, every fifth in a prune of half of them.
    if (kill % 5 === 0) revision = await killInCreation(kill, plan);
    else if (kill % 5 === 3) revision = await killInPrune(kill, plan);
    else revision = await killInChange(kill, plan);
  }
  await atRest();
} finally {
  await rig[Symbol.asyncDispose]();
  await controlPlane.stop();
}
report();

function planOf(kill: number): KillPlan {
  const writes = kill % 5 === 3 ? HALF : WRITES;
  return {
    signal: 'SIGKILL',
    atWrite: 1 + Math.floor(random() * writes),
    moment: random() < 0.5 ? 'arrived' : 'answered',
  };
}

async function killInChange(kill: number, plan: KillPlan): Promise<string> {
  const revision = await rig.state(`round-${kill}`);
  await killed(kill, plan, { revision, objects: OBJECTS });
  return revision;
}

/** All objects vanish while nothing is synced. */
async function killInCreation(kill: number, plan: KillPlan): Promise<string> {
  await rig.automate(false);
  await rig.deleteObjects();
  const revision = await rig.state(`round-${kill}`);
  await rig.quiet();
  await killed(kill, plan, { revision, objects: OBJECTS, cause: () => rig.automate(true) });
  return revision;
}

async function killInPrune(kill: number, plan: KillPlan): Promise<string> {
  const revision = await rig.state(`round-${kill - 1}`, HALF);
  await killed(kill, plan, { revision, objects: 0 });
  const whole = await rig.state(`round-${kill}`);
  await rig.settled(whole);
  return whole;
}

async function killed(
  kill: number,
  plan: KillPlan,
  wanted: { revision: string; objects: number; cause?: () => Promise<unknown> },
): Promise<void> {
  const label = `kill ${kill} (${plan.moment} write ${plan.atWrite})`;
  const round = await rig.kill(plan, wanted.cause ?? (() => Promise.resolve()), () => rig.settled(wanted.revision));
  const applies = round.requests.filter(isApply).length;
  const deletes = round.requests.filter(({ method }) => method === 'DELETE').length;
  const wrong = [...wrongs(round, wanted.objects), ...(await rig.differences())];
  totals.kills += 1;
  totals.applies += applies;
  totals.deletes += deletes;
  totals.objects += wanted.objects;
  totals.inFlight += round.inFlight.filter(isApply).length;
  totals.beforeKill.push(round.writesBefore);
  failures.push(...wrong.map((text) => `${label}: ${text}`));
  const what = `${applies} applies, ${deletes} deletes, ${round.inFlight.length} in flight`;
  process.stdout.write(`${label}: ${what}${wrong.length === 0 ? '' : `; WRONG: ${wrong.slice(0, 3).join('; ')}`}\n`);
}

async function atRest(): Promise<void> {
  await rig.quiet();
  const mark = rig.proxy.requests.length;
  await rig.restart();
  await pause(5_000);
  const writes = rig.proxy.requests.slice(mark).filter(isWrite);
  failures.push(...writes.map((request) => `at rest after the last restart: ${describe(request)}`));
}

function report(): void {
  const spread = totals.beforeKill.toSorted((a, b) => a - b);
  process.stdout.write(
    `${totals.kills} kills (seed ${SEED}) after ${spread[0]} to ${spread.at(-1)} writes: ${totals.applies} applies for ${totals.objects} objects and ${totals.inFlight} in flight, ${totals.deletes} deletes, ${failures.length} wrong\n`,
  );
  for (const failure of failures) process.stdout.write(`  ${failure}\n`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
