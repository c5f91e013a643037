import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ClusterCredentials, loadClusterCredentials } from '../../../src/cluster/credentials.ts';

const SERVER = 'https://127.0.0.1:6443';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly currentContext?: string;
}

/** A kubeconfig in a folder of its own, as JSON, which is YAML. */
async function kubeconfig({ cluster = {}, user = {}, currentContext = 'here' }: Parts = {}): Promise<string> {
  const file = path.join(await folder(), 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': currentContext,
    clusters: [
      { name: 'one', cluster: { server: SERVER, ...cluster } },
      { name: 'two', cluster: { server: 'https://two.test/k8s/' } },
    ],
    users: [{ name: 'me', user }],
    contexts: [
      { name: 'here', context: { cluster: 'one', user: 'me' } },
      { name: 'there', context: { cluster: 'two', user: 'me' } },
    ],
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

async function folder(): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'holdfast-credentials-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function load(parts: Parts): Promise<ClusterCredentials> {
  return loadClusterCredentials({ kubeconfig: await kubeconfig(parts) });
}

/** A credential plugin: a script, run by this very Node. */
async function plugin(source: string): Promise<{ exec: object; dir: string }> {
  const dir = await folder();
  const command = path.join(dir, 'plugin');
  await writeFile(command, `#!${process.execPath}\n${source}`);
  await chmod(command, 0o755);
  const apiVersion = 'client.authentication.k8s.io/v1';
  return { dir, exec: { apiVersion, command, interactiveMode: 'Never', env: [{ name: 'DIR', value: dir }] } };
}

describe('loadClusterCredentials()', { timeout: 60_000 }, () => {
  it('sends a token', async () => {
    const credentials = await load({ user: { token: 'abc' }, cluster: { 'certificate-authority-data': base64('CA') } });
    expect(credentials.server).toBe(SERVER);
    expect(credentials.tls.ca).toBe('CA');
    expect(await credentials.headers()).toEqual({ Authorization: 'Bearer abc' });
  });

  it('sends a name and a password to the cluster of the context that it is told', async () => {
    const file = await kubeconfig({ user: { username: 'me', password: 'secret' } });
    const credentials = await loadClusterCredentials({ kubeconfig: file, context: 'there' });
    expect(credentials.server).toBe('https://two.test/k8s');
    expect(await credentials.headers()).toEqual({ Authorization: `Basic ${base64('me:secret')}` });
    expect(credentials.tls.rejectUnauthorized).not.toBe(false);
  });

  it('proves itself by a certificate, given as data or as files', async () => {
    const cluster = { 'insecure-skip-tls-verify': true, 'tls-server-name': 'api.test' };
    const data = { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') };
    const inline = await load({ user: data, cluster });
    const dir = await folder();
    await writeFile(path.join(dir, 'cert.pem'), 'CERT');
    await writeFile(path.join(dir, 'key.pem'), 'KEY');
    const files = { 'client-certificate': path.join(dir, 'cert.pem'), 'client-key': path.join(dir, 'key.pem') };
    for (const credentials of [inline, await load({ user: files })]) {
      expect(credentials.tls).toMatchObject({ cert: 'CERT', key: 'KEY' });
      expect(await credentials.headers()).toEqual({});
    }
    expect(inline.tls).toMatchObject({ rejectUnauthorized: false, servername: 'api.test' });
  });

  it.each([
    ['is not there', undefined, 'ENOENT'],
    ['is no YAML', 'users: [{name: me, user: {token: hunter2}}', ''],
    ['names no cluster', 'apiVersion: v1\nkind: Config\n', 'no cluster'],
  ])('says so when the file %s', async (_title, text, said) => {
    const file = path.join(await folder(), 'kubeconfig');
    if (text !== undefined) await writeFile(file, text);
    const loading = loadClusterCredentials({ kubeconfig: file });
    await expect(loading).rejects.toMatchObject({ code: 'CONFIG_KUBECONFIG', retry: 'never' });
    await expect(loading).rejects.toThrow(file);
    await expect(loading).rejects.toThrow(said);
    await expect(loading).rejects.not.toThrow('hunter2');
  });

  it('says so when there is no such context', async () => {
    const loading = loadClusterCredentials({ kubeconfig: await kubeconfig(), context: '__proto__' });
    await expect(loading).rejects.toMatchObject({ code: 'CONFIG_KUBECONFIG' });
    await expect(loading).rejects.toThrow('context "__proto__" names no cluster');
  });
});

const COUNTING = `
const { appendFileSync, readFileSync } = require('node:fs');
appendFileSync(process.env.DIR + '/runs', 'x');
const token = 'token-' + readFileSync(process.env.DIR + '/runs').length;
console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } }));
`;

describe('a credential plugin', { timeout: 60_000 }, () => {
  it('is asked once, and again after its token was refused', async () => {
    const { exec, dir } = await plugin(COUNTING);
    const credentials = await load({ user: { exec } });
    expect(await credentials.headers()).toEqual({ Authorization: 'Bearer token-1' });
    expect(await credentials.headers()).toEqual({ Authorization: 'Bearer token-1' });
    credentials.refused();
    const renewed = await Promise.all([credentials.headers(), credentials.headers()]);
    expect(renewed).toEqual([{ Authorization: 'Bearer token-2' }, { Authorization: 'Bearer token-2' }]);
    expect(await readFile(path.join(dir, 'runs'), 'utf8')).toBe('xx');
  });

  it.each([
    ['fails', "console.error('session expired'); console.log('hunter2'); process.exit(3);", 'session expired'],
    ['prints no JSON', "console.log('hunter2');", 'not JSON'],
  ])('is not quoted when it %s', async (_title, source, said) => {
    const { exec } = await plugin(source);
    const loading = load({ user: { exec } });
    await expect(loading).rejects.toMatchObject({ code: 'CONFIG_KUBECONFIG' });
    await expect(loading).rejects.toThrow(said);
    await expect(loading).rejects.not.toThrow('hunter2');
  });
});
