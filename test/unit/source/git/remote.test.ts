import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it, vi } from 'vitest';

import type { HoldfastError } from '../../../../src/lib/errors.ts';
import type { GitCredentials } from '../../../../src/source/git/credentials.ts';
import { encodePacket } from '../../../../src/source/git/pkt-line.ts';
import { createGitRemote } from '../../../../src/source/git/remote.ts';
import { createRepository } from '../../../support/git-repository.ts';
import { type GitServerAuth, startGitServer } from '../../../support/git-server.ts';
import { type HostileGitServer, refsReply, startHostileGitServer } from './hostile-git-server.ts';

// Git processes and big packs on a busy machine need more than the default.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const OID = '1'.repeat(40);
const SECRET = 'c4nary-pa55';

/** Lists branches with a client of its own: `ok`, or what went wrong. */
async function listRefs(url: string, credentials?: GitCredentials): Promise<'ok' | HoldfastError> {
  const remote = createGitRemote({ url, credentials });
  const result = await remote.listRefs(['refs/heads/']).then(
    () => 'ok' as const,
    (error: HoldfastError) => error,
  );
  await remote.close();
  return result;
}

function redirectTo(server: HostileGitServer, target: string, status = 301): void {
  server.discovery = (response) => {
    response.writeHead(status, { location: target }).end();
  };
}

describe('credentials', () => {
  const cases: readonly (readonly [string, GitServerAuth, GitCredentials])[] = [
    ['basic', { basic: { username: 'ada', password: SECRET } }, { username: 'ada', password: SECRET }],
    ['a token without a name', { basic: { username: 'x-access-token', password: SECRET } }, { password: SECRET }],
    ['a bearer token', { bearer: SECRET }, { bearerToken: SECRET }],
    ['non-ASCII', { basic: { username: 'ädä', password: 'pä:ss' } }, { username: 'ädä', password: 'pä:ss' }],
  ];

  it.each(cases)('open a repository: %s', async (_, auth, credentials) => {
    const root = await mkdtemp(path.join(tmpdir(), 'holdfast-auth-'));
    await using server = await startGitServer({ root, auth });
    const oid = await (await createRepository(path.join(root, 'r.git'))).commit({ a: '1' });
    const remote = createGitRemote({ url: server.url('r.git'), credentials });
    expect((await remote.listRefs(['HEAD'])).map((ref) => ref.oid)).toEqual([oid]);
    await remote.close();
    for (const wrong of [{}, { ...credentials, password: 'wrong', bearerToken: 'wrong' }]) {
      const error = await listRefs(server.url('r.git'), wrong);
      expect(error).toMatchObject({ code: 'GIT_AUTH', httpStatus: 401 });
    }
    await rm(root, { recursive: true });
  });

  it('may stand in the URL, and appear in no message', async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'holdfast-auth-'));
    const auth = { basic: { username: 'ada', password: `${SECRET}/@:` } };
    await using server = await startGitServer({ root, auth });
    await createRepository(path.join(root, 'r.git'));
    const withUser = (password: string, name: string) =>
      server.url(name).replace('//', `//ada:${encodeURIComponent(password)}@`);
    expect(await listRefs(withUser(`${SECRET}/@:`, 'r.git'))).toBe('ok');
    const errors = [
      await listRefs(withUser(`${SECRET}x`, 'r.git')),
      await listRefs(withUser(`${SECRET}/@:`, 'missing.git')),
      await listRefs(withUser(SECRET, 'r.git').replace(/:\d+\//, ':1/')),
    ];
    expect(errors.map((error) => (error as HoldfastError).code)).toEqual([
      'GIT_AUTH',
      'GIT_NOT_FOUND',
      'GIT_UNREACHABLE',
    ]);
    for (const error of errors) expect(JSON.stringify([String(error), (error as Error).stack])).not.toContain(SECRET);
    await rm(root, { recursive: true });
  });
});

