import { Agent, type Dispatcher } from 'undici';
import type { Clock } from '../lib/clock.ts';
import { HoldfastError } from '../lib/errors.ts';
import { createPriorityLimiter, type Priority } from '../lib/limiter.ts';
import { parseJson } from '../yaml/json.ts';
import { apiError, transportError } from './api-error.ts';
import type { ClusterCredentials } from './credentials.ts';

/** One request to the API server. `path` starts with `/` and holds the query. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  /** Default `application/json`. */
  readonly contentType?: string;
  readonly accept?: string;
  /** Default `normal`. */
  readonly priority?: Priority;
  /** Default 60 000. */
  readonly timeoutMs?: number;
}

/** An answer with a status below 300: JSON as it came, and the `Warning` headers' texts. */
export interface ApiResponse {
  readonly body: unknown;
  readonly warnings: readonly string[];
}

/** One line of a watch. */
export interface WatchEvent {
  readonly type: string;
  readonly object: unknown;
}

/** A connection to one cluster. Bodies are plain JSON; nothing is decoded into types that could drop a field. */
export interface ClusterClient {
  readonly server: string;
  /**
   * @throws {HoldfastError} CLUSTER_* by the answer's status; a 429 has been waited for and tried again before
   */
  request(request: ApiRequest): Promise<ApiResponse>;
  /** Opens a watch and yields its events until the server ends it or `signal` aborts. */
  watch(path: string, signal: AbortSignal, accept?: string): AsyncGenerator<WatchEvent>;
  /** Resolves when no request waits for its turn: the moment for what can wait. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** Counts of what a client did, for `/metrics`. */
export interface ClientObserver {
  observe(method: string, status: number, durationMs: number): void;
}

/** How a client behaves; the defaults are for one operator on one cluster. */
export interface ClientOptions {
  readonly clock: Clock;
  readonly userAgent: string;
  /** Requests under way at once, watches apart. Default 16. */
  readonly concurrency?: number;
  readonly observer?: ClientObserver;
  /** A watch that says nothing for this long is taken for dead. Default 150 000. */
  readonly watchSilenceMs?: number;
}

/** The server sends a bookmark about every minute. */
const WATCH_SILENCE_MS = 150_000;
const THROTTLE_TRIES = 6;

/**
 * Connects to a cluster. No request is sent yet.
 * @throws {HoldfastError} CONFIG_KUBECONFIG if the server's address is no URL
 */
export function createClusterClient(credentials: ClusterCredentials, options: ClientOptions): ClusterClient {
  const concurrency = options.concurrency ?? 16;
  const { requests, watches } = openAgents(credentials, options, concurrency);
  const limiter = createPriorityLimiter(concurrency);
  const { origin, prefix } = parseServer(credentials.server);

  const send = async (
    dispatcher: Agent,
    request: ApiRequest,
    signal?: AbortSignal,
  ): Promise<Dispatcher.ResponseData> => {
    const timeout = request.timeoutMs ?? 60_000;
    const answer = await dispatcher.request({
      origin,
      method: request.method,
      path: `${prefix}${request.path}`,
      headers: {
        accept: request.accept ?? 'application/json',
        'user-agent': options.userAgent,
        ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
        ...(await credentials.headers()),
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(signal === undefined ? { headersTimeout: timeout, bodyTimeout: timeout } : { signal }),
    });
    if (answer.statusCode === 401) credentials.refused();
    return answer;
  };

  const once = async (request: ApiRequest): Promise<ApiResponse> => {
    const startedAt = options.clock.monotonicMs();
    let answer: Dispatcher.ResponseData;
    let text: string;
    try {
      answer = await send(requests, request);
      text = await answer.body.text();
    } catch (cause) {
      options.observer?.observe(request.method, 0, options.clock.monotonicMs() - startedAt);
      throw transportError(request.method, request.path, cause);
    }
    options.observer?.observe(request.method, answer.statusCode, options.clock.monotonicMs() - startedAt);
    return readAnswer(request, answer, text);
  };

  return {
    server: credentials.server,
    request: async (request) =>
      untilNotThrottled(options.clock, () => {
        return limiter.run(request.priority ?? 'normal', () => once(request));
      }),
    watch: (path, signal, accept = 'application/json') =>
      readWatch(path, () => send(watches, { method: 'GET', path, accept }, signal)),
    quiet: () => limiter.quiet(),
    async close() {
      await Promise.all([requests.destroy(), watches.destroy()]);
    },
  };
}

function openAgents(
  { tls }: ClusterCredentials,
  options: ClientOptions,
  connections: number,
): Record<'requests' | 'watches', Agent> {
  // HTTP/1.1 took two thirds of the time and of the CPU of HTTP/2 for these small requests (libraries, ADR 1).
  const common = { connect: { ...tls, timeout: 10_000 }, allowH2: false };
  const bodyTimeout = options.watchSilenceMs ?? WATCH_SILENCE_MS;
  return {
    requests: new Agent({ ...common, connections, keepAliveTimeout: 60_000 }),
    watches: new Agent({ ...common, headersTimeout: 30_000, bodyTimeout }),
  };
}

/** An API server may stand below a path, as behind Rancher. */
function parseServer(server: string): { origin: string; prefix: string } {
  const url = URL.parse(server);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    const message = "The API server's address in the kubeconfig is no URL; write it as https://host:port";
    throw new HoldfastError('CONFIG_KUBECONFIG', message, { retry: 'never' });
  }
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '') };
}

