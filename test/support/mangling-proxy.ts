import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { request } from 'undici';

/** A proxy that alters answers. `await using` closes it. */
export interface ManglingProxy extends AsyncDisposable {
  readonly origin: string;
  /** Set to alter the bodies of answers to POST requests; `undefined` passes them through. */
  mangle: ((body: Buffer) => Buffer) | undefined;
  close(): Promise<void>;
}

/** Stands in front of an HTTP server on loopback: what arrives is well-formed HTTP, but not what was sent. */
export async function startManglingProxy(origin: string): Promise<ManglingProxy> {
  const http = createServer((incoming, response) => {
    forward(incoming)
      .then(({ status, type, body }) => {
        const mangled = incoming.method === 'POST' && proxy.mangle !== undefined ? proxy.mangle(body) : body;
        response.writeHead(status, { 'content-type': type }).end(mangled);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    await new Promise((resolve) => {
      http.close(resolve);
      http.closeAllConnections();
    });
  };
  const proxy: ManglingProxy = {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    mangle: undefined,
    close,
    [Symbol.asyncDispose]: close,
  };
  return proxy;

  async function forward(incoming: IncomingMessage): Promise<{ status: number; type: string; body: Buffer }> {
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = incoming.headers;
    const { 'transfer-encoding': _encoding, ...rest } = headers;
    const answer = await request(`${origin}${incoming.url}`, {
      method: incoming.method === 'POST' ? 'POST' : 'GET',
      headers: rest,
      body: incoming.method === 'POST' ? await buffer(incoming) : null,
    });
    return {
      status: answer.statusCode,
      type: String(answer.headers['content-type']),
      body: Buffer.from(await answer.body.arrayBuffer()),
    };
  }
}
