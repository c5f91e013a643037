import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import { cacheKey, cacheRoot, resolvePrograms } from '../../../support/controlplane/binaries.ts';
import { runCommand } from '../../../support/controlplane/command.ts';
import { archiveName } from '../../../support/controlplane/download.ts';
import { temporaryDir, writePrograms } from './programs-fixture.ts';

describe('resolvePrograms() with HOLDFAST_CONTROLPLANE_URL', { timeout: 60_000 }, () => {
  it('downloads all programs once and takes them from the cache from then on', async () => {
    const archive = await archiveOf();
    const server = await serve({ archive });
    const env = { HOME: await temporaryDir(), HOLDFAST_CONTROLPLANE_URL: `${server.url}/` };
    const programs = await resolvePrograms({ log: quiet, env });
    expect((await runCommand(programs.kwok)).stdout).toBe('this is kwok\n');
    expect((await runCommand(programs['kube-apiserver'])).stdout).toBe('this is kube-apiserver\n');
    expect(server.requests).toEqual([`/${archiveName()}.sha256`, `/${archiveName()}`]);
    expect(await resolvePrograms({ log: quiet, env })).toEqual(programs);
    expect(server.requests).toHaveLength(2);
  });

  it('refuses an archive with another checksum than the one beside it, and caches nothing', async () => {
    const server = await serve({ archive: await archiveOf(), sha256: '0'.repeat(64) });
    await expectRefusal(server.url, 'its SHA-256 is');
  });

  it('refuses an archive with another checksum than HOLDFAST_CONTROLPLANE_SHA256, whatever the server says', async () => {
    const server = await serve({ archive: await archiveOf() });
    await expectRefusal(server.url, `should be ${'1'.repeat(64)}`, { HOLDFAST_CONTROLPLANE_SHA256: '1'.repeat(64) });
  });

  it('refuses an archive that lacks a program', async () => {
    const server = await serve({ archive: await archiveOf('kube-scheduler') });
    await expectRefusal(server.url, 'it does not hold all of etcd, kube-apiserver,');
  });

  it('refuses an archive that is none', async () => {
    const server = await serve({ archive: Buffer.from('<html>sign in first</html>') });
    await expectRefusal(server.url, 'tar could not unpack it');
  });

  it('says what the server answered', async () => {
    const server = await serve({});
    await expectRefusal(server.url, 'the server answered 404');
  });

  it('downloads once for two processes that start together', async () => {
    const server = await serve({ archive: await archiveOf(), delayMs: 700 });
    const env = { HOME: await temporaryDir(), HOLDFAST_CONTROLPLANE_URL: server.url };
    const outputs = await Promise.all([resolveInProcess(env), resolveInProcess(env)]);
    expect(outputs[0]).toBe(outputs[1]);
    expect(outputs[0]).toContain('kube-controller-manager');
    expect(server.requests.filter((url) => url.endsWith('.tar.gz'))).toHaveLength(1);
  });
});

async function expectRefusal(url: string, message: string, more: Record<string, string> = {}): Promise<void> {
  const env = { HOME: await temporaryDir(), HOLDFAST_CONTROLPLANE_URL: url, ...more };
  await expect(resolvePrograms({ log: quiet, env })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    retry: 'never',
    message: expect.stringContaining(message) as string,
  });
  expect(readdirSync(cacheRoot(env))).toEqual([]);
}

/** The programs that another process finds, as JSON. */
async function resolveInProcess(env: NodeJS.ProcessEnv): Promise<string> {
  const module = path.resolve(import.meta.dirname, '../../../support/controlplane/binaries.ts');
  const code = `import { resolvePrograms } from ${JSON.stringify(module)};
    process.stdout.write(JSON.stringify(await resolvePrograms({ log: () => undefined })));`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], ...env },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(child, 'close');
  expect(output).toContain(await cacheKey());
  return output;
}

async function archiveOf(missing?: string): Promise<Buffer> {
  const dir = await temporaryDir();
  await writePrograms(dir, missing);
  return execFileSync('tar', ['-czf', '-', '-C', dir, '.']);
}

interface Served {
  readonly archive?: Buffer;
  readonly sha256?: string;
  readonly delayMs?: number;
}

async function serve({ archive, sha256, delayMs = 0 }: Served): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const files = new Map<string, Buffer | string>();
  if (archive !== undefined) {
    const sum = sha256 ?? createHash('sha256').update(archive).digest('hex');
    files.set(`/${archiveName()}`, archive).set(`/${archiveName()}.sha256`, `${sum}  ${archiveName()}\n`);
  }
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const file = files.get(request.url ?? '');
    if (file === undefined) response.writeHead(404).end();
    else setTimeout(() => response.end(file), delayMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function quiet(): void {
  // The lines are of no concern here.
}
