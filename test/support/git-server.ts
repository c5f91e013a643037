import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { GIT_TEST_ENV } from './git-repository.ts';

/** Who may read. */
export type GitServerAuth =
  | { readonly basic: { readonly username: string; readonly password: string } }
  | { readonly bearer: string };

/** What goes wrong with the requests that `match` (default: all). */
export interface GitServerFault {
  readonly match?: (request: GitServerRequest) => boolean;
  /** Answer with this status and no body instead of asking git. */
  readonly status?: number;
  /** Extra response headers, with `status` (`retry-after`, `location`). */
  readonly headers?: Readonly<Record<string, string>>;
  /** Send so many bytes of the body, then cut the connection. */
  readonly cutAfterBytes?: number;
  /** Wait so long before answering. */
  readonly delayMs?: number;
}

/** One request as the server saw it. */
export interface GitServerRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingMessage['headers'];
  /** The protocol v2 command of a POST (`ls-refs`, `fetch`), else undefined. */
  readonly command: string | undefined;
  readonly requestBytes: number;
  /** Bytes of the response body; grows while it is sent. */
  responseBytes: number;
  status: number;
}

/** A running server. `await using` closes it. */
export interface GitServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, no slash at the end. */
  readonly origin: string;
  /** URL of a repository by its path under the root. */
  url(repository: string): string;
  /** Every request so far, oldest first. Empty it to count anew: `server.requests.length = 0`. */
  readonly requests: GitServerRequest[];
  /** Set to make requests fail, `undefined` to heal. */
  fault: GitServerFault | undefined;
  /** Runs before each request reaches git; for moving a ref between two requests. */
  beforeRequest: ((request: GitServerRequest) => Promise<void>) | undefined;
  close(): Promise<void>;
}

/** How to serve. */
export interface GitServerOptions {
  /** Folder above the repositories. */
  readonly root: string;
  readonly auth?: GitServerAuth;
}

/**
 * Serves the repositories below a folder over smart HTTP by git's own `git http-backend`, on loopback and a free
 * port. Protocol v2 and pushes work.
 */
export async function startGitServer(options: GitServerOptions): Promise<GitServer> {
  const children = new Set<ChildProcess>();
  const http = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const server: GitServer = {
    origin,
    url: (repository) => `${origin}/${repository}`,
    requests: [],
    fault: undefined,
    beforeRequest: undefined,
    close: () => closeServer(http, children),
    [Symbol.asyncDispose]: () => closeServer(http, children),
  };
  return server;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const record = recordOf(request, body);
    server.requests.push(record);
    await server.beforeRequest?.(record);
    const fault = server.fault !== undefined && (server.fault.match?.(record) ?? true) ? server.fault : undefined;
    if (fault?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (!isAllowed(request.headers.authorization, options.auth)) {
      finish(response, record, 401, { 'www-authenticate': 'Basic realm="git"' });
    } else if (fault?.status !== undefined) {
      finish(response, record, fault.status, fault.headers ?? {});
    } else {
      await runBackend({ root: options.root, record, body, response, children, cutAfterBytes: fault?.cutAfterBytes });
    }
  }
}

const backend: string = path.join(execFileSync('git', ['--exec-path']).toString().trim(), 'git-http-backend');

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function recordOf(request: IncomingMessage, body: Buffer): GitServerRequest {
  const url = new URL(request.url ?? '/', 'http://loopback');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.search.slice(1),
    headers: request.headers,
    command: /^[0-9a-f]{4}command=([a-z-]+)/.exec(body.subarray(0, 64).toString('latin1'))?.[1],
    requestBytes: body.length,
    responseBytes: 0,
    status: 0,
  };
}

function isAllowed(authorization: string | undefined, auth: GitServerAuth | undefined): boolean {
  if (auth === undefined) return true;
  if ('bearer' in auth) return authorization === `Bearer ${auth.bearer}`;
  const pair = Buffer.from(`${auth.basic.username}:${auth.basic.password}`).toString('base64');
  return authorization === `Basic ${pair}`;
}

function finish(
  response: ServerResponse,
  record: GitServerRequest,
  status: number,
  headers: Readonly<Record<string, string>>,
): void {
  record.status = status;
  response.writeHead(status, headers).end();
}

interface BackendRun {
  readonly root: string;
  readonly record: GitServerRequest;
  readonly body: Buffer;
  readonly response: ServerResponse;
  readonly children: Set<ChildProcess>;
  readonly cutAfterBytes: number | undefined;
}

function runBackend(run: BackendRun): Promise<void> {
  const { record, response } = run;
  const child = spawn(backend, [], { env: backendEnv(run), stdio: ['pipe', 'pipe', 'ignore'] });
  run.children.add(child);
  response.on('close', () => child.kill());
  child.stdin.on('error', () => undefined);
  child.stdin.end(run.body);
  let head: Buffer | undefined = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    if (head === undefined) return send(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    record.status = writeCgiHead(response, head.subarray(0, end).toString('latin1'));
    const rest = head.subarray(end + 4);
    head = undefined;
    send(rest);
  });
  return new Promise((resolve) => {
    child.on('close', () => {
      run.children.delete(child);
      if (head !== undefined && !response.destroyed) response.writeHead(500);
      response.end();
      resolve();
    });
  });

  function send(chunk: Buffer): void {
    const left = (run.cutAfterBytes ?? Number.POSITIVE_INFINITY) - record.responseBytes;
    record.responseBytes += Math.min(left, chunk.length);
    if (chunk.length <= left) {
      // Without back-pressure a big pack would pile up in this process.
      if (!response.write(chunk)) {
        child.stdout.pause();
        response.once('drain', () => child.stdout.resume());
      }
      return;
    }
    child.stdout.removeAllListeners('data').resume();
    response.write(chunk.subarray(0, left), () => response.destroy());
  }
}

function backendEnv(run: BackendRun): Record<string, string> {
  const { record } = run;
  return {
    ...GIT_TEST_ENV,
    GIT_PROJECT_ROOT: run.root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: decodeURIComponent(record.path),
    QUERY_STRING: record.query,
    REQUEST_METHOD: record.method,
    CONTENT_TYPE: record.headers['content-type'] ?? '',
    CONTENT_LENGTH: String(run.body.length),
    HTTP_CONTENT_ENCODING: record.headers['content-encoding'] ?? '',
    GIT_PROTOCOL: String(record.headers['git-protocol'] ?? ''),
    REMOTE_ADDR: '127.0.0.1',
  };
}

/** Takes over the CGI program's headers and returns its status. */
function writeCgiHead(response: ServerResponse, head: string): number {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.statusCode = status;
  return status;
}

async function closeServer(http: Server, children: Set<ChildProcess>): Promise<void> {
  for (const child of children) child.kill();
  http.closeAllConnections();
  await new Promise<void>((resolve) => {
    http.close(() => resolve());
  });
}
