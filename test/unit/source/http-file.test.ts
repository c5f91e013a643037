import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fetchHttpFile } from '../../../src/source/http-file.ts';

const seen: IncomingMessage[] = [];
const answers: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/file.yaml': (response) => response.end('kind: x\n'),
  '/empty': (response) => response.end(),
  '/big': (response) => response.end('x'.repeat(2_000)),
  '/endless': (response) => void response.write('x'),
  '/busy': (response) => response.writeHead(503).end('later'),
  '/forbidden': (response) => response.writeHead(403).end('no'),
  '/cut': (response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setImmediate(() => response.destroy());
  },
  '/to-file': (response) => redirect(response, 'file.yaml'),
  '/to-itself': (response) => redirect(response, '/to-itself'),
  '/to-metadata': (response) => redirect(response, 'http://169.254.169.254/latest/meta-data/'),
  '/to-disk': (response) => redirect(response, 'file:///etc/passwd'),
  '/nowhere': (response) => response.writeHead(302).end(),
};

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end('moved');
}

let server: Server;
let origin = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request);
    const answer = answers[request.url?.split('?')[0] ?? ''];
    if (answer === undefined) response.writeHead(404).end();
    else answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const LIMITS = { maxBytes: 1_000, deadlineMs: 20_000, maxRedirects: 3 };

async function textOf(path: string): Promise<string> {
  const file = await fetchHttpFile(`${origin}${path}`, LIMITS);
  return 'content' in file ? Buffer.from(file.content).toString() : `error: ${file.error}`;
}

describe('fetchHttpFile()', () => {
  it('reads a file, also behind a redirect', async () => {
    expect(await textOf('/file.yaml')).toBe('kind: x\n');
    expect(await textOf('/to-file')).toBe('kind: x\n');
    expect(await textOf('/empty')).toBe('');
  });

  it('sends no credentials', async () => {
    seen.length = 0;
    await fetchHttpFile(`${origin}/file.yaml`, LIMITS);
    expect(seen.map(({ headers }) => [headers.authorization, headers.cookie])).toEqual([[undefined, undefined]]);
  });

  it('tells the status of an answer that is no file', async () => {
    const file = await fetchHttpFile(`${origin}/forbidden?token=s3cret`, LIMITS);
    const error = `${origin}/forbidden was answered with status 403`;
    expect(file).toEqual({ error, httpStatus: 403, isTransient: true });
    expect(await fetchHttpFile(`${origin}/absent`, LIMITS)).toMatchObject({ httpStatus: 404 });
    expect(await fetchHttpFile(`${origin}/busy`, LIMITS)).toMatchObject({ httpStatus: 503, isTransient: true });
    expect(await fetchHttpFile(`${origin}/nowhere`, LIMITS)).toMatchObject({ httpStatus: 302 });
  });

  it.each([
    ['/big', 'larger than 1000 bytes'],
    ['/to-itself', 'redirected more than 3 times'],
    ['/cut', ''],
  ])('gives up on %s', async (path, reason) => {
    expect(await textOf(path)).toMatch(/^error: ./);
    expect(await textOf(path)).toContain(reason);
  });

  it('ends an answer that does not end', async () => {
    const file = await fetchHttpFile(`${origin}/endless`, { ...LIMITS, deadlineMs: 200 });
    expect(file).toEqual({ error: 'it took too long', isTransient: true });
  });

  it('says why a server that is not there did not answer', async () => {
    const file = await fetchHttpFile('http://127.0.0.1:1/x', LIMITS);
    expect(file).toMatchObject({ error: expect.stringContaining('127.0.0.1:1') as string, isTransient: true });
    expect(file).not.toHaveProperty('httpStatus');
  });

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://169.254.169.254:80/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://[fe80::1]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fd00:ec2::254]/',
  ])('advisory class 16: does not ask %s for the credentials of the machine', async (url) => {
    expect(await fetchHttpFile(url, LIMITS)).toMatchObject({ error: expect.stringContaining('link-local') as string });
  });

  it('advisory class 16: does not follow a redirect there, or to the disk', async () => {
    expect(await textOf('/to-metadata')).toContain('link-local');
    expect(await textOf('/to-disk')).toContain('only https:// and http://');
  });

  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'no url'])('refuses %s', async (url) => {
    expect(await fetchHttpFile(url, LIMITS)).toMatchObject({ error: expect.any(String) as string });
  });
});