function readAnswer(request: ApiRequest, answer: Dispatcher.ResponseData, text: string): ApiResponse {
  const body = parseBody(text);
  if (answer.statusCode < 300) {
    // A proxy's sign-in page, say: taken for an empty list it would mean that everything is gone.
    if (typeof body === 'string')
      throw transportError(request.method, request.path, new Error('what came is not JSON'));
    return { body, warnings: warningTexts(answer.headers['warning']) };
  }
  const retryAfterS = Number(answer.headers['retry-after']);
  throw apiError({
    method: request.method,
    path: request.path,
    status: answer.statusCode,
    body,
    ...(retryAfterS > 0 ? { retryAfterMs: retryAfterS * 1_000 } : {}),
  });
}

function parseBody(text: string): unknown {
  const first = text.charCodeAt(0);
  if (first !== 0x7b && first !== 0x5b) return text;
  try {
    return parseJson(text);
  } catch {
    // A proxy's half page is still the best description of what went wrong.
    return text;
  }
}

/** Warning headers look like `299 - "text"`. */
function warningTexts(header: string | string[] | undefined): string[] {
  const lines = header === undefined ? [] : Array.isArray(header) ? header : [header];
  return lines.flatMap((line) => [...line.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? ''));
}

/** A refused request has had no effect, so trying it again is safe, writes included. */
async function untilNotThrottled(clock: Clock, attempt: () => Promise<ApiResponse>): Promise<ApiResponse> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= THROTTLE_TRIES || !(error instanceof HoldfastError) || !isThrottled(error)) throw error;
      const waitMs = (error.retryAfterMs ?? 1_000) * (1 + clock.random() / 2);
      await new Promise<void>((resolve) => clock.after(waitMs, resolve));
    }
  }
}

/** A server that is overloaded says by Retry-After when to come again, with 503 as well as with 429. */
function isThrottled(error: HoldfastError): boolean {
  return error.code === 'CLUSTER_THROTTLED' || (error.httpStatus === 503 && error.retryAfterMs !== undefined);
}

async function* readWatch(path: string, open: () => Promise<Dispatcher.ResponseData>): AsyncGenerator<WatchEvent> {
  let answer: Dispatcher.ResponseData;
  try {
    answer = await open();
  } catch (cause) {
    throw transportError('GET', path, cause);
  }
  if (answer.statusCode >= 300) {
    const body = parseBody(await answer.body.text());
    throw apiError({ method: 'GET', path, status: answer.statusCode, body });
  }
  try {
    for await (const line of linesOf(answer.body)) yield parseEvent(line);
  } catch (cause) {
    throw transportError('GET', path, cause);
  }
}

function parseEvent(line: string): WatchEvent {
  try {
    return parseJson(line) as unknown as WatchEvent;
  } catch {
    // The parser's message quotes the text, which may be that of a Secret.
    throw new Error(`a line of ${line.length} characters is not JSON`);
  }
}

async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let pending: Buffer[] = [];
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const piece = chunk.subarray(start, end);
      yield pending.length === 0 ? piece.toString() : Buffer.concat([...pending, piece]).toString();
      pending = [];
      start = end + 1;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
}