describe('redirects', () => {
  const credentials = { username: 'ada', password: SECRET };

  it('of the discovery are followed, with credentials on the same origin', async () => {
    await using server = await startHostileGitServer();
    const good = server.discovery;
    server.refs = refsReply(OID);
    server.discovery = (response, request) => {
      if (request.url?.startsWith('/new/') === true) response.end(good);
      else response.writeHead(301, { location: '/new/place.git/info/refs?service=git-upload-pack' }).end();
    };
    expect(await listRefs(server.url, credentials)).toBe('ok');
    expect(server.requests.map(({ path: at }) => at)).toEqual([
      '/repo.git/info/refs?service=git-upload-pack',
      '/new/place.git/info/refs?service=git-upload-pack',
      '/new/place.git/git-upload-pack',
    ]);
    expect(server.requests.every(({ headers }) => headers.authorization !== undefined)).toBe(true);
  });

  it('to another host get no credentials, neither in the discovery nor later', async () => {
    await using own = await startHostileGitServer();
    await using other = await startHostileGitServer();
    other.refs = refsReply(OID);
    redirectTo(own, `${other.url}/info/refs?service=git-upload-pack`);
    expect(await listRefs(own.url, credentials)).toBe('ok');
    expect(own.requests[0]?.headers.authorization).toBeDefined();
    expect(other.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
    for (const { headers } of other.requests) expect(JSON.stringify(headers)).not.toMatch(/authorization|c4nary/i);
  });

  it('to user information in another URL take no credentials from it', async () => {
    await using own = await startHostileGitServer();
    await using other = await startHostileGitServer();
    other.refs = refsReply(OID);
    redirectTo(own, `${other.url.replace('//', '//eve:pw@')}/info/refs`);
    expect(await listRefs(own.url, credentials)).toBe('ok');
    expect(other.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it.each([
    ['to a page that is no repository', 'http://127.0.0.1:1/login'],
    ['to a file', 'file:///etc/passwd/info/refs'],
    ['to nowhere', 'http://'],
  ])('%s are refused', async (_, target) => {
    await using server = await startHostileGitServer();
    redirectTo(server, target);
    expect(await listRefs(server.url)).toMatchObject({ code: 'GIT_PROTOCOL' });
  });

  it('without end are refused', async () => {
    await using server = await startHostileGitServer();
    redirectTo(server, '/repo.git/info/refs');
    expect(await listRefs(server.url)).toMatchObject({ code: 'GIT_PROTOCOL', message: /redirects more than/ });
    expect(server.requests.length).toBeLessThan(20);
  });

  it('of a POST are refused, so that no request goes where credentials do not belong', async () => {
    await using own = await startHostileGitServer();
    await using other = await startHostileGitServer();
    own.refs = (response) => response.writeHead(307, { location: `${other.origin}/repo.git/git-upload-pack` }).end();
    expect(await listRefs(own.url, credentials)).toMatchObject({ code: 'GIT_PROTOCOL' });
    expect(other.requests).toEqual([]);
  });
});

describe('a server that is none', () => {
  it.each([
    ['a web page', 'text/html', '<html>', /no Git server/],
    ['dumb HTTP', 'text/plain', `${OID}\trefs/heads/main\n`, /no Git server/],
    ['protocol v0', undefined, v0Advertisement(), /protocol v2/],
    ['SHA-256', undefined, advertisement(['version 2', 'ls-refs', 'fetch', 'object-format=sha256']), /SHA-1/],
    ['no fetch', undefined, advertisement(['version 2', 'ls-refs']), /does not offer/],
    ['an error line', undefined, encodePacket('ERR repository not found'), /not found/],
    ['nothing', undefined, '', /protocol v2/],
  ])('is told as such: %s', async (_, type, body, message) => {
    await using server = await startHostileGitServer();
    server.discovery = (response) => {
      if (type !== undefined) response.setHeader('content-type', type);
      response.end(body);
    };
    const error = await listRefs(server.url);
    expect((error as HoldfastError).code).toMatch(/^GIT_(PROTOCOL|NOT_FOUND)$/);
    expect((error as HoldfastError).message).toMatch(message);
  });

  it('speaks without the service line, as some do', async () => {
    await using server = await startHostileGitServer();
    server.discovery = `${['version 2\n', 'ls-refs=unborn\n', 'fetch\n'].map(encodePacket).join('')}0000`;
    server.refs = refsReply(OID);
    expect(await listRefs(server.url)).toBe('ok');
  });

  it('is asked again after an idle connection was closed', async () => {
    let hits = 0;
    const http = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      hits++;
      // The second request meets a connection that goes away before it is answered.
      if (hits === 2) {
        request.socket.destroy();
        return;
      }
      const kind = request.method === 'GET' ? 'advertisement' : 'result';
      response.setHeader('content-type', `application/x-git-upload-pack-${kind}`);
      response.end(request.method === 'GET' ? advertisement(['version 2', 'ls-refs', 'fetch']) : refsReply(OID));
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const remote = createGitRemote({ url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/r` });
    expect((await remote.listRefs(['HEAD'])).map(({ oid }) => oid)).toContain(OID);
    expect(hits).toBe(3);
    await remote.close();
    await new Promise<void>((resolve) => {
      http.close(() => resolve());
    });
  });
});

function advertisement(lines: readonly string[]): string {
  return `${encodePacket('# service=git-upload-pack\n')}0000${lines.map((line) => encodePacket(`${line}\n`)).join('')}0000`;
}

function v0Advertisement(): string {
  return `${encodePacket('# service=git-upload-pack\n')}0000${encodePacket(`${OID} HEAD\0multi_ack thin-pack\n`)}0000`;
}
