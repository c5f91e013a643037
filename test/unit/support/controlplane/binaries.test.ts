import { readdirSync } from 'node:fs';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { cacheKey, cacheRoot, resolvePrograms } from '../../../support/controlplane/binaries.ts';
import { runCommand } from '../../../support/controlplane/command.ts';
import { temporaryDir, writePrograms, writeScript } from './programs-fixture.ts';

/** Stands for Go: answers `go env GOVERSION`, and "builds" a script at the path after -o. */
const FAKE_GO = `
if [ "$1" = env ]; then echo "go1.26.8"; exit 0; fi
while [ "$1" != -o ]; do shift; done
echo "example.com/first" >&2
echo "example.com/second" >&2
printf '#!/bin/sh\\necho "$1 built with $GOTOOLCHAIN, CGO_ENABLED=$CGO_ENABLED"\\n' > "$2"
sed -i "s/\\$GOTOOLCHAIN/$GOTOOLCHAIN/; s/\\$CGO_ENABLED/$CGO_ENABLED/" "$2"
chmod +x "$2"
`;

describe('resolvePrograms()', { timeout: 60_000 }, () => {
  it('takes KUBEBUILDER_ASSETS when it holds all programs', async () => {
    const assets = await temporaryDir();
    await writePrograms(assets);
    const env = { HOME: await temporaryDir(), KUBEBUILDER_ASSETS: assets };
    const programs = await resolvePrograms({ log: refuseLines, env });
    expect(programs.etcd).toEqual([path.join(assets, 'etcd')]);
    expect(programs['kube-scheduler']).toEqual([path.join(assets, 'kube-scheduler')]);
  });

  it('says that KUBEBUILDER_ASSETS lacks a program and goes on to the cache', async () => {
    const assets = await temporaryDir();
    await writePrograms(assets, 'kwok');
    const env = { HOME: await temporaryDir(), KUBEBUILDER_ASSETS: assets };
    const cached = path.join(cacheRoot(env), await cacheKey());
    await writePrograms(cached);
    const lines: string[] = [];
    const programs = await resolvePrograms({ log: (line) => lines.push(line), env });
    expect(programs.kwok).toEqual([path.join(cached, 'kwok')]);
    expect(lines).toEqual([expect.stringContaining(`KUBEBUILDER_ASSETS (${assets}) does not hold all of`)]);
  });

  it('keeps its cache in XDG_CACHE_HOME', () => {
    expect(cacheRoot({ HOME: '/home/me', XDG_CACHE_HOME: '/elsewhere' })).toBe('/elsewhere/holdfast');
    expect(cacheRoot({ HOME: '/home/me', XDG_CACHE_HOME: '' })).toBe('/home/me/.cache/holdfast');
  });

  it('builds with the Go that is installed, tells of it, and leaves only the result in the cache', async () => {
    const env = await environmentWithGo(FAKE_GO);
    const lines: string[] = [];
    const programs = await resolvePrograms({ log: (line) => lines.push(line), env });
    expect((await runCommand(programs.kubectl)).stdout).toBe('kubectl built with local, CGO_ENABLED=0\n');
    expect(lines[0]).toContain('about 5 minutes, once per machine');
    expect(readdirSync(cacheRoot(env))).toEqual([await cacheKey()]);
    expect(readdirSync(path.join(cacheRoot(env), await cacheKey()))).toEqual(['controlplane']);
  });

  it('asks an old Go to fetch one exact newer version', async () => {
    const env = await environmentWithGo(FAKE_GO.replace('go1.26.8', 'go1.22.3'));
    const programs = await resolvePrograms({ log: () => undefined, env });
    expect((await runCommand(programs.kwok)).stdout).toBe('kwok built with go1.26.8, CGO_ENABLED=0\n');
  });

  it('shows the end of what Go said when the build fails, and can be tried again', async () => {
    const env = await environmentWithGo(
      'if [ "$1" = env ]; then echo go1.26.8; else echo "main.go:7: no such thing" >&2; exit 1; fi',
    );
    await expect(resolvePrograms({ log: () => undefined, env })).rejects.toThrow(
      /"go build" failed:\n.*main\.go:7: no such thing/s,
    );
    expect(readdirSync(cacheRoot(env))).toEqual([]);
    await writeScript(path.join(env.PATH.split(':')[0] ?? '', 'go'), FAKE_GO);
    await expect(resolvePrograms({ log: () => undefined, env })).resolves.toHaveProperty('etcd');
  });

  it('says what to install when there is no Go', async () => {
    const env = { HOME: await temporaryDir(), PATH: await temporaryDir() };
    await expect(resolvePrograms({ log: () => undefined, env })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('Install Go 1.26 or newer') as string,
    });
  });

  it('takes over the lock of a process that is gone', async () => {
    const env = await environmentWithGo(FAKE_GO);
    const lock = path.join(cacheRoot(env), `${await cacheKey()}.lock`);
    await mkdir(cacheRoot(env), { recursive: true });
    await writeFile(lock, '');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(lock, longAgo, longAgo);
    await expect(resolvePrograms({ log: () => undefined, env })).resolves.toHaveProperty('etcd');
  });

  it('waits for the lock of a process that lives, and says so', async () => {
    const env = await environmentWithGo(FAKE_GO);
    const lock = path.join(cacheRoot(env), `${await cacheKey()}.lock`);
    await mkdir(cacheRoot(env), { recursive: true });
    await writeFile(lock, '');
    const lines: string[] = [];
    let unlocked = false;
    const programs = resolvePrograms({
      env,
      log: (line) => {
        lines.push(line);
        if (unlocked) return;
        unlocked = true;
        void rm(lock);
      },
    });
    await expect(programs).resolves.toHaveProperty('etcd');
    expect(lines[0]).toContain('waiting for another process');
  });
});

async function environmentWithGo(script: string): Promise<{ HOME: string; PATH: string }> {
  const bin = await temporaryDir();
  await writeScript(path.join(bin, 'go'), script);
  return { HOME: await temporaryDir(), PATH: `${bin}:${process.env['PATH']}` };
}

function refuseLines(line: string): void {
  throw new Error(`said something unexpected: ${line}`);
}
