import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import { type ClusterClient, createClusterClient } from '../../../src/cluster/client.ts';
import { type Clock, systemClock } from '../../../src/lib/clock.ts';

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on the loopback that answers as a test says: for faults that a real API server shows too rarely. */
export interface LoopbackApi {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** A client of this server, closed with it. */
  client(clock?: Clock): ClusterClient;
}

/** What a test answers; the connection may also be cut by `response.destroy()`. */
export type Answer = (request: ReceivedRequest, response: ServerResponse) => void | Promise<void>;

/** Starts a server that lives as long as the test that runs. */
export async function startLoopbackApi(answer: Answer): Promise<LoopbackApi> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://loopback');
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request: ReceivedRequest = {
        method: incoming.method ?? '',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString(),
      };
      requests.push(request);
      void answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: ClusterClient[] = [];
  onTestFinished(async () => {
    await Promise.all(clients.map((client) => client.close()));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url,
    requests,
    client(clock = systemClock) {
      const credentials = { server: url, tls: {}, headers: () => Promise.resolve({}), refused() {} };
      const client = createClusterClient(credentials, { clock, userAgent: 'test' });
      clients.push(client);
      return client;
    },
  };
}

/** Answers with JSON; a string goes as it is. */
export function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A `metav1.Status` that refuses. */
export function refusal(code: number, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message };
}

/** Waits until `check` throws no more. The limit says that it never will, not how long it takes. */
export async function become(check: () => void): Promise<void> {
  await vi.waitFor(check, { timeout: 20_000, interval: 5 });
}
