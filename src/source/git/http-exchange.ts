import { Agent, type Dispatcher, request } from 'undici';

import type { Clock, Timer } from '../../lib/clock.ts';
import { HoldfastError } from '../../lib/errors.ts';
import type { GitCredentials } from './credentials.ts';
import { redactUrl } from './url.ts';

/** One request to a Git server. */
export interface GitHttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds for everything, the body included. */
  readonly deadlineMs: number;
  /** Milliseconds without a byte. */
  readonly stallMs: number;
  /** Bytes of the response body. */
  readonly maxBytes: number;
}

/** The answer. Its body must be read, or cancelled when it is not. */
export interface GitHttpResponse {
  readonly status: number;
  /** First value of a header. */
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Buffer>;
  /** Ends a response without reading it. */
  cancel(): void;
}

/** A dispatcher with what TLS needs of the credentials. */
export function createGitDispatcher(credentials: GitCredentials): Dispatcher {
  return new Agent({
    // One request at a time needs no HTTP/2, and the less that a hostile server can reach the better.
    allowH2: false,
    connect: {
      timeout: 10_000,
      rejectUnauthorized: credentials.insecure !== true,
      ...(credentials.tlsClientCert === undefined ? {} : { cert: credentials.tlsClientCert }),
      ...(credentials.tlsClientKey === undefined ? {} : { key: credentials.tlsClientKey }),
      ...(credentials.serverCertificates === undefined ? {} : { ca: credentials.serverCertificates }),
    },
  });
}

/**
 * Sends a request and hands out the response with its body bounded in bytes and time. Follows no redirect. Once more
 * if the connection broke before an answer came: an idle connection may have been closed meanwhile, and reading
 * twice does no harm.
 * @throws {HoldfastError} GIT_UNREACHABLE when no answer comes or it breaks off or stalls; GIT_LIMIT beyond `maxBytes`
 */
export async function exchange(
  dispatcher: Dispatcher,
  clock: Clock,
  options: GitHttpRequest,
): Promise<GitHttpResponse> {
  const watchdog = new Watchdog(clock, options);
  const send = () =>
    request(options.url, {
      dispatcher,
      method: options.method,
      headers: { 'accept-encoding': 'identity', ...options.headers },
      body: options.body ?? null,
      signal: watchdog.signal,
      // The watchdog keeps the time, by the injected clock.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  try {
    const response = await send().catch((error: unknown) => {
      if (!brokeEarly(error)) throw error;
      return send();
    });
    watchdog.feed();
    // An error of a body that is being read reaches its reader; of one that is cancelled nobody needs to know.
    response.body.on('error', () => undefined);
    return {
      cancel() {
        watchdog.stop();
        response.body.destroy();
      },
      status: response.statusCode,
      header: (name) => [response.headers[name]].flat()[0],
      body: readBody(response.body, watchdog, options),
    };
  } catch (error) {
    watchdog.stop();
    throw unreachable(options.url, error);
  }
}

/** Aborts a request that takes too long or falls silent. */
class Watchdog {
  readonly #abort = new AbortController();
  readonly #clock: Clock;
  readonly #options: GitHttpRequest;
  readonly #deadline: Timer;
  #stall: Timer;

  constructor(clock: Clock, options: GitHttpRequest) {
    this.#clock = clock;
    this.#options = options;
    this.#deadline = clock.after(options.deadlineMs, () => this.#give(`took more than ${options.deadlineMs} ms`));
    this.#stall = this.#startStall();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  feed(): void {
    this.#stall.cancel();
    this.#stall = this.#startStall();
  }

  stop(): void {
    this.#deadline.cancel();
    this.#stall.cancel();
  }

  #startStall(): Timer {
    const { stallMs } = this.#options;
    return this.#clock.after(stallMs, () => this.#give(`sent nothing for ${stallMs} ms`));
  }

  #give(what: string): void {
    this.#abort.abort(
      new HoldfastError('GIT_UNREACHABLE', `The Git server of ${redactUrl(this.#options.url)} ${what}; will try again`),
    );
  }
}

async function* readBody(
  body: AsyncIterable<unknown> & { destroy(): unknown },
  watchdog: Watchdog,
  options: GitHttpRequest,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      const buffer = chunk as Buffer;
      bytes += buffer.length;
      if (bytes > options.maxBytes) throw tooLong(options);
      watchdog.feed();
      yield buffer;
    }
  } catch (error) {
    throw unreachable(options.url, error);
  } finally {
    watchdog.stop();
    body.destroy();
  }
}

function tooLong(options: GitHttpRequest): HoldfastError {
  return new HoldfastError(
    'GIT_LIMIT',
    `The Git server of ${redactUrl(options.url)} sent more than ${options.maxBytes} bytes; the request was cut`,
    { retry: 'never' },
  );
}

/** Errors of a connection that the server closed while it was idle. */
function brokeEarly(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

function unreachable(url: string, error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const { code, message } = error instanceof Error ? (error as Error & { code?: unknown }) : { code: '', message: '' };
  const why = [typeof code === 'string' ? code : '', message].filter((text) => text !== '').join(': ');
  return new HoldfastError('GIT_UNREACHABLE', `Cannot reach the Git server of ${redactUrl(url)}: ${why || 'unknown'}`, {
    cause: error,
  });
}
