import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HoldfastError } from '../lib/errors.ts';

/** Answer of a route. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Answers for exact paths; only GET and HEAD are served. */
export type Routes = Readonly<Record<string, () => HttpAnswer | Promise<HttpAnswer>>>;

/** A listening server. */
export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Where to listen; port 0 takes any free one. `flag` is named when the port is taken. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly flag: string;
}

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Serves a few fixed paths.
 * @throws {HoldfastError} PORT_IN_USE if the port is taken; the message names the flag to change
 */
export async function serveHttp(routes: Routes, options: ListenOptions): Promise<HttpServer> {
  const server = createServer((request, response) => {
    void answer(routes, request, response);
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 10_000;
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const send = (status: number, contentType: string, body: string): void => {
    const allow = status === 405 ? { allow: 'GET, HEAD' } : {};
    response.writeHead(status, { ...SECURITY_HEADERS, ...allow, 'content-type': contentType });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (request.method !== 'GET' && request.method !== 'HEAD') send(405, 'text/plain', 'only GET is served\n');
  else if (route === undefined) send(404, 'text/plain', 'nothing is served here\n');
  else {
    try {
      const { status, contentType, body } = await route();
      send(status, contentType, body);
    } catch {
      // What went wrong is in the log of whoever threw; it may hold what a stranger must not read.
      send(500, 'text/plain', 'internal error\n');
    }
  }
}

async function listen(server: Server, options: ListenOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'it is taken by another process' : cause.message;
      const message = `Cannot listen on ${options.host}:${options.port}: ${why}. Choose another port with ${options.flag}, or 0 for any free one`;
      reject(new HoldfastError('PORT_IN_USE', message, { retry: 'never', cause }));
    });
    server.listen(options.port, options.host, resolve);
  });
}
