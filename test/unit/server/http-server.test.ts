import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type HttpServer, type Routes, serveHttp } from '../../../src/server/http-server.ts';

const ROUTES: Routes = {
  '/': () => ({ status: 200, contentType: 'text/plain', body: 'hello\n' }),
  '/late': () => Promise.resolve({ status: 503, contentType: 'text/plain', body: 'later\n' }),
  '/broken': () => {
    throw new Error('password hunter2');
  },
  '/rejected': () => Promise.reject(new Error('password hunter2')),
};

async function start(): Promise<HttpServer> {
  const server = await serveHttp(ROUTES, { host: '127.0.0.1', port: 0, flag: '--port' });
  onTestFinished(() => server.close());
  return server;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends a path as it is; `fetch` would tidy it up. */
async function ask(port: number, path: string, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on('error', reject).end();
  });
}

describe('serveHttp()', () => {
  it.each([
    ['GET', '/', 200, 'hello\n'],
    ['GET', '/?q=1', 200, 'hello\n'],
    ['HEAD', '/', 200, ''],
    ['GET', '/late', 503, 'later\n'],
    ['GET', '/nowhere', 404, 'nothing is served here\n'],
    ['HEAD', '/nowhere', 404, ''],
    ['GET', '/../etc/passwd', 404, 'nothing is served here\n'],
    ['GET', '//', 404, 'nothing is served here\n'],
    ['GET', '/__proto__', 404, 'nothing is served here\n'],
    ['GET', '/constructor', 404, 'nothing is served here\n'],
    ['GET', '/toString', 404, 'nothing is served here\n'],
    ['POST', '/', 405, 'only GET is served\n'],
    ['DELETE', '/', 405, 'only GET is served\n'],
    ['OPTIONS', '/nowhere', 405, 'only GET is served\n'],
  ] as const)('answers %s %s with %d', async (...row) => {
    const [method, path, status, body] = row;
    const { port } = await start();
    expect(await ask(port, path, method)).toMatchObject({ status, body });
  });

  it.each(['/broken', '/rejected'])('tells a stranger nothing of what went wrong at %s', async (path) => {
    const { port } = await start();
    expect(await ask(port, path)).toMatchObject({ status: 500, body: 'internal error\n' });
    expect((await ask(port, '/')).status).toBe(200);
  });

  it.each(['/', '/nowhere', '/broken'])('forbids scripts, frames and sniffing at %s', async (path) => {
    const { headers } = await ask((await start()).port, path);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cache-control']).toBe('no-store');
  });

  it('names the methods that are served', async () => {
    expect((await ask((await start()).port, '/', 'PUT')).headers['allow']).toBe('GET, HEAD');
  });

  it('names the flag to change when the port is taken', async () => {
    const { port } = await start();
    await expect(serveHttp(ROUTES, { host: '127.0.0.1', port, flag: '--metrics-port' })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      retry: 'never',
      message: expect.stringMatching(/taken.*--metrics-port/) as unknown,
    });
  });

  it('ends connections that are idle when it closes', async () => {
    const server = await serveHttp(ROUTES, { host: '127.0.0.1', port: 0, flag: '--port' });
    const answer = await fetch(`http://127.0.0.1:${server.port}/`, { headers: { connection: 'keep-alive' } });
    await answer.text();
    await server.close();
    await expect(ask(server.port, '/')).rejects.toThrow('ECONNREFUSED');
  });
});
