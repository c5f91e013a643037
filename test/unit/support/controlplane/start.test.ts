import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { startControlPlane } from '../../../support/controlplane/start.ts';
import { temporaryDir, writePrograms, writeScript } from './programs-fixture.ts';

describe('startControlPlane()', { timeout: 60_000 }, () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('shows the end of the log of a component that ends instead of coming up, and leaves nothing', async () => {
    const assets = await temporaryDir();
    await writePrograms(assets);
    await writeScript(path.join(assets, 'etcd'), 'echo "the disk is made of cheese" >&2; exit 3');
    await writeScript(path.join(assets, 'kube-apiserver'), 'sleep 1000');
    const temporary = await temporaryDir();
    vi.stubEnv('KUBEBUILDER_ASSETS', assets);
    vi.stubEnv('TMPDIR', temporary);
    await expect(startControlPlane()).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringMatching(/did not come up: .*etcd.* ended.*the disk is made of cheese/s) as string,
    });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('refuses a directory in which a live process runs a control plane', async () => {
    const assets = await temporaryDir();
    await writePrograms(assets);
    vi.stubEnv('KUBEBUILDER_ASSETS', assets);
    const dir = await temporaryDir();
    await writeFile(path.join(dir, 'owner.pid'), `${process.pid}\n`);
    await expect(startControlPlane({ dir })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`process ${process.pid} runs one there`) as string,
    });
  });
});
