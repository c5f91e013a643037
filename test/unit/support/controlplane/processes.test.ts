import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';

import { isAlive } from '../../../support/controlplane/is-alive.ts';
import { openProcessGroup } from '../../../support/controlplane/processes.ts';
import { temporaryDir, writeScript } from './programs-fixture.ts';

const SOON = { timeout: 20_000, interval: 50 };

describe('openProcessGroup()', { timeout: 60_000 }, () => {
  it('ends a program that knows nothing of us, and what it started, when we are killed', async () => {
    const dir = await temporaryDir();
    const work = path.join(dir, 'work');
    await mkdir(work);
    const pidFile = path.join(dir, 'child.pid');
    await writeScript(path.join(dir, 'program'), `sleep 1000 & echo $! > ${pidFile}; wait`);
    const module = path.resolve(import.meta.dirname, '../../../support/controlplane/processes.ts');
    const code = `import { openProcessGroup } from ${JSON.stringify(module)};
      const group = openProcessGroup(${JSON.stringify(work)});
      const spec = { name: 'program', command: [${JSON.stringify(path.join(dir, 'program'))}], args: [] };
      const started = await group.start({ ...spec, logFile: ${JSON.stringify(path.join(work, 'log'))}, env: process.env });
      console.log(started.pid);
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module-typescript', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const line = await firstLine(owner.stdout);
    await vi.waitFor(() => expect(existsSync(pidFile)).toBe(true), SOON);
    expect(isAlive(Number(line))).toBe(true);
    owner.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(Number(line))).toBe(false), SOON);
    await vi.waitFor(() => expect(existsSync(work)).toBe(false), SOON);
  });

  it('does not touch a process that has ended before', async () => {
    const dir = await temporaryDir();
    const work = path.join(dir, 'work');
    await mkdir(work);
    const group = openProcessGroup(work);
    const spec = { name: 'true', command: ['true'], args: [], logFile: path.join(dir, 'log'), env: process.env };
    const started = await group.start(spec);
    await started.ended();
    expect(started.hasEnded()).toBe(true);
    expect(started.exitCode()).toBe(0);
    await group.close();
    expect(existsSync(work)).toBe(false);
  });

  it('keeps the directory when it is told to', async () => {
    const dir = await temporaryDir();
    const group = openProcessGroup(dir);
    const spec = { name: 'false', command: ['false'], args: [], logFile: path.join(dir, 'log'), env: process.env };
    const started = await group.start(spec);
    await started.ended();
    expect(started.exitCode()).toBe(1);
    await group.close({ keepDir: true });
    expect(existsSync(dir)).toBe(true);
  });

  it('rejects a program that does not exist', async () => {
    const dir = await temporaryDir();
    const group = openProcessGroup(undefined);
    const spec = { name: 'none', command: ['/no/such/program'], args: [], logFile: path.join(dir, 'log'), env: {} };
    await expect(group.start(spec)).rejects.toThrow('ENOENT');
    await group.close();
  });
});

async function firstLine(output: Readable): Promise<string> {
  for await (const line of createInterface(output)) return line;
  throw new Error('the owner ended without a word');
}
