import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { HoldfastError } from '../../../src/lib/errors.ts';
import type { Layout } from './components.ts';
import { isAlive } from './is-alive.ts';
import type { KubeEndpoint } from './kube-request.ts';

/**
 * Creates the directory and makes it this process's. Two control planes in one directory would wait for each other.
 * @throws {HoldfastError} CONFIG_INVALID when a live process uses it
 */
export async function claimDir(layout: Layout): Promise<void> {
  await mkdir(layout.dir, { recursive: true, mode: 0o700 });
  const owner = Number(await readFile(layout.owner, 'utf8').catch(() => '0'));
  if (owner > 0 && isAlive(owner)) {
    throw new HoldfastError(
      'CONFIG_INVALID',
      `Cannot start a control plane in ${layout.dir}: process ${owner} runs one there. Stop it or use another directory; if process ${owner} is something else, remove ${layout.owner}`,
      { retry: 'never' },
    );
  }
  await writeWhole(layout.owner, `${process.pid}\n`);
}

/**
 * Creates the directories, the bearer token and the service account key of a control plane, or keeps those that are
 * there from an earlier start. All files are readable by their owner only.
 */
export async function prepareFiles(layout: Layout): Promise<{ token: string }> {
  // The logs tell of this start only: an old "address already in use" would be taken for a new one.
  await rm(layout.logs, { recursive: true, force: true });
  for (const dir of [layout.etcdData, layout.certificates, layout.schedulerCertificates, layout.logs]) {
    await mkdir(dir, { recursive: true, mode: 0o700 });
  }
  // etcd refuses a data directory that others can read, and one that was made before may be so.
  await chmod(layout.etcdData, 0o700);
  const tokens = await keepOrWrite(
    layout.tokens,
    () => `${randomBytes(24).toString('hex')},admin,admin,system:masters\n`,
  );
  await keepOrWrite(layout.serviceAccountKey, newRsaKey);
  return { token: tokens.slice(0, tokens.indexOf(',')) };
}

/** Writes the kubeconfig of the cluster-admin, whole or not at all. The server's certificate must exist by now. */
export async function writeKubeconfig(layout: Layout, endpoint: KubeEndpoint): Promise<void> {
  const authority = await readFile(endpoint.caFile);
  // JSON is YAML, so that no value needs quoting of ours.
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'holdfast',
        cluster: { server: endpoint.url, 'certificate-authority-data': authority.toString('base64') },
      },
    ],
    users: [{ name: 'admin', user: { token: endpoint.token } }],
    contexts: [{ name: 'holdfast', context: { cluster: 'holdfast', user: 'admin' } }],
    'current-context': 'holdfast',
  };
  await writeWhole(layout.kubeconfig, `${JSON.stringify(config, undefined, 2)}\n`);
}

async function keepOrWrite(file: string, make: () => string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return kept;
  const text = make();
  await writeWhole(file, text);
  return text;
}

async function writeWhole(file: string, text: string): Promise<void> {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, file);
}

function newRsaKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}
