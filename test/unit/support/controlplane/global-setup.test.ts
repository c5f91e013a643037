import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TestProject } from 'vitest/node';

import { setup } from '../../../support/controlplane/global-setup.ts';
import { temporaryDir, writePrograms, writeScript } from './programs-fixture.ts';

describe('setup()', { timeout: 60_000 }, () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('starts nothing before a file asks, and removes its socket in the end', async () => {
    const { marker } = await stubPrograms();
    const { socketPath, teardown } = await runSetup();
    expect(existsSync(socketPath)).toBe(true);
    await teardown();
    expect(existsSync(path.dirname(socketPath))).toBe(false);
    expect(existsSync(marker)).toBe(false);
  });

  it('starts once for all who ask, and tells each of them why it failed', async () => {
    const { marker, temporary } = await stubPrograms();
    const { socketPath, teardown } = await runSetup();
    const answers = await Promise.all([text(connect(socketPath)), text(connect(socketPath))]);
    for (const answer of answers) {
      expect(JSON.parse(answer)).toEqual({ error: expect.stringContaining('no etcd today') as string });
    }
    expect(existsSync(marker)).toBe(true);
    await teardown();
    expect(readdirSync(temporary)).toEqual([]);
  });
});

/** Programs of which etcd fails, once: a second start of it fails for another reason. */
async function stubPrograms(): Promise<{ marker: string; temporary: string }> {
  const assets = await temporaryDir();
  const temporary = await temporaryDir();
  const marker = path.join(assets, 'etcd-was-started');
  await writePrograms(assets);
  await writeScript(path.join(assets, 'etcd'), `mkdir ${marker} && echo "no etcd today" >&2; exit 3`);
  await writeScript(path.join(assets, 'kube-apiserver'), 'sleep 1000');
  vi.stubEnv('KUBEBUILDER_ASSETS', assets);
  vi.stubEnv('TMPDIR', temporary);
  return { marker, temporary };
}

async function runSetup(): Promise<{ socketPath: string; teardown: () => Promise<void> }> {
  const provided = new Map<string, string>();
  // All that the setup needs of Vitest's project.
  const project = { provide: (name: string, value: string) => provided.set(name, value) };
  const teardown = await setup(project as unknown as TestProject);
  return { socketPath: provided.get('controlPlaneSocket') ?? '', teardown };
}
