// The fleet benchmark of ../shared/bench against Holdfast, with its bare apply loop as the floor, runs alternated.
// env: N (applications, 100), RUNS (3), IDLE (seconds, 60), HEAL (repetitions, 10), NODE_FLAGS (for the operator),
// PROGRESS (print the operator's writes over time)
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ControlPlane, startControlPlane } from '../support/controlplane/start.ts';

const shared = process.env['HOLDFAST_SHARED'] ?? path.join(import.meta.dirname, '../../../shared');
const root = path.join(import.meta.dirname, '../..');
const applications = Number(process.env['N'] ?? 100);
const runs = Number(process.env['RUNS'] ?? 3);

interface Floor {
  create: { writesS: number; allS: number };
  change: { writesS: number; allS: number };
}
interface Fleet {
  firstSyncS: number;
  firstSyncCpuS: number;
  firstSyncReq: Record<string, number>;
  commitAllS: number;
  commitCpuS: number;
  commitReq: Record<string, number>;
  healImageP50S: number;
  healImageS: number[];
  healDeletedS: number[];
  idleCpuPct: number;
  idleReqPerMin: Record<string, number>;
  rssIdleMiB: number;
  rssPeakMiB: number;
}

async function run(command: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  return output.trim().split('\n').at(-1) ?? '';
}

async function once(): Promise<{ floor: Floor; fleet: Fleet; written: number; ownIdle: number }> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'holdfast-fleet-'));
  const cp = await startControlPlane({ nodes: 1 });
  const api = { API: cp.url, TOKEN: cp.token, N: String(applications) };
  const work = makeFleet(dir);
  const port = 18000 + Math.floor(Math.random() * 2000);
  const git = spawn(process.execPath, [path.join(shared, 'bench/gitsrv.mjs'), dir, String(port)], { stdio: 'ignore' });
  await cp.kubectl(['apply', '--server-side', '-f', path.join(root, 'crds')]);
  await cp.kubectl(['create', 'namespace', 'argocd']);
  // What the package holds, without the launcher in between, so that the pid is the operator's.
  const operator = spawn(
    process.execPath,
    [
      ...(process.env['NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== ''),
      '--input-type=module',
      '--eval',
      `import { runCli } from ${JSON.stringify(pathToFileURL(path.join(root, 'dist/cli/main.js')).href)};
       process.exit(await runCli(process.argv.slice(1), 'bench'));`,
      'controller',
      '--kubeconfig',
      cp.kubeconfigPath,
      '--port',
      '0',
      '--metrics-port',
      '0',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const log: string[] = [];
  operator.stdout.setEncoding('utf8').on('data', (text: string) => log.push(text));
  try {
    const metricsPort = await started(log);
    const floor = JSON.parse(await run('node', [path.join(shared, 'bench/floor.mjs')], api)) as Floor;
    await untilFloorIsGone(cp);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const written = countFirstWrites(metricsPort);
    const fleet = JSON.parse(
      await run('node', [path.join(shared, 'bench/appbench.mjs')], {
        ...api,
        REPO: `http://127.0.0.1:${port}/fleet.git`,
        WORK: work,
        PIDS: String(operator.pid),
        LABEL: 'holdfast',
        IDLE: process.env['IDLE'] ?? '60',
        HEAL: process.env['HEAL'] ?? '10',
      }),
    ) as Fleet;
    return { floor, fleet, written: await written, ownIdle: await countIdleRequests(metricsPort) };
  } finally {
    writeFileSync(path.join(os.tmpdir(), 'holdfast-fleet.log'), log.join(''));
    operator.kill('SIGTERM');
    git.kill();
    await cp.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The benchmark's own Kustomize tree as a work tree, and a bare clone of it beside it that a server serves. */
function makeFleet(dir: string): string {
  const work = path.join(dir, 'work');
  execFileSync('python3', [path.join(shared, 'bench/mkrepo.py'), work, String(applications)]);
  const bare = path.join(dir, 'fleet.git');
  execFileSync('git', ['clone', '-q', '--bare', work, bare]);
  execFileSync('git', ['-C', bare, 'config', 'http.receivepack', 'true']);
  execFileSync('git', ['-C', work, 'remote', 'add', 'origin', bare]);
  return work;
}

async function started(log: readonly string[]): Promise<string> {
  for (let tries = 0; tries < 300; tries += 1) {
    const port = /"metricsPort":(\d+)/.exec(log.join(''))?.[1];
    if (port !== undefined) return port;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the operator did not start: ${log.join('')}`);
}

/** The floor was measured on an idle cluster, so that the deletion of its objects is over before the rest begins. */
async function untilFloorIsGone(cp: ControlPlane): Promise<void> {
  for (;;) {
    const { stdout } = await cp.kubectl(['get', 'namespaces', '-o', 'name']);
    if (!stdout.includes('namespace/floor-')) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** The operator's own writes, four seconds after the last application's apply: the benchmark commits after five. */
async function countFirstWrites(port: string): Promise<number> {
  let reachedMs: number | undefined;
  for (;;) {
    const sum = await countRequests(port, 'POST|PUT|PATCH|DELETE');
    const nowMs = performance.now();
    if (process.env['PROGRESS'] !== undefined) process.stderr.write(`${(nowMs / 1_000).toFixed(2)} s: ${sum} writes\n`);
    if (sum >= applications * 6) reachedMs ??= nowMs;
    if (reachedMs !== undefined && nowMs - reachedMs > 4_000) return sum;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** The operator's own requests of a minute in which nothing happens; watches that are opened anew are not counted. */
async function countIdleRequests(port: string): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const before = await countRequests(port, 'GET|LIST|POST|PUT|PATCH|DELETE');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
  return (await countRequests(port, 'GET|LIST|POST|PUT|PATCH|DELETE')) - before;
}

async function countRequests(port: string, verbs: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.matchAll(new RegExp(`^argocd_app_k8s_request_total\\{verb="(?:${verbs})".*\\} (\\d+)$`, 'gm'));
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}

// As users run it: a clone that runs its sources holds the compiler's type stripping in memory besides, some 35 MiB.
execFileSync('npm', ['run', '-s', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
for (let index = 0; index < runs; index += 1) {
  const { floor, fleet, written, ownIdle } = await once();
  const figures = {
    ...fleet,
    run: index + 1,
    floorS: floor.create.allS,
    firstSyncRatio: Number((fleet.firstSyncS / floor.create.allS).toFixed(2)),
    changeFloorS: floor.change.allS,
    commitRatio: Number((fleet.commitAllS / floor.change.allS).toFixed(2)),
    // Status and Events included, dry-runs too.
    writesPerObject: Number((written / (applications * 5)).toFixed(3)),
    // By the operator's own count; `idleReqPerMin` is everybody's.
    ownIdleReqPerMin: ownIdle,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}
process.exit(0);
