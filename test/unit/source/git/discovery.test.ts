import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { redirectTarget } from '../../../../src/source/git/discovery.ts';
import { createGitRemote } from '../../../../src/source/git/remote.ts';
import { GOOD_DISCOVERY, refsReply } from './hostile-git-server.ts';

const OID = '1'.repeat(40);

describe('redirectTarget()', () => {
  const from = 'https://example.org/team/app.git/info/refs?service=git-upload-pack';

  it.each([
    ['https://example.org/new/app.git/info/refs?service=git-upload-pack', 'https://example.org/new/app.git'],
    ['/new/app/info/refs', 'https://example.org/new/app'],
    ['https://user:pw@other.test/app/info/refs?service=git-upload-pack', 'https://other.test/app'],
    ['//other.test:8443/app/info/refs', 'https://other.test:8443/app'],
  ])('of %j is %j', (location, target) => {
    expect(redirectTarget(from, location)).toBe(target);
  });

  it('is never http after https', () => {
    const location = 'http://example.org/team/app.git/info/refs?service=git-upload-pack';
    expect(() => redirectTarget(from, location)).toThrow(/from https to http/);
    expect(redirectTarget(location, from)).toBe('https://example.org/team/app.git');
  });

  it('names no user information, query or token in its refusals', () => {
    for (const location of ['http://u:s3cret@other.test/x?token=s3cret', 'https://u:s3cret@other.test/login?s3cret']) {
      expect(() => redirectTarget(from, location)).toThrow(/redirects/);
      expect(() => redirectTarget(from, location)).not.toThrow(/s3cret/);
    }
  });
});

describe('a TLS server', () => {
  let dir: string;
  let cert: string;
  let origin: string;
  const asked: (string | undefined)[] = [];
  const versions = new Set<string>();
  let close: () => void;

  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'holdfast-tls-'));
    const files = ['-keyout', path.join(dir, 'key.pem'), '-out', path.join(dir, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    await promisify(execFile)('openssl', [...kind, ...subject, ...files]);
    cert = await readFile(path.join(dir, 'cert.pem'), 'utf8');
    const key = await readFile(path.join(dir, 'key.pem'), 'utf8');
    // As big hosts do, it would rather speak HTTP/2.
    const server = createSecureServer({ key, cert, allowHTTP1: true }, (request, response) => {
      asked.push(request.headers.authorization);
      versions.add(request.httpVersion);
      const kindOfAnswer = request.method === 'GET' ? 'advertisement' : 'result';
      response.setHeader('content-type', `application/x-git-upload-pack-${kindOfAnswer}`);
      response.end(request.method === 'GET' ? GOOD_DISCOVERY : refsReply(OID));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `https://localhost:${(server.address() as AddressInfo).port}`;
    close = () => server.close();
  });

  afterAll(async () => {
    close();
    await rm(dir, { recursive: true });
  });

  it('with a certificate that nobody vouches for gets no request and no credentials', async () => {
    const remote = createGitRemote({ url: `${origin}/r`, credentials: { username: 'u', password: 'p' } });
    await expect(remote.listRefs(['HEAD'])).rejects.toMatchObject({
      code: 'GIT_UNREACHABLE',
      message: /DEPTH_ZERO_SELF_SIGNED_CERT|self-signed/,
    });
    await remote.close();
    expect(asked).toEqual([]);
  });

  it('is trusted with its certificate given, under the name that it is for only', async () => {
    const good = createGitRemote({ url: `${origin}/r`, credentials: { serverCertificates: cert } });
    expect(await good.listRefs(['HEAD'])).toHaveLength(2);
    await good.close();
    expect([...versions]).toEqual(['1.1']);
    const address = origin.replace('localhost', '127.0.0.1');
    const wrongName = createGitRemote({ url: `${address}/r`, credentials: { serverCertificates: cert } });
    await expect(wrongName.listRefs(['HEAD'])).rejects.toMatchObject({ code: 'GIT_UNREACHABLE', message: /altname/i });
    await wrongName.close();
  });

  it('is trusted unseen when the Secret says insecure', async () => {
    const remote = createGitRemote({ url: `${origin}/r`, credentials: { insecure: true } });
    expect(await remote.listRefs(['HEAD'])).toHaveLength(2);
    await remote.close();
  });
});
