import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';

import { isAlive } from '../support/controlplane/is-alive.ts';

const root = path.resolve(import.meta.dirname, '../..');
const startModule = path.join(root, 'test/support/controlplane/start.ts');
const LONG_MS = 180_000;
/** How long ending may take on a busy machine. */
const SOON = { timeout: 20_000, interval: 100 };

interface Owner {
  readonly child: ChildProcess;
  readonly pids: Readonly<Record<string, number>>;
  readonly dir: string;
}

describe('a control plane whose owner', { timeout: LONG_MS }, () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('is ended by %s leaves no process and no file', async (signal) => {
    const { child, pids, dir } = await spawnOwner();
    child.kill(signal);
    await vi.waitFor(() => expect(alive(pids)).toEqual([]), SOON);
    await vi.waitFor(() => expect(existsSync(dir)).toBe(false), SOON);
  });

  it('is killed while a component is frozen leaves nothing either', async () => {
    const { child, pids, dir } = await spawnOwner();
    process.kill(pids['etcd'] ?? 0, 'SIGSTOP');
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(alive(pids)).toEqual([]), SOON);
    await vi.waitFor(() => expect(existsSync(dir)).toBe(false), SOON);
  });

  it('is killed together with the reaper leaves no process: each component watches for itself', async () => {
    const { child, pids, dir } = await spawnOwner();
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    process.kill(reaperOf(child.pid ?? 0), 'SIGKILL');
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(alive(pids)).toEqual([]), SOON);
  });

  it('calls stop() leaves nothing, and calling it twice does no harm', async () => {
    const { child, pids, dir } = await spawnOwner('await plane.stop(); await plane.stop(); console.log("stopped");');
    // Ends by itself: nothing that is left over keeps the process alive.
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    expect(alive(pids)).toEqual([]);
    expect(existsSync(dir)).toBe(false);
  });
});

describe('scripts/controlplane.ts', { timeout: LONG_MS }, () => {
  it('prints the kubeconfig first, keeps the cluster in --dir and stops on SIGINT', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'holdfast-test-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const child = spawn(process.execPath, [path.join(root, 'scripts/controlplane.ts'), '--dir', dir, '--nodes', '1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    owners.add(child);
    expect(await firstLine(child)).toBe(path.join(dir, 'kubeconfig'));
    const second = await runScript(['--dir', dir]);
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toContain(`process ${child.pid} runs one there`);
    child.kill('SIGINT');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    expect(existsSync(path.join(dir, 'etcd'))).toBe(true);
  });

  it.each([
    { args: ['--bogus'], says: "Unknown option '--bogus'" },
    { args: ['--nodes', 'many'], says: '--nodes must be a whole number' },
    { args: ['somewhere'], says: "Unexpected argument 'somewhere'" },
  ])('refuses $args', async ({ args, says }) => {
    const result = await runScript(args);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(says);
    expect(result.stderr).toContain('Usage:');
  });
});

const owners = new Set<ChildProcess>();
afterAll(() => {
  for (const child of owners) child.kill('SIGKILL');
});

/** Another process that starts a control plane, tells of it and then runs `then`. */
async function spawnOwner(then = 'setInterval(() => {}, 1000);'): Promise<Owner> {
  const code = `import { startControlPlane } from ${JSON.stringify(startModule)};
    const plane = await startControlPlane({ nodes: 1 });
    console.log(JSON.stringify({ pids: plane.pids, dir: plane.dir }));
    ${then}`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  owners.add(child);
  const told = JSON.parse(await firstLine(child)) as { pids: Record<string, number>; dir: string };
  expect(Object.keys(told.pids)).toHaveLength(5);
  return { child, ...told };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the child has no output');
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error(`the child said nothing and ended with ${child.exitCode}`);
}

async function runScript(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [path.join(root, 'scripts/controlplane.ts'), ...args], { stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}

/** Names of the processes that still run. */
function alive(pids: Readonly<Record<string, number>>): string[] {
  return Object.keys(pids).filter((name) => isAlive(pids[name] ?? 0));
}

function reaperOf(owner: number): number {
  const children = readFileSync(`/proc/${owner}/task/${owner}/children`, 'utf8').trim().split(' ').map(Number);
  const reaper = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('holdfast-reaper'));
  if (reaper === undefined) throw new Error(`process ${owner} has no reaper`);
  return reaper;
}
