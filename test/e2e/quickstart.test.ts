import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Longer than on an idle machine by far; the programs of the control plane may have to be built first. */
const LIMIT_MS = 1_200_000;

interface Quickstart {
  readonly child: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  readonly ended: Promise<number | null>;
}

describe('npm run quickstart', { timeout: LIMIT_MS }, () => {
  it('deploys the example, shows a repair and ends when it is to run once', async () => {
    const quickstart = start(['--once']);
    expect(await quickstart.ended, quickstart.output()).toBe(0);
    const output = quickstart.output();
    expect(output).toContain('Application argocd/web: Synced, Healthy');
    expect(output).toContain('Deployment web/web: 2 of 2 replicas Ready');
    expect(output).toMatch(/Put back \d+ ms after the change/);
    expect(output).toContain('Repaired Deployment "web/web": changed: spec.replicas; changed by somebody');
    expect(foldersIn(output).filter((folder) => existsSync(folder))).toEqual([]);
  });

  it('serves until it is stopped, and leaves nothing behind', async () => {
    const quickstart = start([]);
    try {
      await eventually(
        () => Promise.resolve(quickstart.output().includes('Ctrl-C stops everything') ? true : undefined),
        () => `the quickstart did not get there:\n${quickstart.output()}`,
        LIMIT_MS,
      );
      const output = quickstart.output();
      const page = await fetch(addressOf(output, 'Page'));
      expect(await page.text()).toContain('argocd/web');
      const metrics = await fetch(addressOf(output, 'Metrics'));
      expect(await metrics.text()).toContain('argocd_app_info{namespace="argocd",name="web"');
      expect(foldersIn(output).filter((folder) => !existsSync(folder))).toEqual([]);
    } finally {
      quickstart.child.kill('SIGINT');
    }
    expect(await quickstart.ended, quickstart.output()).toBe(0);
    const output = quickstart.output();
    await eventually(
      () => Promise.resolve(foldersIn(output).some((folder) => existsSync(folder)) ? undefined : true),
      () => `left behind: ${foldersIn(output).join(', ')}`,
    );
    await expect(fetch(addressOf(output, 'Page'))).rejects.toThrow('fetch failed');
    await expect(fetch(addressOf(output, 'Git'))).rejects.toThrow('fetch failed');
  });
});

/** As a user in another folder, with whatever Node the machine has. */
function start(args: readonly string[]): Quickstart {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((entry) => !entry.includes('node_modules'));
  const child = spawn('node', [path.join(ROOT, 'scripts/run.mjs'), 'scripts/quickstart.ts', ...args], {
    cwd: tmpdir(),
    env: { ...process.env, PATH: folders.join(path.delimiter) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const endWithUs = (): void => void child.kill('SIGTERM');
  process.once('exit', endWithUs);
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', () => process.off('exit', endWithUs));
    child.once('close', resolve);
  });
  return { child, output: () => output, ended };
}

/** What the guide says behind a word. */
function addressOf(output: string, name: string): string {
  return new RegExp(`^ {2}${name} +(\\S+)$`, 'm').exec(output)?.[1] ?? '';
}

function foldersIn(output: string): string[] {
  return [addressOf(output, 'Clone'), path.dirname(addressOf(output, 'Kubeconfig'))];
}
